/**
 * d'S⁻¹d of a symmetric positive definite S, by Cholesky; null where S is singular. The lists are plain: tables have
 * few levels.
 */
export function quadraticForm(s: readonly (readonly number[])[], d: readonly number[]): number | null {
  const size = d.length;
  const lower = Array.from({ length: size }, () => new Float64Array(size));
  let total = 0;
  const solved = new Float64Array(size);
  for (let j = 0; j < size; j++) {
    const row = lower[j] as Float64Array;
    for (let k = 0; k <= j; k++) {
      const other = lower[k] as Float64Array;
      let value = (s[j] as readonly number[])[k] as number;
      for (let m = 0; m < k; m++) value -= (row[m] as number) * (other[m] as number);
      if (k < j) row[k] = value / (other[k] as number);
      else {
        // What is left of the diagonal is rounding alone when the row is a combination of those before.
        if (!(value > 1e-12 * ((s[j] as readonly number[])[j] as number))) return null;
        row[j] = Math.sqrt(value);
      }
    }
    let rest = d[j] as number;
    for (let m = 0; m < j; m++) rest -= (row[m] as number) * (solved[m] as number);
    solved[j] = rest / (row[j] as number);
    total += (solved[j] as number) ** 2;
  }
  return total;
}
