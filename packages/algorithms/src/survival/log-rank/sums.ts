import type { Departures } from "../tally.ts";

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
  const size = groups.length;
  const times = Float64Array.from(groups.flatMap(({ at }) => Array.from(at))).sort();
  const next = new Int32Array(size);
  const atRisk = Float64Array.from(groups, ({ event, censored }) =>
    event.reduce((n, d, i) => n + d + (censored[i] as number), 0),
  );
  let total = atRisk.reduce((sum, n) => sum + n, 0);
  let survival = 1;
  const deaths = new Float64Array(size);
  for (let k = 0; k < times.length; k++) {
    const time = times[k]!;
    if (k > 0 && time === times[k - 1]) continue;
    let dead = 0;
    for (let g = 0; g < size; g++) {
      const { at, event } = groups[g]!;
      const here = at[next[g]!] === time;
      deaths[g] = here ? event[next[g]!]! : 0;
      dead += deaths[g]!;
    }
    if (dead > 0) {
      const weight = rho === 0 ? 1 : survival ** rho;
      const spread = total > 1 ? (weight * weight * dead * (total - dead)) / (total - 1) : 0;
      for (let g = 0; g < size; g++) {
        const share = atRisk[g]! / total;
        into.observed[g]! += weight * deaths[g]!;
        into.expected[g]! += weight * dead * share;
        for (let h = 0; h < size; h++)
          into.variance[g * size + h]! += spread * share * ((g === h ? 1 : 0) - atRisk[h]! / total);
      }
      survival *= (total - dead) / total;
    }
    for (let g = 0; g < size; g++) {
      const { at, event, censored } = groups[g]!;
      if (at[next[g]!] !== time) continue;
      const left = event[next[g]!]! + censored[next[g]!]!;
      atRisk[g]! -= left;
      total -= left;
      next[g]!++;
    }
  }
}
