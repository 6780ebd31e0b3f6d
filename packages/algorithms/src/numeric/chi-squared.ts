import { gammaTails } from "./incomplete-gamma.ts";
import { type ProbabilityOptions, pickTail, smallerTail } from "./tail.ts";
import { gammaQuantile } from "./tail-solver.ts";

/** Distribution function of χ². */
export function chiSquaredCdf(x: number, df: number, options: ProbabilityOptions = {}): number {
  if (!(df > 0 && df < Infinity) || Number.isNaN(x)) return Number.NaN;
  return pickTail(gammaTails(df / 2, x / 2), options);
}

/** Quantile of χ². */
export function chiSquaredQuantile(p: number, df: number, options: ProbabilityOptions = {}): number {
  const wanted = smallerTail(p, options);
  if (!(df > 0 && df < Infinity) || wanted === undefined) return Number.NaN;
  return 2 * gammaQuantile(df / 2, wanted);
}
