/**
 * A symmetric non-negative matrix as L D L', where columns that earlier ones add up to have been left out: a column is
 * aliased when what is left of its diagonal is below `tolerance` of the diagonal (as survival's cholesky2 and, in the
 * order of columns, R's lm decide).
 */
export interface Cholesky {
  readonly size: number;
  /** Unit lower triangle, row by row; rows and columns of aliased ones are zero. */
  readonly lower: Float64Array;
  /** D; zero where aliased. */
  readonly diagonal: Float64Array;
  readonly aliased: readonly boolean[];
  readonly rank: number;
}

/**
 * Decomposes a symmetric matrix, given in full, row by row. For a tolerance that means the same for all columns, scale
 * the matrix to a unit diagonal first.
 */
export function cholesky(matrix: ArrayLike<number>, size: number, tolerance: number): Cholesky {
  const lower = new Float64Array(size * size);
  const diagonal = new Float64Array(size);
  const aliased: boolean[] = [];
  let rank = 0;
  for (let j = 0; j < size; j++) {
    const own = matrix[j * size + j] as number;
    let pivot = own;
    for (let k = 0; k < j; k++) pivot -= (lower[j * size + k] as number) ** 2 * (diagonal[k] as number);
    const gone = !(pivot > tolerance * own) || !Number.isFinite(pivot);
    aliased.push(gone);
    if (gone) {
      for (let k = 0; k < j; k++) lower[j * size + k] = 0;
      continue;
    }
    rank++;
    diagonal[j] = pivot;
    lower[j * size + j] = 1;
    for (let i = j + 1; i < size; i++) {
      let value = matrix[i * size + j] as number;
      for (let k = 0; k < j; k++)
        value -= (lower[i * size + k] as number) * (lower[j * size + k] as number) * (diagonal[k] as number);
      lower[i * size + j] = value / pivot;
    }
  }
  return { size, lower, diagonal, aliased, rank };
}

/** x with A x = b; zero where aliased. */
export function solve({ size, lower, diagonal }: Cholesky, b: ArrayLike<number>): Float64Array {
  const x = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    if (diagonal[i] === 0) continue;
    let value = b[i] as number;
    for (let k = 0; k < i; k++) value -= (lower[i * size + k] as number) * (x[k] as number);
    x[i] = value;
  }
  for (let i = 0; i < size; i++) if (diagonal[i] !== 0) x[i] = (x[i] as number) / (diagonal[i] as number);
  for (let i = size - 1; i >= 0; i--) {
    if (diagonal[i] === 0) continue;
    let value = x[i] as number;
    for (let k = i + 1; k < size; k++) value -= (lower[k * size + i] as number) * (x[k] as number);
    x[i] = value;
  }
  return x;
}

/** The inverse, in full; rows and columns of aliased ones are zero. */
export function inverse(decomposed: Cholesky): Float64Array {
  const { size, diagonal } = decomposed;
  const result = new Float64Array(size * size);
  const unit = new Float64Array(size);
  for (let j = 0; j < size; j++) {
    if (diagonal[j] === 0) continue;
    unit.fill(0);
    unit[j] = 1;
    const column = solve(decomposed, unit);
    for (let i = 0; i < size; i++) result[i * size + j] = column[i] as number;
  }
  return result;
}

/** Divides a symmetric matrix by the square roots of its diagonal; gives them too (1 where the diagonal is not positive). */
export function unitDiagonal(
  matrix: ArrayLike<number>,
  size: number,
): { readonly matrix: Float64Array; readonly scale: Float64Array } {
  const scale = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    const own = matrix[i * size + i] as number;
    scale[i] = own > 0 ? Math.sqrt(own) : 1;
  }
  const scaled = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++)
      scaled[i * size + j] = (matrix[i * size + j] as number) / ((scale[i] as number) * (scale[j] as number));
  }
  return { matrix: scaled, scale };
}

/** The lower triangle of a full matrix, packed row by row: (0,0), (1,0), (1,1), (2,0), … */
export function packLower(full: Float64Array, size: number): Float64Array {
  const packed = new Float64Array((size * (size + 1)) / 2);
  for (let i = 0, at = 0; i < size; i++)
    for (let j = 0; j <= i; j++, at++) packed[at] = full[i * size + j] as number;
  return packed;
}

/** A full symmetric matrix from its lower triangle packed row by row: (0,0), (1,0), (1,1), (2,0), … */
export function unpackLower(packed: ArrayLike<number>, size: number): Float64Array {
  const full = new Float64Array(size * size);
  for (let i = 0, at = 0; i < size; i++) {
    for (let j = 0; j <= i; j++, at++) {
      full[i * size + j] = packed[at] as number;
      full[j * size + i] = packed[at] as number;
    }
  }
  return full;
}
