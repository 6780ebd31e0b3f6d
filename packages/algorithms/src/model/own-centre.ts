import { DataError } from "@konsil/core";
import { columnMoments } from "../numeric/index.ts";

/** Scaled to less than this, squares and products of columns could be too small for a number. */
const shortest = 2 ** -200;

/** Σ x / n by column. */
export function columnMeans(matrix: Float64Array, n: number, p: number): Float64Array {
  return columnMoments(matrix, n, p, undefined).sum.map((sum) => sum / Math.max(1, n));
}

/**
 * Lengths of columns that are centred and scaled; `width` numbers a row, of which the first `p` are columns.
 * @throws DataError where one is so short that its products would be rounded to steps
 */
export function lengthsOf(scaled: Float64Array, n: number, p: number, width: number): Float64Array {
  // With the column beyond them, whatever it holds: one pass over memory for all.
  const lengths = columnMoments(scaled, n, width, undefined).squares.slice(0, p);
  for (let j = 0; j < p; j++) {
    lengths[j] = Math.sqrt((lengths[j] as number) / Math.max(1, n));
    if ((lengths[j] as number) > 0 && (lengths[j] as number) < shortest)
      throw new DataError(
        "DATA_INVALID",
        "The columns of the model are scaled to be too small for numbers at {site}. Multiply them, or give them another unit.",
      );
  }
  return lengths;
}

/** √(Σx²/n); 0 of none. */
export function lengthOf(values: Float64Array | undefined): number {
  if (values === undefined || values.length === 0) return 0;
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i] as number) ** 2;
  return Math.sqrt(squares / values.length);
}

/** What is farther from zero than this, measured by how far its values lie apart, no request can have moved there. */
const farthest = 2 ** 20;

/** The size of values before they were moved by their mean: what they were rounded at, as far as a request chose it. */
export function sizeBefore(mean: number, length: number): number {
  return Math.hypot(length, Math.abs(mean) <= farthest * length ? mean : 0);
}
