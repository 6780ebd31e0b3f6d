import type { Scaling } from "./glm-model.ts";

/** A variance this small beside the square of the mean is rounding. */
const constantBelow = 1e-13;

/**
 * Columns are moved to mean 0 and standard deviation 1 where there is an intercept to take up the move, else only
 * scaled to a mean square of 1: sums of products then keep their digits, and mean the same for all columns.
 */
export function scalingOf(
  {
    weight,
    sum,
    squares,
  }: { readonly weight: number; readonly sum: Float64Array; readonly squares: Float64Array },
  intercept: boolean,
): Scaling {
  const centre = Array.from(sum, (s, j) => (intercept && j > 0 ? s / weight : 0));
  const factor = centre.map((mean, j) => {
    if (intercept && j === 0) return 1;
    const square = (squares[j] as number) / weight;
    const variance = square - mean * mean;
    return variance > constantBelow * square ? 1 / Math.sqrt(variance) : 0;
  });
  return { centre, factor };
}

/** Coefficients of the scaled design as those of the columns as they are. */
export function unscaled(
  beta: ArrayLike<number>,
  { centre, factor }: Scaling,
  intercept: boolean,
): Float64Array {
  const result = Float64Array.from(factor, (f, j) => f * (beta[j] as number));
  if (intercept)
    for (let j = 1; j < result.length; j++)
      result[0] = (result[0] as number) - (centre[j] as number) * (result[j] as number);
  return result;
}

/** Their covariance likewise, in full, row by row: T C T'. */
export function unscaledCovariance(
  covariance: Float64Array,
  scaling: Scaling,
  intercept: boolean,
): Float64Array {
  const size = scaling.factor.length;
  const half = new Float64Array(size * size);
  const result = new Float64Array(size * size);
  const column = new Float64Array(size);
  for (const [from, to] of [
    [covariance, half],
    [half, result],
  ] as const) {
    // Each turn transforms the columns and transposes.
    for (let j = 0; j < size; j++) {
      for (let i = 0; i < size; i++) column[i] = from[i * size + j] as number;
      to.set(unscaled(column, scaling, intercept), j * size);
    }
  }
  return result;
}
