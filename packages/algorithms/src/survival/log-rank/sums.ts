import type { Departures } from "../tally.ts";

/** Observed and expected events by group and the covariance of their differences (groups × groups, row by row). */
export interface LogRankSums {
  readonly observed: Float64Array;
  readonly expected: Float64Array;
  readonly variance: Float64Array;
  /**
   * The people on whom a cell of the covariance rests, likewise: of two groups those of the smaller one, by stratum, who are
   * at risk at its first event; of a group and itself, of it and all others. Who left before is compared with nobody, and
   * where one person is compared with a hundred, the sums are this person's.
   */
  readonly compared: Float64Array;
}

export function noSums(groups: number): LogRankSums {
  return {
    observed: new Float64Array(groups),
    expected: new Float64Array(groups),
    variance: new Float64Array(groups * groups),
    compared: new Float64Array(groups * groups),
  };
}

/**
 * Adds one stratum's sums: at each time with D events among N at risk, group g expects D·n_g/N, with the covariance of the
 * multivariate hypergeometric distribution (Mantel 1966; Peto and Peto 1972), times S(t−)^ρ with the stratum's own S
 * (Harrington and Fleming 1982), as R's survdiff.
 */
export function addStratum(into: LogRankSums, groups: readonly Departures[], rho: number): void {
  const { observed, expected, variance, compared } = into;
  const size = groups.length;
  const next = new Int32Array(size);
  const atRisk = Float64Array.from(groups, ({ event, censored }) =>
    event.reduce((n, d, i) => n + d + (censored[i] as number), 0),
  );
  let total = atRisk.reduce((sum, n) => sum + n, 0);
  let survival = 1;
  let isFirst = true;
  const deaths = new Float64Array(size);
  const leaving = new Float64Array(size);
  const share = new Float64Array(size);
  for (;;) {
    let time = Number.POSITIVE_INFINITY;
    for (let g = 0; g < size; g++) {
      const { at } = groups[g]!;
      const k = next[g]!;
      if (k < at.length && at[k]! < time) time = at[k]!;
    }
    if (time === Number.POSITIVE_INFINITY) break;
    let dead = 0;
    for (let g = 0; g < size; g++) {
      const { at, event, censored } = groups[g]!;
      const k = next[g]!;
      const isHere = k < at.length && at[k] === time;
      deaths[g] = isHere ? event[k]! : 0;
      leaving[g] = isHere ? event[k]! + censored[k]! : 0;
      dead += deaths[g]!;
      if (isHere) next[g] = k + 1;
    }
    if (dead > 0 && isFirst) {
      isFirst = false;
      for (let g = 0; g < size; g++)
        for (let h = 0; h < size; h++)
          compared[g * size + h]! += Math.min(atRisk[g]!, g === h ? total - atRisk[g]! : atRisk[h]!);
    }
    if (dead > 0) {
      const weight = rho === 0 ? 1 : survival ** rho;
      const spread = total > 1 ? (weight * weight * dead * (total - dead)) / (total - 1) : 0;
      for (let g = 0; g < size; g++) {
        share[g] = atRisk[g]! / total;
        observed[g]! += weight * deaths[g]!;
        expected[g]! += weight * dead * share[g]!;
        const scaled = spread * share[g]!;
        for (let h = 0; h < g; h++) variance[g * size + h]! -= scaled * share[h]!;
        variance[g * size + g]! += scaled * (1 - share[g]!);
      }
      survival *= (total - dead) / total;
    }
    for (let g = 0; g < size; g++) {
      atRisk[g]! -= leaving[g]!;
      total -= leaving[g]!;
    }
  }
  for (let g = 0; g < size; g++) for (let h = 0; h < g; h++) variance[h * size + g] = variance[g * size + h]!;
}
