import { continuedFraction } from "./continued-fraction.ts";
import { logExcess } from "./log-excess.ts";
import { HALF_LOG_TWO_PI, stirlingError } from "./log-gamma.ts";
import { type Tails, tailsAtEnd, tailsFrom } from "./tail.ts";

/** A place in [0, 1] with its distance from 1, both to full precision. */
export interface BetaPoint {
  readonly x: number;
  readonly y: number;
  readonly logX: number;
  readonly logY: number;
}

/** The point with x/y = odds: what F and t have, and what keeps the digits of x and of 1 − x. */
export function pointFromOdds(odds: number): BetaPoint {
  if (odds <= 1) {
    const logY = -Math.log1p(odds);
    return { x: odds / (1 + odds), y: 1 / (1 + odds), logX: Math.log(odds) + logY, logY };
  }
  const inverse = 1 / odds;
  const logX = -Math.log1p(inverse);
  return { x: 1 / (1 + inverse), y: inverse / (1 + inverse), logX, logY: logX - Math.log(odds) };
}

/** u − log(1+u) for 1+u = (a+b)x/a, whose logarithm is known better where 1+u has lost its digits. */
function deviance(u: number, logScaled: number): number {
  return u < -0.5 ? u - logScaled : logExcess(u);
}

/**
 * I_x(a,b) B(a,b) / (x^a y^b) for x at most about a/(a+b): the continued fraction of A. R. DiDonato and A. H. Morris,
 * ACM TOMS 18, 1992, equation 9. `lambda` is a − (a+b)x, which holds the digits that 1 + d1 of DLMF 8.17.22 cancels.
 */
function fraction(a: number, b: number, x: number, y: number, lambda: number): number {
  const value = continuedFraction((a / (a + 1)) * (lambda + 1), (n, into) => {
    const middle = a + 2 * n - 1;
    const rest = n * (b - n) * x;
    into.numerator = ((a + n - 1) / middle) * ((a + b + n - 1) / middle) * rest * x;
    into.denominator = n + rest / middle + ((a + n) / (middle + 2)) * (lambda + 1 + n * (1 + y));
  });
  return 1 / value;
}

/** Both tails of the beta distribution. */
export function betaTails(a: number, b: number, { x, y, logX, logY }: BetaPoint): Tails {
  if (logX === Number.NEGATIVE_INFINITY) return tailsAtEnd("start");
  if (logY === Number.NEGATIVE_INFINITY) return tailsAtEnd("end");
  const n = a + b;
  const small = Math.min(a, b);
  const large = Math.max(a, b);
  const lambda = x <= y ? a - n * x : n * y - b;
  // Loader's form of x^a y^b / B(a,b): a and b times their deviances are both positive, so nothing cancels.
  const logSlope =
    0.5 * (Math.log(small) - Math.log1p(small / large)) -
    HALF_LOG_TWO_PI +
    (stirlingError(n) - stirlingError(a) - stirlingError(b)) -
    a * deviance(-lambda / a, logX + Math.log1p(b / a)) -
    b * deviance(lambda / b, logY + Math.log1p(a / b));
  return lambda >= 0
    ? tailsFrom(logSlope, fraction(a, b, x, y, lambda), "lower")
    : tailsFrom(logSlope, fraction(b, a, y, x, -lambda), "upper");
}
