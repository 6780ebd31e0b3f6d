import { type Algorithm, count, defineAlgorithm, defineStep, numeric, sums } from "@konsil/core";
import { z } from "zod";

const schema = z.strictObject({ column: z.string(), rounds: z.int().min(1).default(1) });

export const totals = defineStep({
  name: "test.totals",
  arguments: z.strictObject({ column: z.string(), round: z.int().default(0) }),
  columns: (args) => ({ values: numeric(args.column) }),
  output: { n: count(), total: sums([], { people: "n" }) },
  run: (table) => ({ n: table.rows, total: [table.values.reduce((sum, value) => sum + value, 0)] }),
});

export interface Mean {
  readonly n: number;
  readonly mean: number | null;
  readonly sites: readonly string[];
}

/** A mean that asks as many rounds as it is told. */
export const mean: Algorithm<{ column: string; rounds?: number | undefined }, Mean> = defineAlgorithm({
  name: "test-mean",
  title: "Mean",
  arguments: schema,
  steps: [totals],
  central: async (args, context): Promise<Mean> => {
    let pooled = await context.pool(totals, { column: args.column });
    for (let round = 1; round < args.rounds; round++)
      pooled = await context.pool(totals, { column: args.column, round });
    return {
      n: pooled.n,
      mean: pooled.n === 0 ? null : (pooled.total[0] as number) / pooled.n,
      sites: context.sites,
    };
  },
});

/** Rows 1 … n of one numeric column. */
export function rowsTo(n: number): { x: number; g: string }[] {
  return Array.from({ length: n }, (_, i) => ({ x: i + 1, g: i % 2 === 0 ? "a" : "b" }));
}
