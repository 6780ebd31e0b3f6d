import { count, counts, defineStep, flags, numberList, sums, weights } from "@konsil/core";
import { z } from "zod";
import { effectiveRows } from "../../model/people-behind.ts";
import { behindRows } from "./behind-rows.ts";
import { evaluateRows } from "./evaluate-rows.ts";
import { fillGlm, glmColumns, glmDesign, glmLabels, glmModel, positions, scaling } from "./glm-model.ts";
import { prepareRows } from "./prepare-rows.ts";

interface Size {
  readonly model: z.output<typeof glmModel>;
  readonly design: "full" | "intercept";
}

const sizeOf = ({ model, design }: Size): number => (design === "full" ? glmDesign(model).columns.length : 1);

/**
 * One evaluation of iteratively reweighted least squares at coefficients of the scaled design: the weighted cross
 * products, the score, the deviance and Pearson's χ². The site judges the effective rows of W and of the prior weights,
 * and how far linear predictors lie apart, because whoever asks chooses β: weights that nearly vanish for all but a few
 * rows would single those out. χ² has weights of its own, 1/V(μ), and is left out where they are concentrated: a rare
 * outcome does that, and no estimate needs it. Nor does an estimate need what else deviance, χ² and likelihood add up of the
 * outcome than products: where it has few values they are left out, and what is left of the deviance, the loss, leaves alone.
 * The score passes the rule of counts for the people behind each column, weights, outcome and offset, as in the moments:
 * X'W(y − μ) can be made the sum of any of them.
 */
export const glmIrlsStep = defineStep({
  name: "regression.irls",
  arguments: z.strictObject({
    model: glmModel,
    /** The model's design, or an intercept alone for the null deviance over the same rows. */
    design: z.enum(["full", "intercept"]),
    scaling,
    /** Null: at the means where the family begins. */
    beta: numberList().nullable(),
  }),
  columns: ({ model, beta }) => glmColumns(model, beta === null ? "start" : "evaluation"),
  dimensions: (args) => {
    const size = sizeOf(args);
    return {
      column: positions(size),
      pair: positions((size * (size + 1)) / 2),
      check: ["invalid", "extreme"],
    };
  },
  labels: ({ model, design }) => glmLabels(model, design),
  parameters: sizeOf,
  evaluates: true,
  words: {
    asks: "how well coefficients fit this site's rows: asked once for each step of the fit",
    reads: "outcome, and the columns of the model",
    fields: {
      n: "people in the model",
      weightless: "people whom a weight of zero leaves out",
      weights: "how unevenly the rows count, by prior weights and by the coefficients asked",
      pearsonWeights: "how unevenly they count in Pearson's statistic",
      behind: "people on whom the sums of each column rest",
      information: "how precisely these rows determine the coefficients",
      gradient: "how each coefficient would have to change to fit better",
      loss: "how badly the coefficients fit, up to what is the same for all coefficients",
      deviance: "how far the outcomes lie from the fit",
      pearson: "the same, as Pearson's statistic has it",
      logLikelihood: "how well the coefficients fit",
      checks: "whether a fitted value is one that the family does not have, or is extreme",
    },
  },
  output: {
    n: count(),
    /** Rows that a weight of zero leaves out, as in the moments. */
    weightless: count(),
    weights: weights(),
    pearsonWeights: weights(),
    /** The fewest of the people behind the column, the weights, the outcome and the offset. */
    behind: counts(["column"], { small: "abstain", behind: true }),
    information: sums(["pair"], { people: "n", effective: "weights" }),
    gradient: sums(["column"], { people: "behind", effective: "weights" }),
    /** −2 Σ w(y log μ − μ), or likewise, which is a product of the outcome and what coefficients make of the columns. */
    loss: sums([], { people: "n", effective: "weights" }),
    deviance: sums([], { people: "n", effective: "weights", added: ["outcome"] }),
    pearson: sums([], {
      people: "n",
      effective: "pearsonWeights",
      whenConcentrated: "withhold",
      added: ["outcome"],
    }),
    logLikelihood: sums([], { people: "n", effective: "weights", added: ["outcome", "weight"] }),
    checks: flags(["check"]),
  },
  key: ({ model, design, scaling }) => ({ model, design, scaling }),
  prepare(table, { model, design, scaling }) {
    const rows = fillGlm(model, table, design);
    const { columns, weights, outcome, offset } = behindRows(rows);
    const behind = columns.map((people) => Math.min(people, weights, outcome, offset));
    return {
      weightless: table.rows - rows.n,
      behind,
      prior: effectiveRows(rows.weight, rows.n),
      rows: prepareRows(model, rows, scaling),
    };
  },
  run(_table, { model, beta }, { weightless, rows, prior, behind }) {
    const found = evaluateRows(model.family, model.link, rows, beta);
    return {
      n: rows.n,
      weightless,
      weights: { effective: Math.min(found.effective, prior), spread: found.spread, terms: found.terms },
      pearsonWeights: { effective: found.pearsonEffective, spread: found.spread, terms: found.terms },
      behind,
      information: found.information,
      gradient: found.gradient,
      loss: [found.loss],
      deviance: [found.deviance],
      pearson: [found.pearson],
      logLikelihood: [found.logLikelihood],
      checks: [!found.isValid, found.isExtreme],
    };
  },
});
