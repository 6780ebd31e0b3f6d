import { continuedFraction } from "./continued-fraction.ts";
import { HALF_LOG_TWO_PI } from "./log-gamma.ts";
import { type ProbabilityOptions, smallerTail } from "./tail.ts";

const SQRT_TWO_PI = 2.5066282746310002;
/** From here on the continued fraction is quick, and ½ minus the series would lose digits. */
const FAR = 2;

/** exp(−x²/2) with x² split in two, because rounding a large x² would cost digits. */
function bell(x: number): number {
  const coarse = Math.trunc(x * 16) / 16;
  return Math.exp(-0.5 * coarse * coarse) * Math.exp(-0.5 * (x - coarse) * (x + coarse));
}

/** Φ(x) − ½ over φ(x): x + x³/3 + x⁵/(3·5) + … (Abramowitz & Stegun 26.2.11). */
function centralRatio(x: number): number {
  const square = x * x;
  let term = x;
  let sum = x;
  for (let k = 3; Math.abs(term) > Math.abs(sum) * 5e-17; k += 2) {
    term *= square / k;
    sum += term;
  }
  return sum;
}

/** (1 − Φ(x)) / φ(x) for x ≥ FAR: 1/(x + 1/(x + 2/(x + …))) (Abramowitz & Stegun 26.2.14). */
function millsRatio(x: number): number {
  return (
    1 /
    continuedFraction(x, (n, into) => {
      into.numerator = n;
      into.denominator = x;
    })
  );
}

/** Upper tail at x ≥ 0. */
function upperTail(x: number): number {
  const density = bell(x) / SQRT_TWO_PI;
  return x < FAR ? 0.5 - density * centralRatio(x) : density * millsRatio(x);
}

/** Logarithm of the upper tail at x ≥ 0. */
function logUpperTail(x: number): number {
  return x < FAR ? Math.log(upperTail(x)) : -0.5 * x * x - HALF_LOG_TWO_PI + Math.log(millsRatio(x));
}

/** Distribution function of the standard normal. */
export function normalCdf(x: number, { tail = "lower", log = false }: ProbabilityOptions = {}): number {
  if (Number.isNaN(x)) return x;
  const size = Math.abs(x);
  if (size === Number.POSITIVE_INFINITY) {
    const none = x < 0 === (tail === "lower");
    if (log) return none ? Number.NEGATIVE_INFINITY : 0;
    return none ? 0 : 1;
  }
  const outer = tail === "lower" ? x <= 0 : x >= 0;
  if (outer) return log ? logUpperTail(size) : upperTail(size);
  return log ? Math.log1p(-upperTail(size)) : 1 - upperTail(size);
}

/** Quantile of the standard normal. */
export function normalQuantile(p: number, options: ProbabilityOptions = {}): number {
  const wanted = smallerTail(p, options);
  if (wanted === undefined) return Number.NaN;
  const size = wanted.p > 0.25 ? centralQuantile(0.5 - wanted.p) : outerQuantile(wanted.logP);
  return wanted.tail === "lower" && size !== 0 ? -size : size;
}

/** The x ≥ 0 between which and 0 the normal holds `area` < ¼. Solved from the area: the tail has no digits near ½. */
function centralQuantile(area: number): number {
  let x = area * SQRT_TWO_PI;
  for (let i = 0; i < 20; i++) {
    const density = bell(x) / SQRT_TWO_PI;
    const step = area / density - centralRatio(x);
    x += step;
    if (Math.abs(step) <= 1e-10 * x) break;
  }
  return x;
}

/** The x above which the normal holds exp(logP) ≤ ¼. */
function outerQuantile(logP: number): number {
  if (logP === Number.NEGATIVE_INFINITY) return Number.POSITIVE_INFINITY;
  // A bound of the tail from above, exp(−x²/2) ≥ 1 − Φ(x), starts on the outer side of a log-concave tail.
  let x = Math.sqrt(-2 * logP);
  for (let i = 0; i < 50; i++) {
    const logTail = logUpperTail(x);
    const logDensity = -0.5 * x * x - HALF_LOG_TWO_PI;
    const step = (logP - logTail) * Math.exp(logTail - logDensity);
    x -= step;
    if (Math.abs(step) <= 1e-10 * x) break;
  }
  return x;
}
