import type { Departures } from "../tally.ts";
import { eachRiskSet, type RiskSet } from "./risk-sets.ts";

/** Observed and expected events by group and the covariance of their differences (groups × groups, row by row). */
export interface LogRankSums {
  readonly observed: Float64Array;
  readonly expected: Float64Array;
  readonly variance: Float64Array;
}

export function noSums(groups: number): LogRankSums {
  return {
    observed: new Float64Array(groups),
    expected: new Float64Array(groups),
    variance: new Float64Array(groups * groups),
  };
}

/**
 * Adds one time at which people leave: with D events among N at risk, group g expects D·n_g/N, with the covariance of the
 * multivariate hypergeometric distribution (Mantel 1966; Peto and Peto 1972), times S(t−)^ρ with the stratum's own S
 * (Harrington and Fleming 1982), as R's survdiff.
 */
export function addRiskSet(
  { observed, expected, variance }: LogRankSums,
  { atRisk, deaths, total, dead, weight, spread }: RiskSet,
): void {
  if (dead === 0) return;
  const size = atRisk.length;
  for (let g = 0; g < size; g++) {
    const share = atRisk[g]! / total;
    observed[g]! += weight * deaths[g]!;
    expected[g]! += weight * dead * share;
    const scaled = spread * share;
    for (let h = 0; h < g; h++) {
      const covariance = scaled * (atRisk[h]! / total);
      variance[g * size + h]! -= covariance;
      variance[h * size + g]! -= covariance;
    }
    variance[g * size + g]! += scaled * (1 - share);
  }
}

/** Adds all times of one stratum. */
export function addStratum(into: LogRankSums, groups: readonly Departures[], rho: number): void {
  eachRiskSet(groups, rho, (at) => addRiskSet(into, at));
}
