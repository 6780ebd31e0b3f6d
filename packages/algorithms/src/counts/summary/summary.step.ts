import { date, defineStep, numeric, range } from "@konsil/core";
import { z } from "zod";
import { groupColumns, groupRequest } from "../requests.ts";

/**
 * Smallest and largest value of one number or date, among rows that have a group where the table has groups. They are
 * single people's values: the policy releases them rounded outwards to the column's lattice, or not at all.
 */
export const rangeStep = defineStep({
  name: "counts.range",
  arguments: z.strictObject({ column: z.string(), type: z.enum(["numeric", "date"]), by: groupRequest }),
  columns: (args) => ({
    value: args.type === "date" ? date(args.column) : numeric(args.column),
    group: groupColumns(args.by),
  }),
  words: {
    asks: "the smallest and largest value of a number or date",
    reads: "one number or date, and the groups",
    fields: {
      range: "the smallest and the largest value",
    },
  },
  output: { range: range("value") },
  run({ value }) {
    let [lower, upper] = [Infinity, -Infinity];
    for (let i = 0; i < value.length; i++) {
      const x = value[i] as number;
      if (x < lower) lower = x;
      if (x > upper) upper = x;
    }
    return { range: value.length === 0 ? null : { lower, upper } };
  },
});
