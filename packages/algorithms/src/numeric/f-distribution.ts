import { chiSquaredCdf } from "./chi-squared.ts";
import { betaTails, pointFromOdds } from "./incomplete-beta.ts";
import { type ProbabilityOptions, pickTail, type Tail, tailsAtEnd } from "./tail.ts";

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
