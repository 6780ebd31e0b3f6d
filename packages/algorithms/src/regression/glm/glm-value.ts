import { counted, listing } from "@konsil/core";
import { type Design, type FittedTerm, fittedTerms } from "../../formula/index.ts";
import {
  finiteOrNull,
  normalCdf,
  normalQuantile,
  studentTCdf,
  studentTQuantile,
} from "../../numeric/index.ts";
import { readGlmFormula } from "./arguments.ts";
import { type GlmFamily, type GlmLink, ratioName } from "./family.ts";
import type { Fit } from "./fit.ts";
import type { GlmModel, Scaling } from "./glm-model.ts";
import { unscaled, unscaledCovariance } from "./scaling.ts";

/** A fitted model. Arrays have one entry for each coefficient, in the order of `terms`; null is not estimable. */
export interface GlmValue {
  readonly formula: string;
  /** The outcome as the formula has it. */
  readonly outcome: string;
  /** The level that is the event, where the outcome is a category. */
  readonly event: string | null;
  readonly family: GlmFamily;
  readonly link: GlmLink;
  readonly weights: string | null;
  /** Rows of positive weight. */
  readonly n: number;
  /** Of a yes/no outcome, how many are yes. */
  readonly events: number | null;
  /** Names of the coefficients as R has them. */
  readonly terms: readonly string[];
  readonly coefficients: readonly (number | null)[];
  readonly standardErrors: readonly (number | null)[];
  /** t where the dispersion is estimated. */
  readonly statisticName: "z" | "t";
  readonly statistics: readonly (number | null)[];
  readonly p: readonly (number | null)[];
  readonly confidenceLevel: number;
  /** Wald's confidence limits, by the same distribution as `p`. */
  readonly lower: readonly (number | null)[];
  readonly upper: readonly (number | null)[];
  /** Odds, risk or rate ratios and their limits; null with links that have none. */
  readonly expCoefficients: readonly (number | null)[] | null;
  readonly expLower: readonly (number | null)[] | null;
  readonly expUpper: readonly (number | null)[] | null;
  /** Row by row. */
  readonly covariance: readonly (readonly (number | null)[])[];
  /** 1 unless gaussian, where it is the residual variance: null without residual degrees of freedom. */
  readonly dispersion: number | null;
  /** Null, as likelihood and AIC, where counts have so few values at a site that its policy withholds it. */
  readonly deviance: number | null;
  readonly nullDeviance: number | null;
  readonly dfResidual: number;
  readonly dfNull: number;
  readonly rank: number;
  /** Null, as AIC and BIC, of a linear model with weights of so few values at a site that it withholds Σ log w. */
  readonly logLikelihood: number | null;
  readonly aic: number | null;
  readonly bic: number | null;
  /** Sum of squared Pearson residuals. Null where few people make it up at a site, whose policy then withholds it. */
  readonly pearsonChiSquared: number | null;
  readonly iterations: number;
  readonly converged: boolean;
  /** Whether coefficients have no finite estimate. */
  readonly separation: boolean;
  /** Which ones, and in which direction they run away. */
  readonly infinite: readonly ("positive" | "negative" | null)[];
  /** Coefficients whose column the columns before add up to. */
  readonly aliased: readonly boolean[];
  readonly effects: readonly FittedTerm[];
  readonly warnings: readonly string[];
}

/** What is known besides the fit. */
export interface Described {
  readonly formula: string;
  readonly outcome: string;
  readonly event: string | null;
  readonly model: GlmModel;
  readonly design: Design;
  readonly intercept: boolean;
  readonly scaling: Scaling;
  readonly n: number;
  /** Rows that a weight of zero leaves out. */
  readonly weightless: number;
  readonly events: number | null;
  /** NaN where a site withholds it. */
  readonly logWeight: number;
  /** Whether all counts are whole numbers. */
  readonly isWhole: boolean;
  readonly nullDeviance: number | null;
  readonly control: "konsil" | "R";
  readonly confidenceLevel: number;
}

/**
 * Minus two log-likelihoods and their number of parameters, as R counts them: the residual variance is one, and its
 * estimate is deviance/n.
 */
