/** Solves a dense system of as many equations as unknowns, by elimination with pivots; the right sides are rows of `sides`. */
export function solve(
  matrix: readonly (readonly number[])[],
  sides: readonly (readonly number[])[],
): number[][] {
  const n = matrix.length;
  const rows = matrix.map((row, i) => [...row, ...sides.map((side) => side[i] as number)]);
  for (let k = 0; k < n; k++) {
    let best = k;
    for (let i = k + 1; i < n; i++)
      if (Math.abs(rows[i]?.[k] ?? 0) > Math.abs(rows[best]?.[k] ?? 0)) best = i;
    [rows[k], rows[best]] = [rows[best] as number[], rows[k] as number[]];
    const pivot = rows[k] as number[];
    for (let i = 0; i < n; i++) {
      const row = rows[i] as number[];
      const factor = i === k ? 0 : (row[k] as number) / (pivot[k] as number);
      if (factor !== 0) for (let j = k; j < row.length; j++) row[j]! -= factor * (pivot[j] as number);
    }
  }
  return sides.map((_, s) => rows.map((row, k) => (row[n + s] as number) / (row[k] as number)));
}
