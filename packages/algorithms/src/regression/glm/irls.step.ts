import { count, counts, defineStep, flags, sums } from "@konsil/core";
import { z } from "zod";
import { behindRows } from "./behind-rows.ts";
import { evaluateRows } from "./evaluate-rows.ts";
import { fillGlm, glmColumns, glmDesign, glmModel, positions, scaling } from "./glm-model.ts";
import { prepareRows } from "./prepare-rows.ts";

interface Size {
  readonly model: z.output<typeof glmModel>;
  readonly design: "full" | "intercept";
}

const sizeOf = ({ model, design }: Size): number => (design === "full" ? glmDesign(model).columns.length : 1);

/**
 * One evaluation of iteratively reweighted least squares at coefficients of the scaled design: the weighted cross
 * products, the score, the deviance and Pearson's χ². Every sum of it passes the rule of counts for the *effective*
 * number of rows (ΣW)²/ΣW², because weights that nearly vanish for all but a few rows would single those out; where
 * linear predictors lie far apart, because fitted values are then a threshold and the score counts who is beyond it; and
 * for the people behind each column, weights, outcome and offset, as in the moments: whoever asks chooses β and the
 * scale, and X'W(y − μ) is then the sum of any of them.
 */
export const glmIrlsStep = defineStep({
  name: "regression.irls",
  arguments: z.strictObject({
    model: glmModel,
    /** The model's design, or an intercept alone for the null deviance over the same rows. */
    design: z.enum(["full", "intercept"]),
    scaling,
    /** Null: at the means where the family begins. */
    beta: z.array(z.number()).nullable(),
  }),
  columns: ({ model }) => glmColumns(model),
  dimensions: (args) => {
    const size = sizeOf(args);
    return {
      column: positions(size),
      pair: positions((size * (size + 1)) / 2),
      check: ["invalid", "extreme"],
    };
  },
  parameters: sizeOf,
  output: {
    n: count(),
    effective: count(),
    /** The fewest of the people behind the column, the weights, the outcome and the offset. */
    behind: counts(["column"]),
    information: sums(["pair"], { people: "effective" }),
    gradient: sums(["column"], { people: "behind" }),
    deviance: sums([], { people: "effective" }),
    pearson: sums([], { people: "effective" }),
    logLikelihood: sums([], { people: "effective" }),
    checks: flags(["check"]),
  },
  key: ({ model, design, scaling }) => ({ model, design, scaling }),
  prepare(table, { model, design, scaling }) {
    const rows = fillGlm(model, table, design);
    const { columns, weights, outcome, offset } = behindRows(rows);
    const behind = columns.map((people) => Math.min(people, weights, outcome, offset));
    return { behind, rows: prepareRows(model, rows, scaling) };
  },
  run(_table, { model, beta }, { rows, behind }) {
    const found = evaluateRows(model.family, model.link, rows, beta);
    return {
      n: rows.n,
      effective: found.effective,
      behind,
      information: found.information,
      gradient: found.gradient,
      deviance: [found.deviance],
      pearson: [found.pearson],
      logLikelihood: [found.logLikelihood],
      checks: [!found.isValid, found.isExtreme],
    };
  },
});
