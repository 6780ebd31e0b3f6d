/**
 * The people on whom the sums of each column of a design rest. Of a constant column all n; of two values the rarer
 * one's people, because such a sum is their number in disguise; of more, the effective number (Σ|x|)²/Σx² (Kish 1965),
 * which is small when a few rows make up the sum. `among` keeps the rows that are marked in it, such as events.
 */
export function peopleBehind(
  matrix: Float64Array,
  rows: number,
  p: number,
  among?: Uint8Array,
): Float64Array {
  const people = new Float64Array(p);
  for (let j = 0; j < p; j++) {
    let n = 0;
    let first = Number.NaN;
    let second = Number.NaN;
    let seconds = 0;
    let isTwoValued = true;
    let sum = 0;
    let squares = 0;
    for (let row = 0, at = j; row < rows; row++, at += p) {
      if (among !== undefined && among[row] !== 1) continue;
      const x = matrix[at] as number;
      if (n === 0) first = x;
      n++;
      sum += Math.abs(x);
      squares += x * x;
      if (x === first) continue;
      if (seconds === 0) second = x;
      if (x === second) seconds++;
      else isTwoValued = false;
    }
    if (n === 0) people[j] = 0;
    else if (seconds === 0) people[j] = n;
    else if (isTwoValued) people[j] = Math.min(seconds, n - seconds);
    else people[j] = effectiveNumber(sum, squares, n);
  }
  return people;
}

/** (Σw)²/Σw² as a whole number from 1 to n; 0 when all weights are zero. */
export function effectiveNumber(sum: number, squares: number, n: number): number {
  if (!(squares > 0) || !Number.isFinite(squares)) return 0;
  // A hundredth of a person is rounding: equal weights count all.
  return Math.max(1, Math.min(n, Math.floor((sum * sum) / squares + 0.01)));
}
