import { logGamma } from "../../numeric/index.ts";
import type { GlmFamily } from "./family.ts";
import type { GlmRows } from "./glm-model.ts";

/** To the nearest whole number, halves to the even one, as R's round. */
export function roundEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** Whether R finds counts whole: it warns beyond a thousandth. */
export function isWholeOutcome(
  family: GlmFamily,
  { n, y, weight }: Pick<GlmRows, "n" | "y" | "weight">,
): boolean {
  if (family === "gaussian") return true;
  for (let i = 0; i < n; i++) {
    const times = family === "binomial" && weight !== undefined ? (weight[i] as number) : 1;
    const count = times * (y[i] as number);
    if (Math.abs(count - Math.round(count)) > (family === "binomial" ? 1e-3 : 1e-7 * Math.max(1, count)))
      return false;
  }
  return true;
}

/** Whether every weight is a number of trials and w·y a number of successes. */
export function isBinomial({ n, y, weight }: Pick<GlmRows, "n" | "y" | "weight">): boolean {
  for (let i = 0; i < n; i++) {
    const w = weight === undefined ? 1 : (weight[i] as number);
    const successes = w * (y[i] as number);
    if (w !== Math.round(w) || Math.abs(successes - Math.round(successes)) > 1e-9 * w) return false;
  }
  return true;
}

const xLogX = (x: number): number => (x === 0 ? 0 : x * Math.log(x));

/** Logarithm of the number of ways to choose k of m. */
function logChoose(m: number, k: number): number {
  return k === 0 || k === m ? 0 : logGamma(m + 1) - logGamma(k + 1) - logGamma(m - k + 1);
}

/**
 * What of the log-likelihood does not depend on the fitted means, so that the rest of it is minus half the deviance.
 * Binomial: Σ log C(w, wy) + w(y log y + (1 − y) log(1 − y)); Poisson: Σ w(y log y − y − log y!). Where weights are no
 * numbers of trials, R rounds them, and the constant is that of the rounded ones alone.
 */
export function likelihoodConstant(
  family: GlmFamily,
  { n, y, weight }: Pick<GlmRows, "n" | "y" | "weight">,
  rounded: boolean,
): number {
  if (family === "gaussian") return 0;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const w = weight === undefined ? 1 : (weight[i] as number);
    const value = y[i] as number;
    if (family === "poisson") sum += w * (xLogX(value) - value - logGamma(value + 1));
    else {
      sum += logChoose(roundEven(w), roundEven(w * value));
      if (!rounded) sum += w * (xLogX(value) + xLogX(1 - value));
    }
  }
  return sum;
}
