import type { AnyAlgorithm } from "@konsil/core";
import { localFederation } from "@konsil/sdk";
import { describe, expect, it } from "vitest";
import { coxph, crosstab, glm, kaplanMeier, logRank, summary, tableOne } from "../index.ts";

/** Three sites with two common levels; each has one of its own and one with few people. */
const sites = ["a", "b", "c"].map((name, s) => ({
  name,
  rows: Array.from({ length: 120 }, (_, i) => {
    const rare = i < 24 + s ? (i % 8 === 0 ? "few" : `only ${name}`) : undefined;
    return {
      g: rare ?? (i % 2 === 0 ? "x" : "y"),
      arm: i % 4 < 2 ? "one" : "two",
      age: 40 + ((i * 7) % 37) + s,
      event: ((i * 7 + s) >> 2) % 2 === 0,
      time: 30 * (1 + ((i * 11 + s) % 40)),
    };
  }),
}));

const asked: readonly (readonly [string, AnyAlgorithm, object])[] = [
  ["crosstab", crosstab, { rows: "g", columns: "arm" }],
  ["summary", summary, { columns: ["g", "age"] }],
  ["tableOne", tableOne, { columns: ["g"], by: "arm" }],
  ["glm", glm, { formula: "age ~ g", family: "gaussian" }],
  ["coxph", coxph, { formula: "Surv(time, event) ~ g + strata(site)" }],
  ["kaplanMeier", kaplanMeier, { formula: "Surv(time, event) ~ g" }],
  ["logRank", logRank, { formula: "Surv(time, event) ~ g + strata(site)" }],
];

describe("rare levels, in every algorithm", () => {
  it.each(asked)("%s names them, or puts them together", async (_name, algorithm, args) => {
    const federation = await localFederation(sites);
    await expect(federation.run(algorithm, args)).rejects.toMatchObject({
      code: "LEVEL_RARE",
      message: expect.stringContaining('recode("g", { "their name": "your name" }'),
    });
    const value = await federation.run(algorithm, { ...args, rareLevels: { merge: "other" } });
    const { report } = value as { report: { warnings: readonly string[] } };
    expect(report.warnings.join(" ")).toContain('put together into "other"');
    expect(JSON.stringify(value)).toContain("other");
    expect(JSON.stringify({ ...(value as object), warnings: null, report: null })).not.toContain("only");
  });

  it("counts everybody once", async () => {
    const merged = await (await localFederation(sites)).run(crosstab, {
      rows: "g",
      rareLevels: { merge: "other" },
    });
    expect(merged.rows.levels).toEqual(["x", "y", "other"]);
    expect(merged.tables[0]?.counts).toEqual([[142], [143], [75]]);
    expect(merged.missing).toBe(0);
  });
});
