import { z } from "zod";
import { type Algorithm, defineAlgorithm } from "../algorithm/index.ts";
import { type Count, count } from "../statistics/index.ts";
import { defineStep, type Step } from "../step/index.ts";

/** How many rows the filter keeps at each site. The runtime says beside it how many there were. */
const rowsStep: Step<Record<string, never>, { readonly rows: Count }> = defineStep({
  name: "describe.rows",
  arguments: z.strictObject({}),
  columns: () => ({}),
  leavesOut: { lacking: [], kept: [], unlisted: [] },
  words: {
    asks: "how many rows the filter keeps",
    reads: "the columns of the filter and of derived columns, and no other",
    fields: { rows: "rows that the filter keeps" },
  },
  output: { rows: count() },
  run: (table) => ({ rows: table.rows }),
});

/** Counts the rows that data select. Its report has them by site. */
export const attrition: Algorithm<Record<string, never>, { readonly rows: number }> = defineAlgorithm({
  name: "attrition",
  title: "Rows selected",
  arguments: z.strictObject({}),
  steps: [rowsStep],
  central: async (_args, { pool }) => ({ rows: (await pool(rowsStep, {})).rows }),
  methods: () => ({ text: "Rows were counted site by site.", references: [] }),
});
