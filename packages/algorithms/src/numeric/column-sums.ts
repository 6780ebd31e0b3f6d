/**
 * Adds the weighted sum of every column of X, row-major with p columns, over the rows from `from` up to `to`: four columns at
 * a time, whose sums stay in registers.
 */
export function addColumnSums(
  x: Float64Array,
  from: number,
  to: number,
  p: number,
  w: Float64Array,
  target: Float64Array,
): void {
  let j = 0;
  for (; j + 4 <= p; j += 4) {
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let i = from, at = from * p + j; i < to; i++, at += p) {
      const own = w[i] as number;
      a += own * (x[at] as number);
      b += own * (x[at + 1] as number);
      c += own * (x[at + 2] as number);
      d += own * (x[at + 3] as number);
    }
    target[j] = (target[j] as number) + a;
    target[j + 1] = (target[j + 1] as number) + b;
    target[j + 2] = (target[j + 2] as number) + c;
    target[j + 3] = (target[j + 3] as number) + d;
  }
  for (; j < p; j++) {
    let sum = 0;
    for (let i = from, at = from * p + j; i < to; i++, at += p) sum += (w[i] as number) * (x[at] as number);
    target[j] = (target[j] as number) + sum;
  }
}
