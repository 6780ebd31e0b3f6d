import { count, counts, defineAlgorithm, defineStep, maskedCounts, numeric, sums } from "@konsil/core";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { localFederation } from "../src/index.ts";
import { rowsTo, totals } from "./mean.ts";

const none = z.strictObject({});
const base = { name: "test.step", arguments: none, columns: () => ({ x: numeric("x") }) };
const invalid = (words: string) =>
  expect.objectContaining({ code: "DEFINITION_INVALID", message: expect.stringContaining(words) });
const open = [{ name: "s", rows: rowsTo(20), policy: "open" as const, reason: "rows made up by a test" }];

describe("a step's definition", () => {
  it.each<[string, () => unknown, string]>([
    [
      "a name with spaces",
      () => defineStep({ ...base, name: "my step", output: { n: count() }, run: () => ({ n: 0 }) }),
      "lower-case words",
    ],
    [
      "a version of zero",
      () => defineStep({ ...base, version: 0, output: { n: count() }, run: () => ({ n: 0 }) }),
      "whole version",
    ],
    [
      "a reserved argument",
      () =>
        defineStep({
          ...base,
          arguments: z.strictObject({ data: z.string() }),
          output: { n: count() },
          run: () => ({ n: 0 }),
        }),
      '"data"',
    ],
    [
      "sums without their people",
      () =>
        defineStep({ ...base, output: { total: sums([], { people: "n" }) }, run: () => ({ total: [0] }) }),
      '"n"',
    ],
    [
      "sums whose people are masked",
      () =>
        defineStep({
          ...base,
          dimensions: () => ({ g: ["a"] }),
          output: { n: maskedCounts(["g"]), total: sums(["g"], { people: "n" }) },
          run: () => ({ n: [0], total: [0] }),
        }),
      "counts people",
    ],
    [
      "weighted sums that name no weights",
      () =>
        defineStep({
          ...base,
          output: { n: count(), total: sums([], { people: "n", effective: "n" }) },
          run: () => ({ n: 0, total: [0] }),
        }),
      "of kind `weights`",
    ],
    [
      "an evaluation whose sums have no weights to judge",
      () =>
        defineStep({
          ...base,
          evaluates: true,
          output: { n: count(), total: sums([], { people: "n" }) },
          run: () => ({ n: 0, total: [0] }),
        }),
      "needs `effective`",
    ],
    [
      "a dimension without labels",
      () => defineStep({ ...base, output: { n: counts(["g"]) }, run: () => ({ n: [0] }) }),
      '"g"',
    ],
  ])("refuses %s", (_what, define, words) => {
    expect(define).toThrow(invalid(words));
  });

  it("refuses labels that come twice, when they are known", async () => {
    const step = defineStep({
      ...base,
      dimensions: () => ({ g: ["a", "a"] }),
      output: { n: counts(["g"]) },
      run: () => ({ n: [0, 0] }),
    });
    const algorithm = defineAlgorithm({
      name: "twice",
      arguments: none,
      steps: [step],
      central: async (_args, { pool }) => pool(step, {}) as never,
    });
    await expect((await localFederation(open)).run(algorithm, {})).rejects.toMatchObject({
      code: "ARGUMENT_INVALID",
      message: expect.stringContaining('"a" is asked for twice'),
    });
  });
});

describe("an algorithm's definition", () => {
  it("refuses two steps of one name, and steps that it does not list", async () => {
    expect(() =>
      defineAlgorithm({ name: "two", arguments: none, steps: [totals, totals], central: async () => ({}) }),
    ).toThrow(invalid("twice"));
    const other = defineStep({ ...base, output: { n: count() }, run: (table) => ({ n: table.rows }) });
    const sneaky = defineAlgorithm({
      name: "sneaky",
      arguments: none,
      steps: [totals],
      central: async (_args, context) => ({
        n: (await (context.pool as (step: unknown, args: unknown) => Promise<{ n: number }>)(other, {})).n,
      }),
    });
    await expect((await localFederation(open)).run(sneaky, {})).rejects.toMatchObject({
      code: "DEFINITION_INVALID",
    });
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, undefined, new Float64Array(1), new Map(), () => 1])(
    "refuses a value that holds %s",
    async (bad) => {
      const algorithm = defineAlgorithm({
        name: "bad-value",
        arguments: none,
        steps: [totals],
        central: async () => ({ bad }),
      });
      await expect((await localFederation(open)).run(algorithm, {})).rejects.toMatchObject({
        code: "VALUE_INVALID",
        message: expect.stringContaining("value.bad"),
      });
    },
  );
});

describe("what a step returns", () => {
  const returning = (value: object) => {
    const step = defineStep({ ...base, output: { n: count() }, run: () => value as { n: number } });
    return defineAlgorithm({
      name: "returning",
      arguments: none,
      steps: [step],
      central: async (_args, { pool }) => ({ n: (await pool(step, {})).n }),
    });
  };

  it.each<[string, object]>([
    ["a field that it does not declare", { n: 3, rows: [1, 2, 3] }],
    ["nothing of what it declares", {}],
    ["a count that is none", { n: -1 }],
    ["a list where it declares a number", { n: [3] }],
  ])("does not leave when it is %s", async (_what, value) => {
    await expect((await localFederation(open)).run(returning(value), {})).rejects.toMatchObject({
      code: "OUTPUT_INVALID",
    });
  });
});

describe("a model with many parameters", () => {
  it("makes a site abstain, and too many such sites end the analysis", async () => {
    const step = defineStep({
      ...base,
      arguments: z.strictObject({ p: z.int() }),
      parameters: (args) => args.p,
      output: { n: count() },
      run: (table) => ({ n: table.rows }),
    });
    const algorithm = defineAlgorithm({
      name: "parameters",
      arguments: z.strictObject({ p: z.int() }),
      steps: [step],
      central: async (args, { pool }) => ({ n: (await pool(step, args)).n }),
    });
    const federation = await localFederation(
      [60, 60, 60, 20].map((n, i) => ({ name: `s${i}`, rows: rowsTo(n) })),
    );
    const result = await federation.run(algorithm, { p: 10 });
    expect(result.n).toBe(180);
    expect(result.report.sites[3]).toMatchObject({ state: "abstained", code: "PARAMETERS_TOO_MANY" });
    await expect(federation.run(algorithm, { p: 30 })).rejects.toMatchObject({ code: "PARAMETERS_TOO_MANY" });
  });
});
