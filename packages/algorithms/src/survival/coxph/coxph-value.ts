import { listing } from "@konsil/core";
import { type Design, type FittedTerm, fittedTerms, strataLabels } from "../../formula/index.ts";
import { chiSquaredCdf, finiteOrNull, normalCdf, normalQuantile } from "../../numeric/index.ts";
import { type CoxModel, readModel } from "./cox-model.ts";
import type { NewtonFit } from "./newton.ts";
import type { Ties } from "./tie-sums.ts";

/** A test of χ². */
export interface CoxphTest {
  readonly statistic: number;
  readonly df: number;
  readonly p: number;
}

/** A site's own fit. Arrays have one entry for each coefficient; null is not estimable there. */
export interface CoxphSite {
  readonly site: string;
  readonly n: number;
  readonly events: number;
  readonly coefficients: readonly (number | null)[];
  readonly standardErrors: readonly (number | null)[];
}

/** A fitted Cox model. Arrays have one entry for each coefficient, in the order of `terms`; null is not estimable. */
export interface CoxphValue {
  readonly formula: string;
  readonly n: number;
  readonly events: number;
  readonly ties: "efron" | "breslow";
  readonly weights: string | null;
  /** Whether each site is a stratum of its own; else the model is pooled over sites. */
  readonly stratifiedBySite: boolean;
  readonly strata: {
    /** The strata() of the formula, without sites. */
    readonly terms: readonly string[];
    /** Their levels, combined; empty when there are none. */
    readonly levels: readonly string[];
  };
  /** Names of the coefficients as R has them. */
  readonly terms: readonly string[];
  /** Log hazard ratios. */
  readonly coefficients: readonly (number | null)[];
  readonly standardErrors: readonly (number | null)[];
  readonly z: readonly (number | null)[];
  readonly p: readonly (number | null)[];
  readonly confidenceLevel: number;
  /** Confidence limits of the coefficients. */
  readonly lower: readonly (number | null)[];
  readonly upper: readonly (number | null)[];
  readonly hazardRatios: readonly (number | null)[];
  readonly hazardRatioLower: readonly (number | null)[];
  readonly hazardRatioUpper: readonly (number | null)[];
  /** The inverse of the information, row by row. */
  readonly covariance: readonly (readonly (number | null)[])[];
  /** Without covariates, and of the fit. */
  readonly logLikelihood: { readonly null: number; readonly fitted: number };
  readonly likelihoodRatioTest: CoxphTest | null;
  readonly scoreTest: CoxphTest | null;
  readonly waldTest: CoxphTest | null;
  readonly aic: number | null;
  /** With the number of events as the number of observations, as R has it. */
  readonly bic: number | null;
  readonly iterations: number;
  readonly converged: boolean;
  /** Weighted means of the design's columns. */
  readonly means: readonly number[];
  /** Coefficients whose column others add up to. */
  readonly aliased: readonly boolean[];
  /** Coefficients that have no finite estimate, and in which direction they run away. */
  readonly infinite: readonly ("positive" | "negative" | null)[];
  readonly effects: readonly FittedTerm[];
  /** Each site's own fit of the same model, by name; null unless `perSite` was asked for. */
  readonly sites: readonly CoxphSite[] | null;
  readonly warnings: readonly string[];
}

/** What is known of the model before it is fitted. */
export interface DescribedModel {
  readonly formula: string;
  readonly n: number;
  readonly events: number;
  readonly ties: Ties;
  readonly weights: string | null;
  readonly confidenceLevel: number;
  readonly stratifiedBySite: boolean;
  readonly model: CoxModel;
  readonly design: Design;
  readonly means: readonly number[];
  readonly factor: readonly number[];
  readonly control: "konsil" | "R";
  /** What has been warned about, as `warn` adds to it. */
  readonly warnings: readonly string[];
  readonly warn: (message: string) => void;
}

function described(known: DescribedModel) {
  const { formula, n, events, ties, weights, confidenceLevel, stratifiedBySite, model, design, means } =
    known;
  const read = readModel(model).formula;
  const terms = read.variables.filter(({ kind }) => kind === "strata").map(({ text }) => text);
  return {
    formula,
    n,
    events,
    ties,
    weights,
    stratifiedBySite,
    strata: { terms, levels: terms.length === 0 ? [] : strataLabels(read, model.variables) },
    terms: design.names,
    confidenceLevel,
    means,
    effects: fittedTerms(read, design),
  };
}

