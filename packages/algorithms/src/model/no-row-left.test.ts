import { type AnyAlgorithm, compare } from "@konsil/core";
import { localFederation } from "@konsil/sdk";
import { describe, expect, it } from "vitest";
import { crosstab, summary, tableOne } from "../counts/index.ts";
import { glm } from "../regression/index.ts";
import { coxph, kaplanMeier, logRank } from "../survival/index.ts";

const rows = Array.from({ length: 30 }, (_, i) => ({
  days: i + 1,
  event: i % 2 === 0,
  arm: i % 3 === 0 ? "a" : "b",
  age: 40 + i,
  empty: null,
}));

const asked: readonly (readonly [AnyAlgorithm, object])[] = [
  [kaplanMeier, { formula: "Surv(days, event) ~ arm" }],
  [kaplanMeier, { formula: "Surv(days, event) ~ 1", times: [5] }],
  [logRank, { formula: "Surv(days, event) ~ arm" }],
  [logRank, { formula: "Surv(days, event) ~ arm", stratifyBySite: false }],
  [coxph, { formula: "Surv(days, event) ~ arm" }],
  [coxph, { formula: "Surv(days, event) ~ age", stratifyBySite: false }],
  [glm, { formula: "event ~ age + arm", family: "binomial" }],
  [glm, { formula: "age ~ 1", family: "gaussian" }],
  [glm, { formula: "age ~ arm", family: "gaussian", levels: { arm: ["b", "a"] } }],
  [tableOne, { columns: ["age", "event"], by: "arm" }],
  [tableOne, { columns: ["age"], by: "arm", levels: { arm: ["b", "a"] } }],
  [summary, { columns: ["age"] }],
  [summary, { columns: ["age"], by: "arm" }],
  [crosstab, { rows: "arm" }],
  [crosstab, { rows: "arm", columns: "event" }],
];

describe("nobody to analyse", () => {
  const sites = ["x", "y"].map((name) => ({
    name,
    rows,
    policy: "open",
    reason: "rows made up by a test",
  })) satisfies Parameters<typeof localFederation>[0];

  it.each(asked.map(([algorithm, args]) => [algorithm.name, args, algorithm] as const))(
    "is an error of %s %j that says what to do",
    async (_name, args, algorithm) => {
      const federation = await localFederation(sites);
      const nobody = federation.data({ filter: compare("age", ">", 500) });
      const told = {
        code: "DATA_EMPTY",
        message: expect.stringContaining("ready() of the data counts the rows that the filter keeps"),
      };
      await expect(nobody.run(algorithm, args)).rejects.toMatchObject(told);
    },
  );

  it("names the columns that have no value", async () => {
    const federation = await localFederation(sites);
    const error = federation.run(kaplanMeier, { formula: "Surv(days, event) ~ empty" });
    await expect(error).rejects.toThrow(/has a value of "days", "event", "empty"\..*\[DATA_EMPTY\]/);
  });
});
