import { counts, date, defineStep, maskedCounts, numeric, sums } from "@konsil/core";
import { z } from "zod";
import { peopleBehind } from "../model/people-behind.ts";
import { keptDigits } from "../numeric/index.ts";
import { groupCodes, groupColumns, groupLabels, groupRequest } from "./requests.ts";
import { ValuePairs } from "./value-pairs.ts";

/**
 * How many have each number, how many lack it, and its sum, by group.
 *
 * Where a site has only two values in a cell, n and Σ together are the counts of both. `pairs` declares those counts, so
 * that the rule of counts holds for them and a site refuses what would be a count of 1…k−1 in disguise.
 */
export const momentsStep = defineStep({
  name: "counts.moments",
  arguments: z.strictObject({ numbers: z.array(z.string()), dates: z.array(z.string()), by: groupRequest }),
  columns: (args) => ({
    numbers: args.numbers.map((name) => numeric(name, { missing: "keep" })),
    dates: args.dates.map((name) => date(name, { missing: "keep" })),
    group: groupColumns(args.by),
  }),
  dimensions: (args) => ({
    variable: [...args.numbers, ...args.dates],
    group: groupLabels(args.by),
    value: ["one", "other"],
  }),
  words: {
    asks: "how many people have each number or date, how many lack it, and its sum, by group",
    reads: "the numbers and dates that are described, and the groups",
    fields: {
      people: "people who have the number",
      missing: "people who lack it",
      behind: "people on whom the sum rests: those who make up nearly all of it",
      sum: "the sum of the number, for its mean",
      pairs: "people at each of its values, where there are two here; else zeros",
    },
  },
  output: {
    people: counts(["variable", "group"], { small: "abstain" }),
    missing: maskedCounts(["variable", "group"], { each: ["variable", "group"] }),
    /**
     * People on whom the sums of each column rest: a power of a column would be one person's value. Of all groups together,
     * since a few dozen people with an honest long tail can rest on four of them.
     */
    behind: counts(["variable"], { small: "abstain", behind: true }),
    sum: sums(["variable", "group"], { people: "behind" }),
    /** Zeros wherever a site has more than two values. */
    pairs: counts(["variable", "group", "value"], { small: "abstain" }),
  },
  run(table, args) {
    const groups = groupLabels(args.by).length;
    const codes = groupCodes(table.group, table.rows);
    const columns = [...table.numbers, ...table.dates];
    const size = columns.length * groups;
    const [people, missing] = [new Float64Array(size), new Float64Array(size)];
    const [sum, sizes] = [new Float64Array(size), new Float64Array(size)];
    const behind = new Float64Array(columns.length);
    const pairs = new ValuePairs(size);
    for (const [v, values] of columns.entries()) {
      const base = v * groups;
      const present = values.filter((value) => !Number.isNaN(value));
      behind[v] = peopleBehind(present, present.length, 1)[0] as number;
      for (let i = 0; i < values.length; i++) {
        const cell = base + (codes[i] as number);
        const value = values[i] as number;
        if (Number.isNaN(value)) missing[cell]!++;
        else {
          people[cell]!++;
          sum[cell]! += value;
          sizes[cell]! += Math.abs(value);
          pairs.add(cell, value);
        }
      }
    }
    for (let cell = 0; cell < size; cell++)
      sum[cell] = keptDigits(sum[cell] as number, sizes[cell] as number);
    return { people, missing, behind, sum, pairs: pairs.counts() };
  },
});
