import type { Weighing } from "@konsil/core";
import { effectiveNumber } from "../../model/people-behind.ts";
import { Spread } from "../../model/spread.ts";
import { addColumnSums, crossProducts, keptDigits } from "../../numeric/index.ts";
import type { SortedRows } from "./sorted-rows.ts";
import { addTies, newTieSums, type Ties } from "./tie-sums.ts";

/** Arrays that every pass writes anew. First use of fresh memory costs more than the arithmetic. */
export interface Workspace {
  /** Of each row: w·exp(η), then its weight in the information. */
  readonly row: Float64Array;
  /** Of each row: η. */
  readonly eta: Float64Array;
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
    eta: new Float64Array(n),
    a0: new Float64Array(deaths.length),
    a1: new Float64Array(deaths.length),
    sums: new Float64Array(times * p),
    sumWeights: new Float64Array(times),
  };
}

export interface WeighedLikelihood extends PartialLikelihood {
  /** Of w·exp(η) over all rows. */
  readonly weighing: Weighing;
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
 * A first pass, from the latest time on, carries S0 and S1 of those at risk, and takes a0·S1 − a1·D1 from the score. As
 * ΣS2/S0 over times of death is Σ x x' w exp(η) H with H = Σ 1/S0 over the deaths that a row was at risk for, the part of
 * second order is one weighted cross product over rows after a second pass that carries H. What is left, outer products of
 * S1 and D1 at each time of death, is a second cross product:
 * b0·S1S1' − b1·(S1D1' + D1S1') + b2·D1D1' = b0·(S1 − qD1)(S1 − qD1)' + (b2 − q·b1)·D1D1', q = b1/b0.
 */
export function partialLikelihood(
  rows: SortedRows,
  beta: ArrayLike<number>,
  ties: Ties,
  workspace: Workspace,
): WeighedLikelihood | undefined {
  const { n, p, matrix, weight, starts, deaths, opens } = rows;
  const { row, eta, a0, a1, sums, sumWeights } = workspace;
  const blocks = deaths.length;
  const s1 = new Float64Array(p);
  const d1 = new Float64Array(p);
  const score = rows.eventSums.slice();
  const tie = newTieSums();
  const weighing = predict(rows, Float64Array.from(beta), eta, row);
  let s0 = 0;
  let logLikelihood = 0;
  let likelihoodSize = 0;
  let eventWeight = 0;
  let used = 0;
  // Rows up to here are in s1: it is needed at times of death only.
  let added = 0;
  for (let block = 0; block < blocks; block++) {
    const start = starts[block] as number;
    const end = starts[block + 1] as number;
    const dying = deaths[block] as number;
    if (opens[block] === 1) {
      s0 = 0;
      s1.fill(0);
      added = start;
    }
    for (let i = start; i < end; i++) s0 += row[i] as number;
    if (dying === 0) {
      a0[block] = 0;
      a1[block] = 0;
      continue;
    }
    const tied = dying > 1 && ties === "efron";
    let deathWeight = 0;
    let d0 = 0;
    for (let i = start; i < start + dying; i++) {
      const w = weight === undefined ? 1 : (weight[i] as number);
      logLikelihood += w * (eta[i] as number);
      likelihoodSize += w * Math.abs(eta[i] as number);
      deathWeight += w;
      d0 += row[i] as number;
    }
    eventWeight += deathWeight;
    addTies(ties, dying, deathWeight, s0, d0, tie);
    logLikelihood -= tie.logDenominators;
    likelihoodSize += Math.abs(tie.logDenominators);
    a0[block] = tie.a0;
    a1[block] = tie.a1;
    sumWeights[used] = tie.b0;
    const to = used++ * p;
    if (!tied) {
      addColumnSums(matrix, added, end, p, row, s1);
      added = end;
      for (let j = 0; j < p; j++) {
        const own = s1[j] as number;
        sums[to + j] = own;
        score[j]! -= tie.a0 * own;
      }
      continue;
    }
    d1.fill(0);
    addColumnSums(matrix, start, start + dying, p, row, d1);
    addColumnSums(matrix, added, start, p, row, s1);
    addColumnSums(matrix, start + dying, end, p, row, s1);
    added = end;
    const q = tie.b1 / tie.b0;
    sumWeights[used++] = tie.b2 - q * tie.b1;
    for (let j = 0; j < p; j++) {
      const died = d1[j] as number;
      const own = (s1[j] as number) + died;
      s1[j] = own;
      sums[to + j] = own - q * died;
      sums[to + p + j] = died;
      score[j]! -= tie.a0 * own - tie.a1 * died;
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
    for (let i = start; i < censored; i++) row[i]! *= late;
    for (let i = censored; i < end; i++) row[i]! *= hazard;
  }

  const information = new Float64Array(p * p);
  crossProducts(matrix, n, p, row, information);
  const outer = new Float64Array(p * p);
  crossProducts(sums, used, p, sumWeights, outer);
  for (let at = 0; at < outer.length; at++)
    information[at] = (information[at] as number) - (outer[at] as number);
  // Weights in the information add up to those of the events.
  const sizes = rows.squares.map((square) => Math.sqrt(square * eventWeight));
  const terms = 1 + (weighing.terms ?? 0);
  const eventLength = Math.sqrt(eventWeight) * terms;
  for (let j = 0; j < p; j++) {
    score[j] = keptDigits(score[j] as number, (sizes[j] as number) * eventLength);
    for (let i = 0; i < p; i++)
      information[j * p + i] = keptDigits(
        information[j * p + i] as number,
        (sizes[j] as number) * (sizes[i] as number),
      );
  }
  const isUsable =
    Number.isFinite(logLikelihood) && score.every(Number.isFinite) && information.every(Number.isFinite);
  if (!isUsable) return undefined;
  // The logarithm of a sum is off by as much as η is rounded, however small it is itself.
  const size = likelihoodSize + eventWeight * terms;
  return { logLikelihood: keptDigits(logLikelihood, size), score, information, weighing };
}

/** The weights behind what was found, where `prior` are the effective rows of the case weights. */
export function weighed(found: WeighedLikelihood | undefined, prior: number): Weighing {
  // What is not finite was not summed.
  if (found === undefined) return { effective: 0, spread: 0 };
  return { ...found.weighing, effective: Math.min(found.weighing.effective, prior) };
}

/** η and w·exp(η) of every row, and how these weigh. */
export function predict(
  {
    n,
    p,
    matrix,
    weight,
    offset,
    lengths,
    offsetLength,
  }: Pick<SortedRows, "n" | "p" | "matrix" | "weight" | "offset" | "lengths" | "offsetLength">,
  beta: Float64Array,
  eta: Float64Array,
  risk: Float64Array,
): Weighing {
  for (let i = 0, at = 0; i < n; i++) {
    let even = offset === undefined ? 0 : (offset[i] as number);
    let odd = 0;
    let j = 0;
    for (; j + 2 <= p; j += 2, at += 2) {
      even += (matrix[at] as number) * (beta[j] as number);
      odd += (matrix[at + 1] as number) * (beta[j + 1] as number);
    }
    if (j < p) even += (matrix[at++] as number) * (beta[j] as number);
    eta[i] = even + odd;
  }
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    const own = Math.exp(eta[i] as number) * (weight === undefined ? 1 : (weight[i] as number));
    risk[i] = own;
    sum += own;
    squares += own * own;
  }
  const spread = new Spread();
  spread.add(eta, n);
  const terms = beta.reduce(
    (most, b, j) => Math.max(most, Math.abs(b) * (lengths[j] as number)),
    offsetLength,
  );
  return { effective: effectiveNumber(sum, squares, n), spread: spread.width(), terms };
}
