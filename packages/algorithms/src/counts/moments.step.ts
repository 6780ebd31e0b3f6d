import { defineStep, moments } from "@konsil/core";
import { z } from "zod";
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

const sum: Sums<"sum"> = {
  names: ["sum"],
  add({ values, codes, groups, base }, into) {
    const sizes = new Float64Array(groups);
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number;
      if (Number.isNaN(value)) continue;
      const group = codes[i] as number;
      into.sum[base + group]! += value;
      sizes[group]! += Math.abs(value);
    }
    for (let g = 0; g < groups; g++)
      into.sum[base + g] = keptDigits(into.sum[base + g] as number, sizes[g] as number);
  },
  one: (value) => ({ sum: value }),
};

/** How many have each number, how many lack it, and its sum, by group. */
export const momentsStep = defineStep({
  name: "counts.moments",
  arguments: z.strictObject(numberRequest),
  columns: numberColumns,
  leavesOut: numbersKept,
  dimensions: numberDimensions,
  labels: ({ by }) => ({ group: groupInWords(by) }),
  words: {
    asks: "how many people have each number or date, how many lack it, and its sum, by group",
    reads: "the numbers and dates that are described, and the groups",
    fields: { numbers: "people who have the number, people who lack it, and its sum, for its mean" },
  },
  output: { numbers: moments(["variable", "group"], { each: ["variable"], within: "group", sums: ["sum"] }) },
  run: (table, args) => ({ numbers: numberMoments(table, args, sum) }),
});
