import { crossProducts, weightedColumnSums } from "../../numeric/index.ts";
import type { SortedRows } from "./sorted-rows.ts";
import { addTies, newTieSums, type Ties } from "./tie-sums.ts";

/** Arrays that every pass writes anew. First use of fresh memory costs more than the arithmetic. */
export interface Workspace {
  /** Of each row: w·exp(η), then its weight in the information. */
  readonly row: Float64Array;
  readonly residual: Float64Array;
  /** Of each block: a0 and a1. */
  readonly a0: Float64Array;
  readonly a1: Float64Array;
  /** Two rows of sums for each time of death, and their weights. */
  readonly sums: Float64Array;
  readonly sumWeights: Float64Array;
}

export function newWorkspace({ n, p, deaths }: SortedRows): Workspace {
  let times = 0;
  for (let b = 0; b < deaths.length; b++) times += Math.min(2, deaths[b] as number);
  return {
    row: new Float64Array(n),
    residual: new Float64Array(n),
    a0: new Float64Array(deaths.length),
    a1: new Float64Array(deaths.length),
    sums: new Float64Array(times * p),
    sumWeights: new Float64Array(times),
  };
}

export interface PartialLikelihood {
  readonly logLikelihood: number;
  readonly score: Float64Array;
  /** In full, row by row. */
  readonly information: Float64Array;
}

/**
 * Log partial likelihood, score and information of rows whose strata are all here (Cox 1972), or undefined when they
 * are not finite at this β.
 *
 * A first pass, from the latest time on, carries S0 and S1 of those at risk. As ΣS2/S0 over times of death is
 * Σ x x' w exp(η) H with H = Σ 1/S0 over the deaths that a row was at risk for, the part of second order is one weighted
 * cross product over rows after a second pass that carries H; score and residuals come from the same weights. What is
 * left, outer products of S1 and D1 at each time of death, is a second cross product:
 * b0·S1S1' − b1·(S1D1' + D1S1') + b2·D1D1' = b0·(S1 − qD1)(S1 − qD1)' + (b2 − q·b1)·D1D1', q = b1/b0.
 */
export function partialLikelihood(
  rows: SortedRows,
  beta: ArrayLike<number>,
  ties: Ties,
  workspace: Workspace,
): PartialLikelihood | undefined {
  const { n, p, matrix, weight, offset, starts, deaths, opens } = rows;
  const { row, residual, a0, a1, sums, sumWeights } = workspace;
  const blocks = deaths.length;
  const s1 = new Float64Array(p);
  const d1 = new Float64Array(p);
  const b = Float64Array.from(beta);
  const tie = newTieSums();
  let s0 = 0;
  let logLikelihood = 0;
  let used = 0;
  for (let block = 0; block < blocks; block++) {
    if (opens[block] === 1) {
      s0 = 0;
      s1.fill(0);
    }
    const start = starts[block] as number;
    const end = starts[block + 1] as number;
    const dying = deaths[block] as number;
    const tied = dying > 1 && ties === "efron";
    let deathWeight = 0;
    let d0 = 0;
    if (tied) d1.fill(0);
    for (let i = start, at = start * p; i < end; i++, at += p) {
      let eta = offset === undefined ? 0 : (offset[i] as number);
      for (let j = 0; j < p; j++) eta += (matrix[at + j] as number) * (b[j] as number);
      const w = weight === undefined ? 1 : (weight[i] as number);
      const risk = w * Math.exp(eta);
      row[i] = risk;
      s0 += risk;
      for (let j = 0; j < p; j++) s1[j] = (s1[j] as number) + risk * (matrix[at + j] as number);
      if (i < start + dying) {
        logLikelihood += w * eta;
        deathWeight += w;
        d0 += risk;
        if (tied) for (let j = 0; j < p; j++) d1[j] = (d1[j] as number) + risk * (matrix[at + j] as number);
      }
    }
    if (dying === 0) {
      a0[block] = 0;
      a1[block] = 0;
      continue;
    }
    addTies(ties, dying, deathWeight, s0, d0, tie);
    logLikelihood -= tie.logDenominators;
    a0[block] = tie.a0;
    a1[block] = tie.a1;
    sumWeights[used] = tie.b0;
    const to = used++ * p;
    if (!tied) {
      for (let j = 0; j < p; j++) sums[to + j] = s1[j] as number;
      continue;
    }
    const q = tie.b1 / tie.b0;
    sumWeights[used++] = tie.b2 - q * tie.b1;
    for (let j = 0; j < p; j++) {
      sums[to + j] = (s1[j] as number) - q * (d1[j] as number);
      sums[to + p + j] = d1[j] as number;
    }
  }

  let hazard = 0;
  for (let block = blocks - 1; block >= 0; block--) {
    if (block === blocks - 1 || opens[block + 1] === 1) hazard = 0;
    hazard += a0[block] as number;
    const start = starts[block] as number;
    const end = starts[block + 1] as number;
    const censored = start + (deaths[block] as number);
    const late = hazard - (a1[block] as number);
    for (let i = start; i < censored; i++) {
      const own = (row[i] as number) * late;
      row[i] = own;
      residual[i] = (weight === undefined ? 1 : (weight[i] as number)) - own;
    }
    for (let i = censored; i < end; i++) {
      const own = (row[i] as number) * hazard;
      row[i] = own;
      residual[i] = -own;
    }
  }

  const score = new Float64Array(p);
  weightedColumnSums(matrix, n, p, residual, score);
  const information = new Float64Array(p * p);
  crossProducts(matrix, n, p, row, information);
  const outer = new Float64Array(p * p);
  crossProducts(sums, used, p, sumWeights, outer);
  for (let at = 0; at < outer.length; at++)
    information[at] = (information[at] as number) - (outer[at] as number);
  const isUsable =
    Number.isFinite(logLikelihood) && score.every(Number.isFinite) && information.every(Number.isFinite);
  return isUsable ? { logLikelihood, score, information } : undefined;
}