function likelihood(
  fit: Fit,
  known: Described,
): { readonly value: number | null; readonly parameters: number } {
  const { n, logWeight, isWhole, model } = known;
  if (model.family === "gaussian") {
    // The deviance of a line through every row is rounding, and a density about nothing has no end.
    if (n === fit.rank) return { value: null, parameters: fit.rank + 1 };
    const value = -0.5 * (n * (Math.log((2 * Math.PI * fit.deviance) / n) + 1) - logWeight);
    return { value: finiteOrNull(value), parameters: fit.rank + 1 };
  }
  // Poisson's distribution gives counts that are not whole no probability.
  const value = model.family === "poisson" && !isWhole ? null : finiteOrNull(fit.logLikelihood);
  return { value, parameters: fit.rank };
}

/** What R users expect of a fit, back on the scale of the columns as they are. */
export function glmValue(fit: Fit, known: Described, warn: (message: string) => void): GlmValue {
  const warnings: string[] = [];
  const say = (message: string): void => {
    warnings.push(message);
    warn(message);
  };
  const { model, design, intercept, scaling, n, events, control, confidenceLevel } = known;
  const { family, link } = model;
  const { names } = design;
  const size = names.length;
  const dfResidual = n - fit.rank;
  const dispersion = family !== "gaussian" ? 1 : dfResidual > 0 ? fit.deviance / dfResidual : null;

  const beta = unscaled(fit.beta, scaling, intercept);
  const unitCovariance = unscaledCovariance(fit.inverse, scaling, intercept);
  // Of the intercept, what is left of its run once the centring of the others is taken out.
  const run = unscaled(fit.runaway, scaling, intercept);
  const signs = names.map((_, i) => {
    const size = intercept && i === 0 ? (run[0] as number) : (fit.runaway[i] as number);
    return Math.abs(size) > 1e-3 ? Math.sign(size) : 0;
  });
  const separation = signs.some((sign) => sign !== 0);

  // R gives the number at which it stopped; it depends on when that was, and is no estimate.
  const isGiven = (i: number): boolean => fit.aliased[i] !== true && (control === "R" || signs[i] === 0);
  const each = (value: (i: number) => number): readonly (number | null)[] =>
    names.map((_, i) => (isGiven(i) ? finiteOrNull(value(i)) : null));
  const coefficient = (i: number): number => beta[i] as number;
  const variance = (i: number, j: number): number =>
    (dispersion ?? Number.NaN) * (unitCovariance[i * size + j] as number);
  const error = (i: number): number => Math.sqrt(variance(i, i));
  const statistic = (i: number): number => coefficient(i) / error(i);
  const isT = family === "gaussian";
  const tail = { tail: "upper" } as const;
  const outside = (1 - confidenceLevel) / 2;
  const quantile = isT
    ? dfResidual > 0
      ? studentTQuantile(outside, dfResidual, tail)
      : Number.NaN
    : normalQuantile(outside, tail);
  const lower = (i: number): number => coefficient(i) - quantile * error(i);
  const upper = (i: number): number => coefficient(i) + quantile * error(i);
  const isRatio = ratioName(family, link) !== null;

  const named = (is: (i: number) => boolean): string => listing(names.filter((_, i) => is(i)));
  if (known.weightless > 0)
    say(
      `${counted(known.weightless, "row")} of weight zero in "${model.weights}" ${known.weightless === 1 ? "is" : "are"} left out, which the report counts among those used.`,
    );
  const isZero = (i: number): boolean => scaling.factor[i] === 0 && scaling.centre[i] === 0;
  for (const [why, is] of [
    ["its column is 0 for everyone at the sites that answered", isZero],
    ["the columns before it add up to its column", (i: number) => !isZero(i)],
  ] as const) {
    const isWithout = (i: number): boolean => fit.aliased[i] === true && is(i);
    if (names.some((_, i) => isWithout(i)))
      say(`No coefficient was estimated for ${named(isWithout)}: ${why}. Leave it out, or merge levels.`);
  }
  if (separation)
    say(
      `Separation${fit.withheld === null ? "" : ", or nearly"}: the coefficient of ${named((i) => signs[i] !== 0)} has no finite estimate${fit.withheld === null ? "" : " that could be reached"}, because the likelihood still rises while it runs away, as when no one in a group has an event, or everyone does. Fitted ${family === "poisson" ? "rates of 0" : "probabilities of 0 or 1"} belong to it. Its Wald test means nothing${fit.withheld === null && !Number.isNaN(fit.deviance) ? "; deviance and AIC stay valid" : ""}.`,
    );
  else if (fit.isExtreme)
    say(
      family === "poisson"
        ? "Fitted rates that are numerically 0 occurred. Look for extreme values of the columns."
        : "Fitted probabilities that are numerically 0 or 1 occurred. Look for extreme values of the columns, or for a group in which everyone or no one has an event.",
    );
  if (fit.withheld !== null)
    say(
      `The fit ended after ${fit.iterations} iterations: as its coefficients run away, its sums come to rest on fewer people than sites permit.${Number.isNaN(fit.deviance) ? "" : " Deviance and AIC are those of the last iteration."}`,
    );
  else if (!fit.converged)
    say(
      `The fit did not converge in ${fit.iterations} iterations: its numbers are those of the last one. Raise \`iterations\`, or look for columns that nearly determine each other.`,
    );
  if (!known.isWhole)
    say(
      family === "poisson"
        ? "The outcome is not a whole number for some rows, so the Poisson model has no likelihood and no AIC."
        : "Weight times outcome is not a whole number of events for some rows. The likelihood and AIC are those of rounded numbers, as R's.",
    );
  if (isT && dfResidual === 0)
    say(
      `The model has as many coefficients as rows (${n}) and goes through each of them: no degree of freedom is left for a residual variance, so there are no standard errors, tests, likelihood and AIC. Leave terms out.`,
    );
  if (isT && Number.isNaN(known.logWeight))
    say(
      "Likelihood, AIC and BIC are left out: they need the sum of the logarithms of the weights, which at a site would tell how many people have which weight. Models of the same rows and weights differ in AIC by n·log(deviance) + 2·rank.",
    );
  if (family === "binomial" && Number.isNaN(fit.logLikelihood) && !Number.isNaN(fit.deviance))
    say(
      `Likelihood, AIC and BIC are left out: they add up functions of the weights, which at a site would tell how many people have which weight.${known.isWhole ? " Models of the same rows and weights differ in AIC by deviance + 2·rank." : ""}`,
    );
  if (Number.isNaN(fit.deviance))
    say(
      `Deviance, likelihood, AIC and Pearson's χ² are left out: at a site the outcome has so few different values that they would tell how many people have each, and fewer have one of them than the policy there permits (minimumCell).${fit.withheld === null ? " Estimates, standard errors and tests are complete." : ""}`,
    );
  const { value: logLikelihood, parameters } = likelihood(fit, known);
  return {
    formula: known.formula,
    outcome: known.outcome,
    event: known.event,
    family,
    link,
    weights: model.weights,
    n,
    events,
    terms: names,
    coefficients: each(coefficient),
    standardErrors: each(error),
    statisticName: isT ? "t" : "z",
    statistics: each(statistic),
    p: each((i) =>
      isT
        ? 2 * studentTCdf(Math.abs(statistic(i)), dfResidual, tail)
        : 2 * normalCdf(Math.abs(statistic(i)), tail),
    ),
    confidenceLevel,
    lower: each(lower),
    upper: each(upper),
    expCoefficients: isRatio ? each((i) => Math.exp(coefficient(i))) : null,
    expLower: isRatio ? each((i) => Math.exp(lower(i))) : null,
    expUpper: isRatio ? each((i) => Math.exp(upper(i))) : null,
    covariance: names.map((_, i) => each((j) => (isGiven(i) ? variance(i, j) : Number.NaN))),
    dispersion,
    deviance: finiteOrNull(fit.deviance),
    nullDeviance: known.nullDeviance,
    dfResidual,
    dfNull: n - (intercept ? 1 : 0),
    rank: fit.rank,
    logLikelihood,
    aic: logLikelihood === null ? null : -2 * logLikelihood + 2 * parameters,
    bic: logLikelihood === null ? null : -2 * logLikelihood + parameters * Math.log(n),
    pearsonChiSquared: finiteOrNull(fit.pearson),
    iterations: fit.iterations,
    converged: fit.converged,
    separation,
    infinite: signs.map((sign) => (sign > 0 ? "positive" : sign < 0 ? "negative" : null)),
    aliased: fit.aliased,
    effects: fittedTerms(readGlmFormula(known.formula), design),
    warnings,
  };
}
