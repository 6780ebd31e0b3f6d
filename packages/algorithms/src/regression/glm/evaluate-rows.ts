import { effectiveNumber } from "../../model/people-behind.ts";
import { Spread } from "../../model/spread.ts";
import { crossProducts, keptDigits } from "../../numeric/index.ts";
import type { GlmFamily, GlmLink } from "./family.ts";
import { chunk, kernelOf, Working, type WorkingRows } from "./working.ts";

/** What a site says of one vector of coefficients. */
export interface Evaluation {
  /** Lower triangle of X'WX, row by row. */
  readonly information: Float64Array;
  /** X'W(z − Xβ) with the working response z less the offset: the score, so that β moves by (X'WX)⁻¹ of it. */
  readonly gradient: Float64Array;
  /** The deviance less what no coefficients change; 0 at the start, whose means are no coefficients'. */
  readonly loss: number;
  readonly deviance: number;
  readonly pearson: number;
  readonly logLikelihood: number;
  /** Rows on which the sums weighted by W rest; 0 beyond the end of a link for all rows. */
  readonly effective: number;
  /** Rows on which Pearson's χ² rests: large where W is small, it has weights of its own. */
  readonly pearsonEffective: number;
  /** How far η lies from its mean, where fitted values saturate. */
  readonly spread: number;
  /** The longest term of η, as a multiple of what terms come to. */
  readonly terms: number;
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
  for (let k = 0, at = from * (p + 1); k < count; k++, at++) {
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

const nothing = (p: number): Evaluation => ({
  information: new Float64Array((p * (p + 1)) / 2),
  gradient: new Float64Array(p),
  loss: 0,
  deviance: 0,
  pearson: 0,
  logLikelihood: 0,
  effective: 0,
  pearsonEffective: 0,
  spread: 0,
  terms: 0,
  isValid: false,
  isExtreme: false,
});

/** Moves columns by `shift` in cross products whose first column is the constant 1. */
function moveProducts(products: Float64Array, width: number, shift: Float64Array): void {
  if (shift.every((by) => by === 0)) return;
  const first = products.slice(0, width);
  for (let i = 0, at = 0; i < width; i++)
    for (let j = 0; j < width; j++, at++) {
      const [a, b] = [shift[i] ?? 0, shift[j] ?? 0];
      products[at]! += a * b * (first[0] as number) - a * (first[j] as number) - b * (first[i] as number);
    }
}

/** Coefficients of columns that are to be moved as those of the columns as they are. */
function movedBack(beta: readonly number[], shift: Float64Array): Float64Array {
  const coefficients = Float64Array.from(beta);
  for (let j = 1; j < coefficients.length; j++)
    coefficients[0]! -= (coefficients[j] as number) * (shift[j] as number);
  return coefficients;
}

/** The longest of the terms of η. */
function longestTerm({ lengths, offsetLength }: WorkingRows, beta: Float64Array): number {
  return beta.reduce((most, b, j) => Math.max(most, Math.abs(b) * (lengths[j] as number)), offsetLength);
}

/**
 * One pass over the rows. Without coefficients, at the means where R's families begin.
 *
 * The working residual z − η is one more column of the design, so that the cross products [X, z − η]'W[X, z − η] hold
 * X'WX, X'W(z − η) and, in their corner, Σ W(z − η)² = Σ w(y − μ)²/V(μ), which is Pearson's χ².
 */
export function evaluateRows(
  family: GlmFamily,
  link: GlmLink,
  rows: WorkingRows,
  beta: readonly number[] | null,
): Evaluation {
  const { n, p, matrix, isRounded, likelihoodConstant, saturated } = rows;
  const width = p + 1;
  const kernel = kernelOf(family, link, { start: beta === null, rows });
  const working = new Working();
  const coefficients = movedBack(beta ?? [], rows.shift);
  const products = new Float64Array(width * width);
  const spread = new Spread();
  let pearsonSquares = 0;
  let etaSquares = 0;
  // Fitted values of other links are no thresholds.
  const canSaturate = beta !== null && (link === "logit" || link === "log");
  for (let from = 0; from < n && working.isValid; from += chunk) {
    const count = Math.min(chunk, n - from);
    if (beta !== null) fillEta(rows, coefficients, from, count, working.eta);
    if (canSaturate) spread.add(working.eta, count);
    if (beta !== null) for (let k = 0; k < count; k++) etaSquares += (working.eta[k] as number) ** 2;
    kernel(rows, from, count, working);
    for (let k = 0, at = from * width + p; k < count; k++, at += width) {
      const residual = working.residual[k] as number;
      matrix[at] = residual;
      pearsonSquares += ((working.weight[k] as number) * residual * residual) ** 2;
    }
    crossProducts(
      matrix.subarray(from * width, (from + count) * width),
      count,
      width,
      working.weight,
      products,
    );
  }
  const { deviance, weights, squaredWeights, rounded, isValid, isExtreme } = working;
  const { shift, squares } = rows;
  const residuals = products[width * width - 1] as number;
  moveProducts(products, width, shift);
  // Out of range: nothing of it is of use, and the desk takes a shorter step.
  if (!isValid || !Number.isFinite(deviance + squaredWeights + rounded) || !products.every(Number.isFinite))
    return nothing(p);
  const longest = longestTerm(rows, coefficients);
  const comesTo = Math.max(Math.sqrt(etaSquares / n), link === "identity" ? rows.outcomeLength : 1);
  const sizes = squares.map((square, j) => Math.sqrt(weights * (square + (shift[j] as number) ** 2)));
  const information = new Float64Array((p * width) / 2);
  for (let i = 0, at = 0; i < p; i++)
    for (let j = 0; j <= i; j++, at++)
      information[at] = keptDigits(
        products[i * width + j] as number,
        (sizes[i] as number) * (sizes[j] as number),
      );
  const residualSize = Math.sqrt(residuals + weights * longest ** 2);
  // What the rounding of η is in sums over residuals.
  const moved = Math.sqrt(residuals * weights) * longest;
  const gradient = products
    .slice(p * width, p * width + p)
    .map((sum, j) => keptDigits(sum, (sizes[j] as number) * residualSize));
  // At the start z is measured from 0.
  const pearson = beta === null ? 0 : residuals;
  const fitted = isRounded ? rounded : -deviance / 2;
  return {
    information,
    gradient,
    loss:
      beta === null ? 0 : keptDigits(deviance - 2 * saturated, deviance + 2 * Math.abs(saturated) + moved),
    deviance: keptDigits(deviance, deviance + moved),
    pearson: keptDigits(pearson, pearson + moved),
    logLikelihood: keptDigits(
      likelihoodConstant + fitted,
      Math.abs(likelihoodConstant) + Math.abs(fitted) + moved,
    ),
    effective: effectiveNumber(weights, squaredWeights, n),
    pearsonEffective: beta === null ? 0 : effectiveNumber(pearson, pearsonSquares, n),
    spread: spread.width(),
    terms: longest === 0 ? 0 : longest / comesTo,
    isValid,
    isExtreme,
  };
}
