import { type AnyAlgorithm, coxph, crosstab, glm, kaplanMeier, logRank, summary, tableOne } from "konsil";
import { conformance } from "../../packages/sdk/test/remote/conformance.ts";
import { image, researcher, sitesHere } from "./real.ts";

const cases = (
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

async function open(collaboration: string) {
  const server = await researcher();
  const federation = await server.federation({ collaboration, image });
  return { federation, close: async () => undefined };
}

// Every algorithm, on real nodes, bit for bit what the same sites say in this process.
conformance("vantage6, plain, of open data", () => open("public data"), sitesHere("open"), cases);
const few = cases.filter(({ name }) => ["Kaplan–Meier", "table 1"].includes(name));
conformance("vantage6, encrypted, of hospitals", () => open("hospitals"), sitesHere("hospital"), few);
