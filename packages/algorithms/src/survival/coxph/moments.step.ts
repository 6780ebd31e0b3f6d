import { count, counts, defineStep, sums, weights } from "@konsil/core";
import { z } from "zod";
import { effectiveRows } from "../../model/people-behind.ts";
import { columnMoments, keptDigits } from "../../numeric/index.ts";
import {
  behindRows,
  coxColumns,
  coxDesign,
  coxLabels,
  coxModel,
  fillCox,
  leaveCox,
  positions,
  totals,
} from "./cox-model.ts";

/**
 * How many rows and events there are, and the weighted moments of the design's columns, to centre and scale them by.
 * `behind` and `behindTotals` are there for the rule of counts: of two values, a sum is a number of people in disguise.
 */
export const coxMomentsStep = defineStep({
  name: "survival.cox-moments",
  arguments: z.strictObject({ model: coxModel }),
  columns: ({ model }) => coxColumns(model),
  dimensions: ({ model }) => ({ column: positions(coxDesign(model).columns.length), total: totals }),
  labels: ({ model }) => ({ column: coxLabels(model).column }),
  parameters: ({ model }) => coxDesign(model).columns.length,
  words: {
    asks: "how many events there are, and the sums of the model's columns, to centre and scale them by",
    reads: "time, event, and the columns of the model",
    fields: {
      events: "people with an event",
      censored: "people without an event",
      behind: "people on whom the sums of each column rest",
      behindTotals: "people on whom case weights and offset rest",
      weights: "how unevenly the rows count, by case weights",
      totals: "the sums of case weights and of the offset",
      sum: "the sum of each column of the model",
      squares: "the sum of its squares",
    },
  },
  output: {
    events: count(),
    censored: count(),
    behind: counts(["column"], { small: "abstain", behind: true }),
    behindTotals: counts(["total"], { small: "abstain", behind: true }),
    /** The case weights. */
    weights: weights(),
    /** Σ w, and Σ w·offset. */
    totals: sums(["total"], { people: "behindTotals", effective: "weights" }),
    sum: sums(["column"], { people: "behind", effective: "weights" }),
    squares: sums(["column"], { people: "behind", effective: "weights" }),
  },
  run(table, { model }) {
    const rows = fillCox(model, table);
    const { n, p, matrix, event, weight, offset } = rows;
    const behind = behindRows(rows);
    const { sum, squares } = columnMoments(matrix, n, p, weight);
    let events = 0;
    let total = 0;
    let offsets = 0;
    let offsetsSize = 0;
    for (let i = 0; i < n; i++) {
      const w = weight === undefined ? 1 : (weight[i] as number);
      events += event[i] as number;
      total += w;
      if (offset === undefined) continue;
      offsets += w * (offset[i] as number);
      offsetsSize += w * Math.abs(offset[i] as number);
    }
    leaveCox(model, table, rows);
    return {
      events,
      censored: n - events,
      behind: behind.columns,
      behindTotals: behind.totals,
      weights: { effective: effectiveRows(weight, n), spread: 0 },
      totals: [keptDigits(total, total), keptDigits(offsets, offsetsSize)],
      sum: sum.map((own, j) => keptDigits(own, Math.sqrt(total * (squares[j] as number)))),
      squares: squares.map((own) => keptDigits(own, own)),
    };
  },
});
