import { type BetaPoint, betaTails, pointFromOdds } from "./incomplete-beta.ts";
import { normalCdf, normalQuantile } from "./normal.ts";
import { type ProbabilityOptions, smallerTail } from "./tail.ts";
import { betaOddsQuantile } from "./tail-solver.ts";

/** From here on t and normal are the same doubles. */
const NORMAL_DF = 1e20;
/** Above this, t² is beyond doubles. */
const HUGE_T = 1e150;

/** x = t²/(df+t²), which has the beta distribution with ½ and df/2. */
function pointFromT(size: number, df: number): BetaPoint {
  if (size < HUGE_T) return pointFromOdds((size * size) / df);
  return { x: 1, y: 0, logX: 0, logY: Math.log(df) - 2 * Math.log(size) };
}

/** Distribution function of Student's t. */
export function studentTCdf(t: number, df: number, options: ProbabilityOptions = {}): number {
  if (!(df > 0) || Number.isNaN(t)) return Number.NaN;
  const size = Math.abs(t);
  if (df >= NORMAL_DF || size === Number.POSITIVE_INFINITY) return normalCdf(t, options);
  const { tail = "lower", log = false } = options;
  const { lower, upper, logUpper } = betaTails(0.5, df / 2, pointFromT(size, df));
  const outer = tail === "lower" ? t <= 0 : t >= 0;
  if (outer) return log ? Math.log(0.5) + logUpper : 0.5 * upper;
  if (log) return Math.log1p(-0.5 * upper);
  return 0.5 + 0.5 * lower;
}

/** Quantile of Student's t. */
export function studentTQuantile(p: number, df: number, options: ProbabilityOptions = {}): number {
  const wanted = smallerTail(p, options);
  if (!(df > 0) || wanted === undefined) return Number.NaN;
  if (df >= NORMAL_DF) return normalQuantile(p, options);
  // The odds of |t| are t²/df. Near the centre they are solved from the area about 0: a tail has no digits near ½.
  const root =
    wanted.p > 0.25
      ? betaOddsQuantile(0.5, df / 2, Math.log(1 - 2 * wanted.p), 0.5)
      : betaOddsQuantile(df / 2, 0.5, wanted.logP + Math.LN2, -0.5);
  const size = Math.sqrt(df) * root;
  return wanted.tail === "lower" && size !== 0 ? -size : size;
}
