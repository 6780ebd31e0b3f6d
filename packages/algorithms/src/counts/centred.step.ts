import { defineStep, moments } from "@konsil/core";
import { z } from "zod";
import { sizeBefore } from "../model/own-centre.ts";
import { keptDigits } from "../numeric/index.ts";
import {
  numberColumns,
  numberDimensions,
  numberMoments,
  numberRequest,
  numbersKept,
  type Sums,
} from "./number-moments.ts";
import { groupInWords } from "./requests.ts";

/**
 * Sums of squares about the pooled mean of each group. The sum of the deviations themselves, nearly zero, repairs what
 * rounding the mean costs: Σ(x−c)² − (Σ(x−c))²/n (Chan, Golub & LeVeque 1983).
 *
 * The site takes its own means away, and moves the sums by the rest: a large c taken away from each value would round it, to
 * a step function of the value.
 */
function about(centre: readonly number[]): Sums<"deviation" | "squared"> {
  const at = (cell: number): number => centre[cell] ?? 0;
  return {
    names: ["deviation", "squared"],
    add({ values, codes, groups, base }, into) {
      const [people, own] = [new Float64Array(groups), new Float64Array(groups)];
      for (let i = 0; i < values.length; i++) {
        const value = values[i] as number;
        if (Number.isNaN(value)) continue;
        people[codes[i] as number]!++;
        own[codes[i] as number]! += value;
      }
      for (let g = 0; g < groups; g++) own[g]! /= Math.max(1, people[g] as number);
      for (let i = 0; i < values.length; i++) {
        const value = values[i] as number;
        if (Number.isNaN(value)) continue;
        const group = codes[i] as number;
        const d = value - (own[group] as number);
        into.deviation[base + group]! += d;
        into.squared[base + group]! += d * d;
      }
      for (let g = 0; g < groups; g++) {
        const [n, mean, cell] = [people[g] as number, own[g] as number, base + g];
        if (n === 0) continue;
        const [sum, squares] = [into.deviation[cell] as number, into.squared[cell] as number];
        const shift = mean - at(cell);
        const length = Math.sqrt(squares / n);
        const size = sizeBefore(mean, length) + Math.abs(shift);
        into.deviation[cell] = keptDigits(sum + n * shift, n * size);
        into.squared[cell] = keptDigits(
          squares + 2 * shift * sum + n * shift * shift,
          n * size * (length + Math.abs(shift)),
        );
      }
    },
    one: (value, cell) => ({ deviation: value - at(cell), squared: (value - at(cell)) ** 2 }),
  };
}

export const centredStep = defineStep({
  name: "counts.centred",
  arguments: z.strictObject({
    ...numberRequest,
    /** The pooled mean by variable, then group. */
    centre: z.array(z.number()),
  }),
  columns: numberColumns,
  leavesOut: numbersKept,
  dimensions: numberDimensions,
  labels: ({ by }) => ({ group: groupInWords(by) }),
  words: {
    asks: "how far the numbers lie from the mean of all sites, by group: for the standard deviation",
    reads: "the numbers and dates that are described, and the groups",
    fields: {
      numbers:
        "people who have the number, people who lack it, the sum of distances from the mean, nearly zero, and of their squares",
    },
  },
  output: {
    numbers: moments(["variable", "group"], {
      each: ["variable"],
      within: "group",
      sums: ["deviation", "squared"],
    }),
  },
  run: (table, args) => ({ numbers: numberMoments(table, args, about(args.centre)) }),
});
