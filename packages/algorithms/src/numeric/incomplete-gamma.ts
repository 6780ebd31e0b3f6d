import { continuedFraction } from "./continued-fraction.ts";
import { logExcess } from "./log-excess.ts";
import { HALF_LOG_TWO_PI, stirlingError } from "./log-gamma.ts";
import { type Tails, tailsAtEnd, tailsFrom } from "./tail.ts";

const EPSILON = 2.220446049250313e-16;

/** log of x^a e^−x / Γ(a), by Loader's saddle-point form: only terms of one sign are summed. */
function logSlope(a: number, x: number): number {
  const u = (x - a) / a;
  // Near −1, 1+u has lost the digits of x.
  const deviance = u < -0.5 ? u - Math.log(x / a) : logExcess(u);
  return 0.5 * Math.log(a) - HALF_LOG_TWO_PI - stirlingError(a) - a * deviance;
}

/** P(a,x) Γ(a) / (x^a e^−x) = Σ x^n / (a (a+1) … (a+n)) (DLMF 8.11.4). */
function series(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; term > sum * EPSILON * 0.25; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return sum;
}

/** Q(a,x) Γ(a) / (x^a e^−x) = 1/(x+1−a − 1(1−a)/(x+3−a − 2(2−a)/(x+5−a − …))) (DLMF 8.9.2, contracted). */
function fraction(a: number, x: number): number {
  const start = x - a;
  return (
    1 /
    continuedFraction(start + 1, (n, into) => {
      into.numerator = n * (a - n);
      into.denominator = start + 2 * n + 1;
    })
  );
}

/** Both tails of the gamma distribution with shape a and scale 1. */
export function gammaTails(a: number, x: number): Tails {
  if (x <= 0) return tailsAtEnd("start");
  if (x === Number.POSITIVE_INFINITY) return tailsAtEnd("end");
  const slope = logSlope(a, x);
  return x <= Math.max(a, 1)
    ? tailsFrom(slope, series(a, x), "lower")
    : tailsFrom(slope, fraction(a, x), "upper");
}
