import { HALF_LOG_TWO_PI, logGamma, stirlingError } from "./log-gamma.ts";

/** log B(a, b) for a, b > 0. Large arguments go by Stirling's errors: three large log Γ would cancel. */
export function logBeta(a: number, b: number): number {
  const small = Math.min(a, b);
  const large = Math.max(a, b);
  if (large < 10) return logGamma(a) + logGamma(b) - logGamma(a + b);
  // log Γ(large) − log Γ(large + small) by Stirling's formula.
  const ratio =
    -(large - 0.5) * Math.log1p(small / large) -
    small * Math.log(large + small) +
    small +
    stirlingError(large) -
    stirlingError(large + small);
  if (small < 10) return logGamma(small) + ratio;
  return (
    -0.5 * Math.log(large) +
    HALF_LOG_TWO_PI +
    (small - 0.5) * Math.log(small / (large + small)) -
    large * Math.log1p(small / large) +
    stirlingError(small) +
    stirlingError(large) -
    stirlingError(large + small)
  );
}
