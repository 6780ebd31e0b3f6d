import { betaTails, pointFromOdds } from "./incomplete-beta.ts";
import { gammaTails } from "./incomplete-gamma.ts";
import { logBeta } from "./log-beta.ts";
import { logGamma } from "./log-gamma.ts";
import type { SmallerTail, Tail, Tails } from "./tail.ts";

const MOST_STEPS = 500;
/** Newton squares its error: below this, the step just made was the last that changes a double. */
const LAST_STEP = 1e-10;
/** Below exp(−600) a lower tail is its first term, and squares of it are beyond doubles. */
const FIRST_TERM = -600;

/**
 * Newton on log p over log x. The tails of log X are log-concave here, so from a start on their outer side the steps
 * approach the root from that side alone: no bracket is needed.
 */
function solve(start: number, logP: number, tail: Tail, tails: (x: number) => Tails): number {
  let x = start;
  for (let i = 0; i < MOST_STEPS; i++) {
    const at = tails(x);
    const logTail = tail === "lower" ? at.logLower : at.logUpper;
    const step = (logP - logTail) * Math.exp(logTail - at.logSlope);
    if (!Number.isFinite(step)) break;
    x *= Math.exp(tail === "lower" ? step : -step);
    if (Math.abs(step) < LAST_STEP) break;
  }
  return x;
}

/** The x at which a tail of the gamma distribution with shape a holds p. */
export function gammaQuantile(a: number, { tail, logP }: SmallerTail): number {
  if (tail === "lower") {
    // P(a,x) < x^a / Γ(a+1): a tail that is larger, so that its root is further out.
    const start = (logP + logGamma(a + 1)) / a;
    if (start < FIRST_TERM) return Math.exp(start);
    return solve(Math.exp(start), logP, tail, (x) => gammaTails(a, x));
  }
  // Centred gamma variables are sub-gamma: P(X > a + √(2aL) + L) ≤ e^−L (Boucheron, Lugosi, Massart 2013, section 2.4).
  const bound = -logP;
  if (bound === Number.POSITIVE_INFINITY) return bound;
  return solve(a + Math.sqrt(2 * a * bound) + bound, logP, tail, (x) => gammaTails(a, x));
}

/** The odds x/(1−x), to a power, at which the lower tail of the beta distribution holds exp(logP). */
export function betaOddsQuantile(a: number, b: number, logP: number, power: number): number {
  // I_x(a,b) = odds^a / (a B(a,b)) (1 + …): the tangent far out, above the concave tail.
  const start = (logP + Math.log(a) + logBeta(a, b)) / a;
  if (start < FIRST_TERM) return Math.exp(power * start);
  const odds = solve(Math.exp(start), logP, "lower", (at) => betaTails(a, b, pointFromOdds(at)));
  return odds ** power;
}