/** Nothing happened to anyone: no coefficient can be estimated. */
export function withoutEvents(known: DescribedModel): CoxphValue {
  known.warn("There is no event among the rows that can be used, so no coefficient can be estimated.");
  const nothing = known.design.names.map(() => null);
  return {
    ...described(known),
    coefficients: nothing,
    standardErrors: nothing,
    z: nothing,
    p: nothing,
    lower: nothing,
    upper: nothing,
    hazardRatios: nothing,
    hazardRatioLower: nothing,
    hazardRatioUpper: nothing,
    covariance: known.design.names.map(() => nothing),
    logLikelihood: { null: 0, fitted: 0 },
    likelihoodRatioTest: null,
    scoreTest: null,
    waldTest: null,
    aic: null,
    bic: null,
    iterations: 0,
    converged: true,
    aliased: known.design.names.map(() => false),
    infinite: nothing,
    sites: null,
    warnings: known.warnings,
  };
}

function test(statistic: number, df: number): CoxphTest | null {
  if (df === 0) return null;
  return { statistic, df, p: chiSquaredCdf(statistic, df, { tail: "upper" }) };
}

/** What R users expect of a fit, back on the scale of the columns as they are. */
export function coxphValue(
  fit: NewtonFit,
  known: DescribedModel & { readonly sites: readonly CoxphSite[] | null },
): CoxphValue {
  const { factor, confidenceLevel, control, events, design, warn: say } = known;
  const { names } = design;
  const size = names.length;
  // R gives the number at which it stopped; it depends on when that was, and is no estimate.
  const isGiven = (i: number): boolean =>
    fit.aliased[i] !== true && (control === "R" || fit.infinite[i] === 0);
  const each = (value: (i: number) => number): readonly (number | null)[] =>
    names.map((_, i) => (isGiven(i) ? finiteOrNull(value(i)) : null));

  const coefficient = (i: number): number => (fit.beta[i] as number) * (factor[i] as number);
  const variance = (i: number, j: number): number =>
    (fit.covariance[i * size + j] as number) * (factor[i] as number) * (factor[j] as number);
  const error = (i: number): number => Math.sqrt(variance(i, i));
  const quantile = normalQuantile((1 - confidenceLevel) / 2, { tail: "upper" });
  const lower = (i: number): number => coefficient(i) - quantile * error(i);
  const upper = (i: number): number => coefficient(i) + quantile * error(i);

  const df = fit.aliased.filter((is) => !is).length;
  const named = (is: (i: number) => boolean): string => listing(names.filter((_, i) => is(i)));
  if (fit.aliased.includes(true))
    say(
      `No coefficient was estimated for ${named((i) => fit.aliased[i] === true)}: within every set of people at risk the column is constant or other columns add up to it. Leave it out, or merge levels.`,
    );
  const isInfinite = fit.infinite.some((sign) => sign !== 0);
  if (isInfinite)
    say(
      `The coefficient of ${named((i) => fit.infinite[i] !== 0)} has no finite estimate${fit.withheld === null ? "" : " that could be reached"}: the likelihood still rises while it runs away, as when no one in a group has an event, or everyone has it first. Its standard error and Wald test mean nothing${fit.withheld === null ? "; the likelihood ratio test stays valid" : ""}.`,
    );
  if (fit.withheld !== null)
    say(
      `The fit ended after ${fit.iterations} iterations: as its coefficients run away, its sums come to rest on fewer people than sites permit. Log-likelihood, likelihood ratio test, AIC and all other numbers are those of the last iteration.`,
    );
  else if (!fit.converged)
    say(
      `The fit did not converge in ${fit.iterations} iterations: its numbers are those of the last one. Raise \`iterations\`, or look for columns that nearly determine each other.`,
    );
  return {
    ...described(known),
    coefficients: each(coefficient),
    standardErrors: each(error),
    z: each((i) => coefficient(i) / error(i)),
    p: each((i) => 2 * normalCdf(-Math.abs(coefficient(i) / error(i)))),
    lower: each(lower),
    upper: each(upper),
    hazardRatios: each((i) => Math.exp(coefficient(i))),
    hazardRatioLower: each((i) => Math.exp(lower(i))),
    hazardRatioUpper: each((i) => Math.exp(upper(i))),
    covariance: names.map((_, i) => each((j) => (isGiven(i) ? variance(i, j) : Number.NaN))),
    logLikelihood: { null: fit.nullLogLikelihood, fitted: fit.logLikelihood },
    likelihoodRatioTest: test(Math.max(0, 2 * (fit.logLikelihood - fit.nullLogLikelihood)), df),
    scoreTest: test(fit.scoreStatistic, df),
    waldTest: isInfinite && control !== "R" ? null : test(fit.waldStatistic, df),
    aic: -2 * fit.logLikelihood + 2 * df,
    bic: -2 * fit.logLikelihood + df * Math.log(events),
    iterations: fit.iterations,
    converged: fit.converged,
    aliased: fit.aliased,
    infinite: fit.infinite.map((sign) => (sign > 0 ? "positive" : sign < 0 ? "negative" : null)),
    sites: known.sites,
    warnings: known.warnings,
  };
}
