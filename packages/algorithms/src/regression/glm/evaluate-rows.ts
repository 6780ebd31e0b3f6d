import { crossProducts, weightedColumnSums } from "../../numeric/index.ts";
import type { GlmFamily, GlmLink } from "./family.ts";
import { effectiveNumber } from "./people-behind.ts";
import { chunk, kernelOf, Working, type WorkingRows } from "./working.ts";

/** What a site says of one vector of coefficients. */
export interface Evaluation {
  /** Lower triangle of X'WX, row by row. */
  readonly information: Float64Array;
  /** X'W(z − Xβ) with the working response z less the offset: the score, so that β moves by (X'WX)⁻¹ of it. */
  readonly gradient: Float64Array;
  readonly deviance: number;
  readonly pearson: number;
  readonly logLikelihood: number;
  /** Rows on which the weighted sums rest. */
  readonly effective: number;
  readonly isValid: boolean;
  readonly isExtreme: boolean;
}

/** η = offset + Xβ for the rows of a chunk. */
function fillEta(
  { p, matrix, offset }: WorkingRows,
  beta: Float64Array,
  from: number,
  count: number,
  eta: Float64Array,
): void {
  const whole = p - (p % 4);
  for (let k = 0, at = from * p; k < count; k++) {
    let a = offset === undefined ? 0 : (offset[from + k] as number);
    let b = 0;
    let c = 0;
    let d = 0;
    let j = 0;
    for (; j < whole; j += 4, at += 4) {
      a += (matrix[at] as number) * (beta[j] as number);
      b += (matrix[at + 1] as number) * (beta[j + 1] as number);
      c += (matrix[at + 2] as number) * (beta[j + 2] as number);
      d += (matrix[at + 3] as number) * (beta[j + 3] as number);
    }
    for (; j < p; j++, at++) a += (matrix[at] as number) * (beta[j] as number);
    eta[k] = a + b + (c + d);
  }
}

/** One pass over the rows. Without coefficients, at the means where R's families begin. */
export function evaluateRows(
  family: GlmFamily,
  link: GlmLink,
  rows: WorkingRows,
  beta: readonly number[] | null,
): Evaluation {
  const { n, p, matrix, isRounded } = rows;
  const kernel = kernelOf(family, link, { start: beta === null, isRounded });
  const working = new Working();
  const coefficients = Float64Array.from(beta ?? []);
  const full = new Float64Array(p * p);
  const gradient = new Float64Array(p);
  for (let from = 0; from < n && working.isValid; from += chunk) {
    const count = Math.min(chunk, n - from);
    if (beta !== null) fillEta(rows, coefficients, from, count, working.eta);
    kernel(rows, from, count, working);
    const x = matrix.subarray(from * p, (from + count) * p);
    crossProducts(x, count, p, working.weight, full);
    weightedColumnSums(x, count, p, working.residual, gradient);
  }
  const { deviance, pearson, weights, squaredWeights, rounded, isValid, isExtreme } = working;
  const sums = [deviance, pearson, weights, squaredWeights, rounded];
  // Out of range: nothing of it is of use, and the desk takes a shorter step.
  if (
    !isValid ||
    !sums.every(Number.isFinite) ||
    !full.every(Number.isFinite) ||
    !gradient.every(Number.isFinite)
  )
    return {
      information: new Float64Array((p * (p + 1)) / 2),
      gradient: new Float64Array(p),
      deviance: 0,
      pearson: 0,
      logLikelihood: 0,
      effective: 0,
      isValid: false,
      isExtreme,
    };
  const information = new Float64Array((p * (p + 1)) / 2);
  for (let i = 0, at = 0; i < p; i++)
    for (let j = 0; j <= i; j++, at++) information[at] = full[i * p + j] as number;
  const effective = effectiveNumber(weights, squaredWeights, n);
  return {
    information,
    gradient,
    deviance,
    pearson,
    logLikelihood: rows.likelihoodConstant + (isRounded ? rounded : -deviance / 2),
    // Weights that leave less than a tenth of the rows point at those few.
    effective: 10 * effective < n ? Math.min(effective, 1) : effective,
    isValid,
    isExtreme,
  };
}
