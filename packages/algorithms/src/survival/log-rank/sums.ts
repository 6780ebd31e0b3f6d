import type { Departures } from "../tally.ts";
import { eachRiskSet } from "./risk-sets.ts";

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
 * Adds one stratum's sums: at each time with D events among N at risk, group g expects D·n_g/N, with the covariance of the
 * multivariate hypergeometric distribution (Mantel 1966; Peto and Peto 1972), times S(t−)^ρ with the stratum's own S
 * (Harrington and Fleming 1982), as R's survdiff.
 */
export function addStratum(into: LogRankSums, groups: readonly Departures[], rho: number): void {
  const { observed, expected, variance } = into;
  const size = groups.length;
  const share = new Float64Array(size);
  eachRiskSet(groups, rho, ({ atRisk, deaths, total, dead, weight, spread }) => {
    if (dead === 0) return;
    for (let g = 0; g < size; g++) {
      share[g] = atRisk[g]! / total;
      observed[g]! += weight * deaths[g]!;
      expected[g]! += weight * dead * share[g]!;
      const scaled = spread * share[g]!;
      for (let h = 0; h < g; h++) variance[g * size + h]! -= scaled * share[h]!;
      variance[g * size + g]! += scaled * (1 - share[g]!);
    }
  });
  for (let g = 0; g < size; g++) for (let h = 0; h < g; h++) variance[h * size + g] = variance[g * size + h]!;
}
