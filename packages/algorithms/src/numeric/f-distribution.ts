import { chiSquaredCdf, chiSquaredQuantile } from "./chi-squared.ts";
import { betaTails, pointFromOdds } from "./incomplete-beta.ts";
import { type ProbabilityOptions, pickTail, smallerTail, type Tail, tailsAtEnd } from "./tail.ts";
import { betaOddsQuantile } from "./tail-solver.ts";

function otherTail(options: ProbabilityOptions): ProbabilityOptions {
  const tail: Tail = options.tail === "upper" ? "lower" : "upper";
  return { tail, log: options.log };
}

/** Distribution function of F. Infinite `df2` leaves χ²/df1. */
export function fCdf(f: number, df1: number, df2: number, options: ProbabilityOptions = {}): number {
  if (!(df1 > 0 && df2 > 0) || Number.isNaN(f)) return Number.NaN;
  if (f <= 0) return pickTail(tailsAtEnd("start"), options);
  if (f === Number.POSITIVE_INFINITY) return pickTail(tailsAtEnd("end"), options);
  if (df2 === Number.POSITIVE_INFINITY) return chiSquaredCdf(df1 * f, df1, options);
  if (df1 === Number.POSITIVE_INFINITY) return chiSquaredCdf(df2 / f, df2, otherTail(options));
  return pickTail(betaTails(df1 / 2, df2 / 2, pointFromOdds((df1 / df2) * f)), options);
}

/** Quantile of F. */
export function fQuantile(p: number, df1: number, df2: number, options: ProbabilityOptions = {}): number {
  const wanted = smallerTail(p, options);
  if (!(df1 > 0 && df2 > 0) || wanted === undefined) return Number.NaN;
  if (df2 === Number.POSITIVE_INFINITY) return chiSquaredQuantile(p, df1, options) / df1;
  if (df1 === Number.POSITIVE_INFINITY) return df2 / chiSquaredQuantile(p, df2, otherTail(options));
  // The odds of F are df1 F / df2; those of its upper tail are the inverse ones of 1/F.
  const odds =
    wanted.tail === "lower"
      ? betaOddsQuantile(df1 / 2, df2 / 2, wanted.logP, 1)
      : betaOddsQuantile(df2 / 2, df1 / 2, wanted.logP, -1);
  return (odds * df2) / df1;
}
