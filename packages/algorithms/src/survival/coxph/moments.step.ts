import { count, defineStep, sums } from "@konsil/core";
import { z } from "zod";
import { weightedColumnSums } from "../../numeric/index.ts";
import { coxColumns, coxDesign, coxModel, fillCox, positions } from "./cox-model.ts";

/** How many rows and events there are, and the weighted moments of the design's columns, to centre and scale them by. */
export const coxMomentsStep = defineStep({
  name: "survival.cox-moments",
  arguments: z.strictObject({ model: coxModel }),
  columns: ({ model }) => coxColumns(model),
  dimensions: ({ model }) => ({ column: positions(coxDesign(model).columns.length) }),
  parameters: ({ model }) => coxDesign(model).columns.length,
  output: {
    n: count(),
    events: count(),
    weight: sums([], { people: "n" }),
    sum: sums(["column"], { people: "n" }),
    squares: sums(["column"], { people: "n" }),
    offset: sums([], { people: "n" }),
  },
  run(table, { model }) {
    const { n, p, matrix, event, weight, offset } = fillCox(model, table);
    const sum = new Float64Array(p);
    const squares = new Float64Array(p);
    weightedColumnSums(matrix, n, p, weight, sum);
    for (let at = 0; at < matrix.length; at++) matrix[at] = (matrix[at] as number) ** 2;
    weightedColumnSums(matrix, n, p, weight, squares);
    let events = 0;
    let total = 0;
    let offsets = 0;
    for (let i = 0; i < n; i++) {
      const w = weight === undefined ? 1 : (weight[i] as number);
      events += event[i] as number;
      total += w;
      if (offset !== undefined) offsets += w * (offset[i] as number);
    }
    return { n, events, weight: [total], sum, squares, offset: [offsets] };
  },
});
