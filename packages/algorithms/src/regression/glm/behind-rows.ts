import { peopleBehind } from "../../model/people-behind.ts";
import type { GlmRows } from "./glm-model.ts";

/** The people on whom sums of each column, of the weights, of the outcome and of the offset rest. */
export interface BehindRows {
  readonly columns: Float64Array;
  readonly weights: number;
  readonly outcome: number;
  readonly offset: number;
}

/** As many values give the median of more: a few people cannot move it. */
const sampled = 1001;

/** The median of the column that begins at `first`, of evenly spaced rows. */
function medianOf(matrix: Float64Array, n: number, p: number, first: number): number {
  const count = Math.min(n, sampled);
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) values[i] = matrix[Math.floor((i * n) / count) * p + first] as number;
  return values.sort()[count >> 1] as number;
}

/**
 * `peopleBehind` of each column as given and about its median, whichever is less. Σx − n·c tells as much as Σ(x − c), so
 * that 1 + (x/60)^60 must not pass where (x/60)^60 does not. The median and not the mean: a column that differs from it
 * for m people only, by the same amount, counts as m, and long tails of honest columns count as they do without.
 */
function behindColumns(matrix: Float64Array, n: number, p: number): Float64Array {
  const given = peopleBehind(matrix, n, p);
  if (n === 0) return given;
  const medians = Float64Array.from({ length: p }, (_, j) => medianOf(matrix, n, p, j));
  const centred = new Float64Array(matrix.length);
  for (let i = 0, at = 0; i < n; i++)
    for (let j = 0; j < p; j++, at++) centred[at] = (matrix[at] as number) - (medians[j] as number);
  const apart = peopleBehind(centred, n, p);
  return given.map((people, j) => Math.min(people, apart[j] as number));
}

export function behindRows({ n, p, matrix, y, weight, offset }: GlmRows): BehindRows {
  const one = (values: Float64Array | undefined): number =>
    values === undefined ? n : (behindColumns(values, n, 1)[0] as number);
  return { columns: behindColumns(matrix, n, p), weights: one(weight), outcome: one(y), offset: one(offset) };
}
