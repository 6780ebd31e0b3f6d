import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { DataSpecification } from "../data/index.ts";
import { parsePolicy } from "../policy/index.ts";
import { count, sums, weights } from "../statistics/index.ts";
import { defineStep } from "../step/index.ts";
import { numeric } from "../table/index.ts";
import { Asked, type Question, type SiteMemory } from "./asked.ts";

const data: DataSpecification = { database: "default", columns: null, derive: [], filter: null };
const step = defineStep({
  name: "test.evaluation",
  arguments: z.strictObject({ beta: z.number() }),
  columns: () => ({ x: [numeric("age")] }),
  evaluates: true,
  output: { n: count(), weights: weights(), total: sums([], { people: "n", effective: "weights" }) },
  run: () => ({ n: 20, weights: { effective: 20, spread: 0 }, total: [1] }),
});

function memory(): SiteMemory & { kept: string | undefined } {
  return {
    kept: undefined,
    async update(change) {
      this.kept = change(this.kept);
    },
  };
}

/** A question to a site whose process has just begun, as that of a container has. */
const ask = (kept: SiteMemory | undefined, beta: number, policy = parsePolicy({})): Promise<void> =>
  new Asked(kept).admit(policy, question(beta));

const question = (beta: number, form = "log(age)"): Question => ({
  step,
  args: { beta },
  columns: { x: [numeric("age", { computed: [form] })] },
  data,
  source: "default",
  rows: "all",
  sources: ["age"],
});

describe("what a site was asked", () => {
  it("is counted over processes that answer one question each", async () => {
    const kept = memory();
    for (let beta = 0; beta < 25; beta++) await ask(kept, beta);
    await expect(ask(kept, 25)).rejects.toMatchObject({ code: "EVALUATIONS_TOO_MANY" });
    // The refused question is no answer, and what was answered stays answered.
    await ask(kept, 7);
    await expect(ask(kept, 26)).rejects.toMatchObject({ code: "EVALUATIONS_TOO_MANY" });
  });

  it("is forgotten with the process where nothing keeps it", async () => {
    for (let beta = 0; beta < 50; beta++) await ask(undefined, beta);
  });

  it("is counted by all rules or by none, with a memory or without", async () => {
    const policy = parsePolicy({ maximumEvaluations: 1, maximumTransforms: 10 });
    for (const kept of [undefined, memory()]) {
      const asked = new Asked(kept);
      await asked.admit(policy, question(0, "form 0"));
      // Too many evaluations: their forms of arithmetic do not count.
      for (let i = 1; i < 20; i++)
        await expect(asked.admit(policy, question(i, `form ${i}`))).rejects.toMatchObject({
          code: "EVALUATIONS_TOO_MANY",
        });
      const other = { rows: "others", sources: ["age"] };
      for (let i = 20; i < 29; i++)
        await asked.admit(policy, { ...question(i, `form ${i}`), ...other, rows: `rows ${i}` });
      await expect(asked.admit(policy, { ...question(30, "form 30"), ...other })).rejects.toMatchObject({
        code: "EXPRESSION_NOT_PERMITTED",
      });
    }
  });

  it("is not taken for nothing when it is damaged", async () => {
    const kept = memory();
    for (const damaged of ["", "{}", '{"format":"konsil.asked/1","evaluations":[],"transforms":[]}']) {
      kept.kept = damaged;
      await expect(ask(kept, 1)).rejects.toThrow();
      expect(kept.kept).toBe(damaged);
    }
  });

  it("is not kept of data that are open", async () => {
    const kept = memory();
    await ask(kept, 1, parsePolicy("open", "rows that a test made"));
    expect(kept.kept).toBeUndefined();
  });
});
