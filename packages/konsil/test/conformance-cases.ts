import { type AnyAlgorithm, coxph, crosstab, glm, kaplanMeier, logRank, summary, tableOne } from "konsil";
import type { ConformanceCase } from "../../sdk/test/remote/conformance.ts";

/** An analysis by every algorithm, and one that is refused: of the breast cancer data, over any transport. */
export const conformanceCases: readonly ConformanceCase[] = (
  [
    ["Kaplan–Meier", kaplanMeier, { formula: "Surv(days, event) ~ grade" }],
    ["log-rank", logRank, { formula: "Surv(days, event) ~ hormon + strata(site)" }],
    ["Cox", coxph, { formula: "Surv(days, event) ~ age + nodes + strata(site)" }],
    ["logistic regression", glm, { formula: "event ~ age + size", family: "binomial" }],
    ["table 1", tableOne, { columns: ["age", "size", "er"], by: "hormon" }],
    ["cross table", crosstab, { formula: "~ grade + hormon" }],
    ["summary", summary, { columns: ["age", "grade"] }],
    ["a formula that is wrong", coxph, { formula: "Surv(days, event) ~ aeg" }],
  ] as const
).map(([name, algorithm, args]) => ({ name, algorithm: algorithm as AnyAlgorithm, arguments: args }));

/** Some of the cases, by name. */
export function casesOf(...names: readonly string[]): readonly ConformanceCase[] {
  return conformanceCases.filter(({ name }) => names.includes(name));
}

/** The cases, going on where sites abstain or fail, of which a hospital's policy lets some. */
export function withFewer(cases: readonly ConformanceCase[], sites: number): readonly ConformanceCase[] {
  return cases.map((one) => ({ ...one, options: { whenSiteFails: { continueWith: sites } } }));
}
