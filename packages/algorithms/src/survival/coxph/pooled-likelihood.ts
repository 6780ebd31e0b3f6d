import type { PartialLikelihood } from "./partial-likelihood.ts";
import { momentCount } from "./risk-sums.step.ts";
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

/**
 * Log partial likelihood, score and information of strata whose people are at several sites, from the pooled S and D at
 * each time of events: the sums over those at risk are those over all who leave later, added up from the end.
 */
export function pooledLikelihood(
  pooled: PooledRisk,
  times: readonly StratumTimes[],
  p: number,
  ties: Ties,
): PartialLikelihood | undefined {
  const m = momentCount(p);
  const score = Float64Array.from(pooled.eventColumns);
  const information = new Float64Array(p * p);
  const s = new Float64Array(m);
  const none = new Float64Array(m);
  const tie = newTieSums();
  let logLikelihood = pooled.eventPredictors[0] as number;
  let cellEnd = 0;
  let tiedEnd = 0;
  for (const { at, tied, deaths, weights } of times) {
    cellEnd += at.length;
    if (ties === "efron") tiedEnd += tied.length;
    s.fill(0);
    let nextTied = tied.length - 1;
    for (let k = at.length - 1; k >= 0; k--) {
      const from = (cellEnd - at.length + k) * m;
      for (let a = 0; a < m; a++) s[a] = (s[a] as number) + (pooled.risk[from + a] as number);
      let d: Float64Array = none;
      if (ties === "efron" && tied[nextTied] === k) {
        const start = (tiedEnd - tied.length + nextTied) * m;
        d = pooled.death.subarray(start, start + m);
        nextTied--;
      }
      addTies(ties, deaths[k] as number, weights[k] as number, s[0] as number, d[0] as number, tie);
      logLikelihood -= tie.logDenominators;
      const { a0, a1, b0, b1, b2 } = tie;
      for (let i = 0, pair = 1 + p; i < p; i++) {
        const si = s[1 + i] as number;
        const di = d[1 + i] as number;
        score[i] = (score[i] as number) - (a0 * si - a1 * di);
        for (let j = 0; j <= i; j++, pair++) {
          const sj = s[1 + j] as number;
          const dj = d[1 + j] as number;
          const second = a0 * (s[pair] as number) - a1 * (d[pair] as number);
          const product = b0 * si * sj - b1 * (si * dj + di * sj) + b2 * di * dj;
          const place = i * p + j;
          information[place] = (information[place] as number) + (second - product);
        }
      }
    }
  }
  for (let i = 0; i < p; i++)
    for (let j = 0; j < i; j++) information[j * p + i] = information[i * p + j] as number;
  const isUsable =
    Number.isFinite(logLikelihood) && score.every(Number.isFinite) && information.every(Number.isFinite);
  return isUsable ? { logLikelihood, score, information } : undefined;
}
