import type { Departures } from "../tally.ts";

/** A time at which people of a stratum leave: how many of each group are at risk, have the event, and leave. */
export interface RiskSet {
  readonly atRisk: Float64Array;
  readonly deaths: Float64Array;
  readonly leaving: Float64Array;
  readonly total: number;
  readonly dead: number;
  /** S(t−)^ρ of the stratum. */
  readonly weight: number;
  /** How much the number of deaths in a group varies by chance, but for its share of those at risk. */
  readonly spread: number;
  /** Whether people of several groups are at risk, and not all have the event: else observed is expected. */
  readonly compares: boolean;
}

/** Calls `visit` at each time at which somebody leaves a stratum, in order; its arrays are written anew each time. */
export function eachRiskSet(groups: readonly Departures[], rho: number, visit: (at: RiskSet) => void): void {
  const size = groups.length;
  const next = new Int32Array(size);
  const atRisk = Float64Array.from(groups, ({ event, censored }) =>
    event.reduce((n, d, i) => n + d + (censored[i] as number), 0),
  );
  let total = atRisk.reduce((sum, n) => sum + n, 0);
  let survival = 1;
  const deaths = new Float64Array(size);
  const leaving = new Float64Array(size);
  for (;;) {
    let time = Number.POSITIVE_INFINITY;
    for (let g = 0; g < size; g++) {
      const { at } = groups[g]!;
      const k = next[g]!;
      if (k < at.length && at[k]! < time) time = at[k]!;
    }
    if (time === Number.POSITIVE_INFINITY) return;
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
    const weight = rho === 0 ? 1 : survival ** rho;
    const spread = total > 1 ? (weight * weight * dead * (total - dead)) / (total - 1) : 0;
    const compares = spread > 0 && atRisk.every((own) => own < total);
    visit({ atRisk, deaths, leaving, total, dead, weight, spread, compares });
    survival *= (total - dead) / total;
    for (let g = 0; g < size; g++) {
      atRisk[g]! -= leaving[g]!;
      total -= leaving[g]!;
    }
  }
}
