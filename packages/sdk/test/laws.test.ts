import { category, count, defineAlgorithm, defineStep, maskedCounts, numeric } from "@konsil/core";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { checkLaws } from "../src/testing/index.ts";
import { mean } from "./mean.ts";

describe("checkLaws", () => {
  it("passes an algorithm that keeps them", async () => {
    await checkLaws(mean, { arguments: [{ column: "age" }], ignore: ["sites"], runs: 10, seed: 1 });
  });

  it("finds one that depends on the cut, with the smallest rows that show it", async () => {
    const step = defineStep({
      name: "test.pairs",
      arguments: z.strictObject({}),
      columns: () => ({ age: numeric("age") }),
      output: { pairs: count() },
      run: (table) => ({ pairs: table.rows ** 2 }),
    });
    const broken = defineAlgorithm({
      name: "broken",
      arguments: z.strictObject({}),
      steps: [step],
      central: async (_args, { pool }) => ({ pairs: (await pool(step, {})).pairs }),
    });
    await expect(checkLaws(broken, { arguments: [{}], seed: 2 })).rejects.toMatchObject({
      code: "LAW_BROKEN",
      // Two rows at two sites are the smallest counterexample.
      message: expect.stringMatching(
        /the cut of the rows.*\nSeed 2\..*\nat,[^\n]*\nsite\d[^\n]*\nsite\d[^\n]*\n {2}\[/s,
      ),
    });
  });

  it("finds a defect that an error of the runtime hides", async () => {
    const step = defineStep({
      name: "test.crash",
      arguments: z.strictObject({}),
      columns: () => ({ age: numeric("age") }),
      output: { n: count() },
      run: (table) => ({ n: (table.age as unknown as number[][])[0]?.length as number }),
    });
    const crashing = defineAlgorithm({
      name: "crashing",
      arguments: z.strictObject({}),
      steps: [step],
      central: async (_args, { pool }) => ({ n: (await pool(step, {})).n }),
    });
    await expect(checkLaws(crashing, { arguments: [{}], seed: 3, runs: 5 })).rejects.toMatchObject({
      code: "LAW_BROKEN",
    });
  });

  it("finds one that puts a guess in the middle of an interval", async () => {
    const step = defineStep({
      name: "test.masked",
      arguments: z.strictObject({}),
      columns: () => ({
        old: numeric("age"),
        arm: category("arm", { levels: ["a", "b"], others: "missing" }),
      }),
      dimensions: () => ({ arm: ["a", "b"] }),
      output: { people: maskedCounts(["arm"]) },
      run: ({ arm }) => ({
        people: [0, 1].map((level) => arm.codes.reduce((sum, code) => sum + Number(code === level), 0)),
      }),
    });
    const guessing = defineAlgorithm({
      name: "guessing",
      arguments: z.strictObject({ honest: z.boolean() }),
      steps: [step],
      central: async ({ honest }, { pool }) => {
        const { lower, upper } = (await pool(step, {})).people;
        const between = [0, 1].map((i) => ({ lower: lower[i] as number, upper: upper[i] as number }));
        return { people: between.map((one) => (honest ? one : (one.lower + one.upper) / 2)) };
      },
    });
    await checkLaws(guessing, {
      arguments: [{ honest: true }],
      seed: 5,
      holds: (truth, found) =>
        found.people.every((one, i) => {
          const [known, own] = [
            truth.people[i] as { lower: number },
            one as { lower: number; upper: number },
          ];
          return own.lower <= known.lower && known.lower <= own.upper;
        })
          ? undefined
          : "not within",
    });
    await expect(checkLaws(guessing, { arguments: [{ honest: false }], seed: 5 })).rejects.toMatchObject({
      code: "LAW_BROKEN",
      message: expect.stringContaining("under a hospital's policy") as string,
    });
  });

  it("does not pass what never gave a value", async () => {
    const absent = checkLaws(mean, { arguments: [{ column: "not there" }], seed: 4, runs: 3 });
    await expect(absent).rejects.toMatchObject({
      code: "LAW_BROKEN",
      message: expect.stringContaining("COLUMN_UNKNOWN"),
    });
    await expect(checkLaws(mean, {} as never)).rejects.toMatchObject({ code: "ARGUMENT_INVALID" });
  });
});
