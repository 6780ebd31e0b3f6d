import { count, counts, defineStep, flags, sums, weights } from "@konsil/core";
import { z } from "zod";
import { effectiveRows } from "../../model/people-behind.ts";
import { columnMoments, keptDigits } from "../../numeric/index.ts";
import { behindRows, plainMoments } from "./behind-rows.ts";
import { fillGlm, glmColumns, glmDesign, glmLabels, glmModel, leaveGlm, positions } from "./glm-model.ts";
import { isWholeOutcome } from "./likelihood-constant.ts";

/** The labels of `outcome`: people by the value of a yes/no outcome. */
const outcomes = ["no", "yes"] as const;
const totals = ["weight", "outcome"] as const;

/**
 * How many rows there are, and the weighted moments of the design's columns and of the outcome, to centre and scale
 * by. `behind`, `behindTotals` and `outcomes` are there for the rule of counts: what has two values, whatever the family
 * of the model, sums to their numbers of people, and what is nearly zero for all but a few tells about those few. The
 * likelihood of a linear model alone needs Σ log w, so that it is left out where weights do not have many values.
 */
export const glmMomentsStep = defineStep({
  name: "regression.moments",
  arguments: z.strictObject({ model: glmModel }),
  columns: ({ model }) => glmColumns(model, "moments"),
  dimensions: ({ model }) => ({
    column: positions(glmDesign(model).columns.length),
    outcome: outcomes,
    total: totals,
    check: ["manyValued", "notWhole"],
  }),
  labels: ({ model }) => ({ column: glmLabels(model).column }),
  parameters: ({ model }) => glmDesign(model).columns.length,
  words: {
    asks: "how many rows there are, and the sums of the model's columns, to centre and scale them by",
    reads: "outcome, and the columns of the model",
    fields: {
      n: "people in the model",
      weightless: "people whom a weight of zero leaves out",
      outcomes: "people with and without the outcome, where it is yes or no; else zeros",
      behind: "people on whom the sums of each column rest",
      behindTotals: "people on whom weights and outcome rest",
      weights: "how unevenly the rows count, by prior weights",
      totals: "the sums of weights and of the outcome",
      logWeight: "the sum of the logarithms of weights, of a linear model",
      sum: "the sum of each column of the model",
      squares: "the sum of its squares",
      checks: "whether the outcome has more values than 0 and 1, and whether a count is not whole",
    },
  },
  output: {
    n: count(),
    /** Rows that a weight of zero leaves out: of few people, an answer with them and one without would tell of these. */
    weightless: count(),
    /** People by value, when the outcome has no other values than 0 and 1; else zeros. */
    outcomes: counts(["outcome"], { small: "abstain" }),
    behind: counts(["column"], { small: "abstain", behind: true }),
    behindTotals: counts(["total"], { small: "abstain", behind: true }),
    /** The prior weights. */
    weights: weights(),
    /** Σ w and Σ w·y. */
    totals: sums(["total"], { people: "behindTotals", effective: "weights" }),
    /** Σ log w of a gaussian model, else 0. */
    logWeight: sums([], { people: "n", effective: "weights", added: ["weight"] }),
    sum: sums(["column"], { people: "behind", effective: "weights" }),
    squares: sums(["column"], { people: "behind", effective: "weights" }),
    checks: flags(["check"]),
  },
  run(table, { model }) {
    const rows = fillGlm(model, table);
    const { n, p, matrix, y, weight } = rows;
    const behind = behindRows(rows);
    const { sum, squares } =
      weight === undefined ? plainMoments(rows) : columnMoments(matrix, n, p + 1, weight);
    let total = 0;
    let logs = 0;
    let outcome = 0;
    const hasLogs = weight !== undefined && model.family === "gaussian";
    // The sizes of the last two.
    let logsSize = 0;
    let outcomeSize = 0;
    let yes = 0;
    let isYesNo = true;
    for (let i = 0; i < n; i++) {
      const w = weight === undefined ? 1 : (weight[i] as number);
      const value = y[i] as number;
      total += w;
      outcome += w * value;
      outcomeSize += w * Math.abs(value);
      if (hasLogs) {
        logs += Math.log(w);
        logsSize += Math.abs(Math.log(w));
      }
      if (value === 1) yes++;
      else if (value !== 0) isYesNo = false;
    }
    leaveGlm(model, table, rows);
    return {
      n,
      weightless: table.rows - n,
      outcomes: isYesNo ? [n - yes, yes] : [0, 0],
      behind: behind.columns,
      behindTotals: [behind.weights, behind.outcome],
      weights: { effective: effectiveRows(weight, n), spread: 0 },
      totals: [keptDigits(total, total), keptDigits(outcome, outcomeSize)],
      logWeight: [keptDigits(logs, logsSize)],
      sum: sum.subarray(0, p).map((own, j) => keptDigits(own, Math.sqrt(total * (squares[j] as number)))),
      squares: squares.subarray(0, p).map((own) => keptDigits(own, own)),
      checks: [!isYesNo, !isWholeOutcome(model.family, rows)],
    };
  },
});
