import type { AnyAlgorithm } from "@konsil/core";
import { expect, it } from "vitest";
import { coxph, crosstab, glm, kaplanMeier, summary, tableOne } from "../index.ts";

const formula = "Surv(days, event) ~ age";

it.each<[AnyAlgorithm, Record<string, unknown>, string]>([
  [coxph, { formula, method: "breslow" }, 'coxph has no argument "method". Did you mean "ties"?'],
  [coxph, { formula, "iter.max": 30 }, 'Did you mean "iterations"?'],
  [glm, { formula: "y ~ x", family: "poisson", epsilon: 1e-8 }, 'Did you mean "tolerance"?'],
  [kaplanMeier, { formula, "conf.type": "log-log" }, 'Did you mean "confidenceType"?'],
  [kaplanMeier, { formula, "conf.int": 0.9 }, 'Did you mean "confidenceLevel"?'],
  [tableOne, { columns: ["age"], strata: "grade" }, 'Did you mean "by"?'],
  [crosstab, { row: "size" }, 'crosstab has no argument "row". Did you mean "rows"?'],
  [coxph, { fomula: formula }, 'Did you mean "formula"?'],
  [glm, { fomula: "y ~ x", family: "poisson" }, 'Did you mean "formula"?'],
  [summary, { vars: ["age"] }, 'Did you mean "columns"?'],
])("%o tells whoever writes an argument as R does how it is called here: %j", (algorithm, given, words) => {
  expect(() => algorithm.parse(given)).toThrow(words);
});

it("names every argument where none was meant", () => {
  expect(() => coxph.parse({ formula, cluster: "id" })).toThrow(/Arguments: formula, .*, perSite\./);
});

it.each<[string, unknown, string]>([
  ["family", "logistic", '"family" must be "binomial" for logistic regression.'],
  ["family", "gausian", 'one of "gaussian", "binomial", "poisson"; did you mean "gaussian"?'],
  ["family", "toString", 'must be one of "gaussian", "binomial", "poisson".'],
  ["control", { maxit: 5 }, "`tolerance` and `iterations` are arguments beside it."],
  ["control", "r", 'did you mean "R"?'],
])("says of %s %j what it may be", (name, value, words) => {
  expect(() => glm.parse({ formula: "y ~ x", family: "binomial", [name]: value })).toThrow(words);
});
