import { counts, date, defineStep, numeric, sums } from "@konsil/core";
import { z } from "zod";
import { sizeBefore } from "../model/own-centre.ts";
import { peopleBehind } from "../model/people-behind.ts";
import { keptDigits } from "../numeric/index.ts";
import { groupCodes, groupColumns, groupLabels, groupRequest } from "./requests.ts";

/**
 * Sums of squares about the pooled mean of each group. The sum of the deviations themselves, nearly zero, repairs what
 * rounding the mean costs: Σ(x−c)² − (Σ(x−c))²/n (Chan, Golub & LeVeque 1983).
 *
 * The site takes its own means away, and moves the sums by the rest: a large c taken away from each value would round it, to
 * a step function of the value.
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
    const [people, own, deviation, squared] = [
      new Float64Array(size),
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
        people[cell]!++;
        own[cell]! += value;
      }
      for (let g = 0; g < groups; g++) own[base + g]! /= Math.max(1, people[base + g] as number);
      for (let i = 0; i < values.length; i++) {
        const value = values[i] as number;
        if (Number.isNaN(value)) continue;
        const cell = base + (codes[i] as number);
        const d = value - (own[cell] as number);
        deviation[cell]! += d;
        squared[cell]! += d * d;
      }
    }
    for (let cell = 0; cell < size; cell++) {
      const [n, sum, mean] = [people[cell] as number, deviation[cell] as number, own[cell] as number];
      if (n === 0) continue;
      const shift = mean - (args.centre[cell] ?? 0);
      const squares = squared[cell] as number;
      const length = Math.sqrt(squares / n);
      const size = sizeBefore(mean, length) + Math.abs(shift);
      deviation[cell] = keptDigits(sum + n * shift, n * size);
      squared[cell] = keptDigits(
        squares + 2 * shift * sum + n * shift * shift,
        n * size * (length + Math.abs(shift)),
      );
    }
    return { people, behind, deviation, squared };
  },
});
