import { count, defineAlgorithm, defineStep, numeric } from "@konsil/core";
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

  it("does not pass what never gave a value", async () => {
    const absent = checkLaws(mean, { arguments: [{ column: "not there" }], seed: 4, runs: 3 });
    await expect(absent).rejects.toMatchObject({
      code: "LAW_BROKEN",
      message: expect.stringContaining("COLUMN_UNKNOWN"),
    });
    await expect(checkLaws(mean, {} as never)).rejects.toMatchObject({ code: "ARGUMENT_INVALID" });
  });
});
