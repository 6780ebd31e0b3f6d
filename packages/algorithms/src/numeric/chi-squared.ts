import { gammaTails } from "./incomplete-gamma.ts";
import { type ProbabilityOptions, pickTail } from "./tail.ts";

/** Distribution function of χ². */
export function chiSquaredCdf(x: number, df: number, options: ProbabilityOptions = {}): number {
  if (!(df > 0 && df < Infinity) || Number.isNaN(x)) return Number.NaN;
  return pickTail(gammaTails(df / 2, x / 2), options);
}
