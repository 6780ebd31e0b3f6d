/** A number in one group. */
export interface GroupMoments {
  readonly n: number;
  readonly mean: number;
  /** With n − 1 in its denominator. */
  readonly variance: number;
}

/** Whether a standard error is nothing but rounding, as R's `t.test` judges it. */
export function isConstant(standardError: number, means: readonly number[]): boolean {
  return standardError < 10 * Number.EPSILON * Math.max(...means.map(Math.abs)) || standardError === 0;
}
