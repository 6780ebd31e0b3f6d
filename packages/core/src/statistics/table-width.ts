/** Tables of counts by series and whole number have at most this many entries: 64 MB. */
const largestTable = 16_000_000;

/**
 * One past the largest value where all are whole numbers from 0 on, as days are, and a table of them for each of `series` is not
 * much larger than the data: then they are counted in it, without sorting. Else undefined.
 */
export function tableWidth(values: Float64Array, series: number): number | undefined {
  let largest = -1;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!(value >= 0 && value === Math.floor(value))) return undefined;
    if (value > largest) largest = value;
  }
  const width = largest + 1;
  return width * series <= Math.min(largestTable, Math.max(1_000_000, 16 * values.length))
    ? width
    : undefined;
}
