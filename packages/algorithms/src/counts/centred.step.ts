import { counts, date, defineStep, numeric, sums } from "@konsil/core";
import { z } from "zod";
import { peopleBehind } from "../model/people-behind.ts";
import { groupCodes, groupColumns, groupLabels, groupRequest } from "./requests.ts";

/**
 * Sums of squares about the pooled mean of each group. The sum of the deviations themselves, nearly zero, repairs what
 * rounding the mean costs: Σ(x−c)² − (Σ(x−c))²/n (Chan, Golub & LeVeque 1983).
 */
export const centredStep = defineStep({
  name: "counts.centred",
  arguments: z.strictObject({
    numbers: z.array(z.string()),
    dates: z.array(z.string()),
    by: groupRequest,
    /** The pooled mean by variable, then group. */
    centre: z.array(z.number()),
  }),
  columns: (args) => ({
    numbers: args.numbers.map((name) => numeric(name, { missing: "keep" })),
    dates: args.dates.map((name) => date(name, { missing: "keep" })),
    group: groupColumns(args.by),
  }),
  dimensions: (args) => ({ variable: [...args.numbers, ...args.dates], group: groupLabels(args.by) }),
  words: {
    asks: "how far the numbers lie from the mean of all sites, by group: for the standard deviation",
    reads: "the numbers and dates that are described, and the groups",
    fields: {
      people: "people who have the number",
      behind: "people on whom the sums rest: those who make up nearly all of it",
      deviation: "the sum of distances from the mean, nearly zero",
      squared: "the sum of squared distances from the mean",
    },
  },
  output: {
    people: counts(["variable", "group"], { small: "abstain" }),
    /** As in the moments. */
    behind: counts(["variable"], { small: "abstain", behind: true }),
    deviation: sums(["variable", "group"], { people: "behind" }),
    squared: sums(["variable", "group"], { people: "behind" }),
  },
  run(table, args) {
    const groups = groupLabels(args.by).length;
    const codes = groupCodes(table.group, table.rows);
    const columns = [...table.numbers, ...table.dates];
    const size = columns.length * groups;
    const behind = new Float64Array(columns.length);
    const [people, deviation, squared] = [
      new Float64Array(size),
      new Float64Array(size),
      new Float64Array(size),
    ];
    for (const [v, values] of columns.entries()) {
      const base = v * groups;
      const present = values.filter((value) => !Number.isNaN(value));
      behind[v] = peopleBehind(present, present.length, 1)[0] as number;
      for (let i = 0; i < values.length; i++) {
        const value = values[i] as number;
        if (Number.isNaN(value)) continue;
        const cell = base + (codes[i] as number);
        const d = value - (args.centre[cell] ?? 0);
        people[cell]!++;
        deviation[cell]! += d;
        squared[cell]! += d * d;
      }
    }
    return { people, behind, deviation, squared };
  },
});
