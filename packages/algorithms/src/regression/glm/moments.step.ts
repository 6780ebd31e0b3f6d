import { count, counts, defineStep, flags, sums } from "@konsil/core";
import { z } from "zod";
import { weightedColumnSums } from "../../numeric/index.ts";
import { fillGlm, glmColumns, glmDesign, glmModel, positions } from "./glm-model.ts";
import { isWholeOutcome } from "./likelihood-constant.ts";
import { peopleBehind } from "./people-behind.ts";

/** The labels of `outcome`: people by the value of a yes/no outcome. */
const outcomes = ["no", "yes"] as const;

/**
 * How many rows there are, and the weighted moments of the design's columns and of the outcome, to centre and scale
 * by. `behind` and `outcomes` are there for the rule of counts: a column of two values sums to their number of people,
 * and a column that is nearly zero for all but a few tells about those few.
 */
export const glmMomentsStep = defineStep({
  name: "regression.moments",
  arguments: z.strictObject({ model: glmModel }),
  columns: ({ model }) => glmColumns(model),
  dimensions: ({ model }) => ({
    column: positions(glmDesign(model).columns.length),
    outcome: outcomes,
    check: ["manyValued", "notWhole"],
  }),
  parameters: ({ model }) => glmDesign(model).columns.length,
  output: {
    n: count(),
    /** People by value, when the outcome has no other values than 0 and 1; else zeros. */
    outcomes: counts(["outcome"]),
    behind: counts(["column"]),
    weight: sums([], { people: "n" }),
    /** Σ log w. */
    logWeight: sums([], { people: "n" }),
    sum: sums(["column"], { people: "behind" }),
    squares: sums(["column"], { people: "behind" }),
    outcome: sums([], { people: "n" }),
    checks: flags(["check"]),
  },
  run(table, { model }) {
    const rows = fillGlm(model, table);
    const { n, p, matrix, y, weight } = rows;
    const behind = peopleBehind(matrix, n, p);
    const sum = new Float64Array(p);
    const squares = new Float64Array(p);
    weightedColumnSums(matrix, n, p, weight, sum);
    for (let at = 0; at < matrix.length; at++) matrix[at] = (matrix[at] as number) ** 2;
    weightedColumnSums(matrix, n, p, weight, squares);
    let total = 0;
    let logs = 0;
    let outcome = 0;
    let yes = 0;
    let isTwoValued = model.family === "binomial";
    for (let i = 0; i < n; i++) {
      const w = weight === undefined ? 1 : (weight[i] as number);
      const value = y[i] as number;
      total += w;
      outcome += w * value;
      if (weight !== undefined) logs += Math.log(w);
      if (value === 1) yes++;
      else if (value !== 0) isTwoValued = false;
    }
    return {
      n,
      outcomes: isTwoValued ? [n - yes, yes] : [0, 0],
      behind,
      weight: [total],
      logWeight: [logs],
      sum,
      squares,
      outcome: [outcome],
      checks: [!isTwoValued, !isWholeOutcome(model.family, rows)],
    };
  },
});
