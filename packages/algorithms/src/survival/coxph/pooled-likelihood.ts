import { addTies, newTieSums, type Ties } from "./tie-sums.ts";

/** The pooled times of events of one stratum. */
export interface StratumTimes {
  readonly at: readonly number[];
  readonly tied: readonly number[];
  /** Events at each time, and the sum of their weights. */
  readonly deaths: ArrayLike<number>;
  readonly weights: ArrayLike<number>;
}

/** What the sites' sums come to, by cell of stratum and time. */
export interface PooledRisk {
  readonly risk: Float64Array;
  readonly death: Float64Array;
  readonly eventColumns: Float64Array;
  readonly eventPredictors: Float64Array;
}

/** All of a partial likelihood but the part of its information that is of second order in the columns. */
export interface FirstOrder {
  readonly logLikelihood: number;
  readonly score: Float64Array;
  /** What is taken off the part of second order, in full, row by row: Σ b0·S1S1' − b1·(S1D1' + D1S1') + b2·D1D1'. */
  readonly outer: Float64Array;
  /** By stratum and time of events: the sum of a0 up to there. */
  readonly hazard: Float64Array;
  /** a1 by stratum and time with several events. */
  readonly tiedHazard: Float64Array;
}

/**
 * Log partial likelihood and score of strata whose people are at several sites, from the pooled S0, S1, D0 and D1 at each
 * time of events: the sums over those at risk are those over all who leave later, added up from the end. Undefined where
 * they are not finite.
 */
export function pooledLikelihood(
  pooled: PooledRisk,
  times: readonly StratumTimes[],
  p: number,
  ties: Ties,
): FirstOrder | undefined {
  const m = 1 + p;
  const score = Float64Array.from(pooled.eventColumns);
  const outer = new Float64Array(p * p);
  const hazard = new Float64Array(pooled.risk.length / m);
  const tiedHazard = new Float64Array(pooled.death.length / m);
  const s = new Float64Array(m);
  const none = new Float64Array(m);
  const tie = newTieSums();
  let logLikelihood = pooled.eventPredictors[0] as number;
  let cellEnd = 0;
  let tiedEnd = 0;
  for (const { at, tied, deaths, weights } of times) {
    const firstCell = cellEnd;
    cellEnd += at.length;
    if (ties === "efron") tiedEnd += tied.length;
    s.fill(0);
    let nextTied = tied.length - 1;
    for (let k = at.length - 1; k >= 0; k--) {
      const cell = firstCell + k;
      for (let a = 0; a < m; a++) s[a] = (s[a] as number) + (pooled.risk[cell * m + a] as number);
      let d: Float64Array = none;
      let tiedCell = -1;
      if (ties === "efron" && tied[nextTied] === k) {
        tiedCell = tiedEnd - tied.length + nextTied;
        d = pooled.death.subarray(tiedCell * m, (tiedCell + 1) * m);
        nextTied--;
      }
      addTies(ties, deaths[k] as number, weights[k] as number, s[0] as number, d[0] as number, tie);
      logLikelihood -= tie.logDenominators;
      const { a0, a1, b0, b1, b2 } = tie;
      hazard[cell] = a0;
      if (tiedCell >= 0) tiedHazard[tiedCell] = a1;
      for (let i = 0; i < p; i++) {
        const si = s[1 + i] as number;
        const di = d[1 + i] as number;
        score[i] = (score[i] as number) - (a0 * si - a1 * di);
        for (let j = 0; j <= i; j++) {
          const sj = s[1 + j] as number;
          const dj = d[1 + j] as number;
          outer[i * p + j] =
            (outer[i * p + j] as number) + (b0 * si * sj - b1 * (si * dj + di * sj) + b2 * di * dj);
        }
      }
    }
    for (let cell = firstCell + 1; cell < cellEnd; cell++)
      hazard[cell] = (hazard[cell] as number) + (hazard[cell - 1] as number);
  }
  for (let i = 0; i < p; i++) for (let j = 0; j < i; j++) outer[j * p + i] = outer[i * p + j] as number;
  const isUsable =
    Number.isFinite(logLikelihood) &&
    [score, outer, hazard, tiedHazard].every((values) => values.every(Number.isFinite));
  return isUsable ? { logLikelihood, score, outer, hazard, tiedHazard } : undefined;
}
