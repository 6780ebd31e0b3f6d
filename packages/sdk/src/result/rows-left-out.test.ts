import { inspect } from "node:util";
import { count, defineAlgorithm, defineStep, numeric, type Row, sums } from "@konsil/core";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { localFederation } from "../local/index.ts";

const total = defineStep({
  name: "total",
  arguments: z.strictObject({}),
  columns: () => ({ x: numeric("x") }),
  output: { n: count(), sum: sums([], { people: "n" }) },
  run: (table) => ({ n: table.rows, sum: [table.x.reduce((sum, x) => sum + x, 0)] }),
});

const algorithm = defineAlgorithm({
  name: "total",
  arguments: z.strictObject({}),
  steps: [total],
  central: async (_args, { pool }) => ({ n: (await pool(total, {})).n }),
  view: ({ n }) => ({
    title: "Total",
    notes: ["A note of its own."],
    tables: Array.from({ length: 1 }, () => ({
      columns: [{ name: "i", label: "Row" }],
      values: { i: Array.from({ length: n }, (_, i) => i) },
    })),
  }),
});

const rowsWith = (rows: number, missing: number): Row[] =>
  Array.from({ length: rows }, (_, i) => ({ x: i < missing ? null : i }));

async function run(missing: readonly number[], policy: "open" | "hospital") {
  const open = policy === "open" ? { policy, reason: "rows made up by a test" } : {};
  const sites = missing.map((m, i) => ({ name: "abcdefgh"[i] as string, rows: rowsWith(600, m), ...open }));
  return (await localFederation(sites)).run(algorithm, {});
}

describe("the view of a result", () => {
  it("says first how many rows were left out, and where most", async () => {
    const { view } = await run([2, 0, 12], "open");
    expect(view.notes).toEqual([
      "1,786 of 1,800 rows used, 14 left out for missing values or levels left out (c 12, a 2). describe() says which columns lack values.",
      "A note of its own.",
    ]);
  });

  it("counts only sites that took part: one that lacks a value in a few rows leaves the analysis", async () => {
    const { view } = await run([2, 0, 12, 5], "hospital");
    expect(view.notes?.[0]).toMatch(/^Without a of 4 sites, which abstain/);
    expect(view.notes?.[1]).toMatch(/^1,783 of 1,800 rows used, 17 left out .* \(c 12, d 5\)\./);
  });

  it("names no more sites than are read, and says nothing when every row was used", async () => {
    const { view } = await run([1, 2, 3, 4, 5, 6, 7, 8], "open");
    expect(view.notes?.[0]).toContain("(h 8, g 7, f 6, e 5, d 4, c 3, …)");
    expect((await run([0, 0], "open")).view.notes).toEqual(["A note of its own."]);
  });

  it("prints the beginning of a long table, and how much there is more", async () => {
    const text = inspect((await run([0], "open")).toTable());
    expect(text.split("\n").length).toBeLessThan(60);
    expect(text).toContain("… 560 more rows");
  });
});
