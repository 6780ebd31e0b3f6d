/** Adds the weighted sum of every column to `target`: X'w for row-major X, n×p. Without w, all weights are 1. */
export function weightedColumnSums(
  x: Float64Array,
  n: number,
  p: number,
  w: Float64Array | undefined,
  target: Float64Array,
): void {
  let column = 0;
  for (; column + 4 <= p; column += 4) addFour(x, n, p, w, column, target);
  for (; column < p; column++) {
    let sum = 0;
    for (let row = 0, at = column; row < n; row++, at += p) {
      sum += (w === undefined ? 1 : (w[row] as number)) * (x[at] as number);
    }
    target[column] = (target[column] as number) + sum;
  }
}

function addFour(
  x: Float64Array,
  n: number,
  p: number,
  w: Float64Array | undefined,
  column: number,
  target: Float64Array,
): void {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let row = 0, at = column; row < n; row++, at += p) {
    const weight = w === undefined ? 1 : (w[row] as number);
    a += weight * (x[at] as number);
    b += weight * (x[at + 1] as number);
    c += weight * (x[at + 2] as number);
    d += weight * (x[at + 3] as number);
  }
  target[column] = (target[column] as number) + a;
  target[column + 1] = (target[column + 1] as number) + b;
  target[column + 2] = (target[column + 2] as number) + c;
  target[column + 3] = (target[column + 3] as number) + d;
}
