import { betaTails, pointFromOdds } from "./incomplete-beta.ts";
import { logBeta } from "./log-beta.ts";
import type { Tails } from "./tail.ts";

const MOST_STEPS = 500;
/** Newton squares its error: below this, the step just made was the last that changes a double. */
const LAST_STEP = 1e-10;
/** Below exp(−600) a lower tail is its first term, and squares of it are beyond doubles. */
const FIRST_TERM = -600;

/**
 * Newton on log p over log x. The lower tail of log X is log-concave here, so from a start on their outer side the steps
 * approach the root from that side alone: no bracket is needed.
 */
function solve(start: number, logP: number, tails: (x: number) => Tails): number {
  let x = start;
  for (let i = 0; i < MOST_STEPS; i++) {
    const at = tails(x);
    const step = (logP - at.logLower) * Math.exp(at.logLower - at.logSlope);
    if (!Number.isFinite(step)) break;
    x *= Math.exp(step);
    if (Math.abs(step) < LAST_STEP) break;
  }
  return x;
}

/** The odds x/(1−x), to a power, at which the lower tail of the beta distribution holds exp(logP). */
export function betaOddsQuantile(a: number, b: number, logP: number, power: number): number {
  // I_x(a,b) = odds^a / (a B(a,b)) (1 + …): the tangent far out, above the concave tail.
  const start = (logP + Math.log(a) + logBeta(a, b)) / a;
  if (start < FIRST_TERM) return Math.exp(power * start);
  const odds = solve(Math.exp(start), logP, (at) => betaTails(a, b, pointFromOdds(at)));
  return odds ** power;
}
