/**
 * The numbers that fit more equations than there are unknowns best, by Householder's reflections with columns of one length:
 * normal equations would lose half of the digits.
 */
export function leastSquares(matrix: readonly (readonly number[])[], side: readonly number[]): number[] {
  const n = matrix[0]?.length ?? 0;
  const lengths = Array.from(
    { length: n },
    (_, j) => Math.hypot(...matrix.map((row) => row[j] as number)) || 1,
  );
  const rows = matrix.map((row, i) => [
    ...row.map((value, j) => value / (lengths[j] as number)),
    side[i] as number,
  ]);
  for (let k = 0; k < n; k++) {
    const below = rows.slice(k);
    const length = Math.hypot(...below.map((row) => row[k] as number));
    const normal = below.map(
      (row, i) => (row[k] as number) + (i === 0 ? ((row[k] as number) > 0 ? length : -length) : 0),
    );
    const square = normal.reduce((sum, value) => sum + value ** 2, 0);
    if (square === 0) continue;
    for (let j = k; j <= n; j++) {
      const along = below.reduce((sum, row, i) => sum + (row[j] as number) * (normal[i] as number), 0);
      for (const [i, row] of below.entries()) row[j]! -= (2 * along * (normal[i] as number)) / square;
    }
  }
  const found = Array.from({ length: n }, () => 0);
  for (let k = n - 1; k >= 0; k--) {
    const row = rows[k] as number[];
    let rest = row[n] as number;
    for (let j = k + 1; j < n; j++) rest -= (row[j] as number) * (found[j] as number);
    found[k] = rest / (row[k] as number);
  }
  return found.map((value, j) => value / (lengths[j] as number));
}
