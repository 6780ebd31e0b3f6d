/** Rows whose columns are looked at four by four, while they are in the nearest cache. */
const blockRows = 256;

/** X'w and (X∘X)'w for row-major X, n×p. Without w, all weights are 1. */
export interface ColumnMoments {
  readonly sum: Float64Array;
  readonly squares: Float64Array;
}

/** The weighted sum of every column, and that of its squares: in the order of rows, in one pass over memory. */
export function columnMoments(
  x: Float64Array,
  n: number,
  p: number,
  w: Float64Array | undefined,
): ColumnMoments {
  const sum = new Float64Array(p);
  const squares = new Float64Array(p);
  for (let from = 0; from < n; from += blockRows) {
    const to = Math.min(n, from + blockRows);
    let column = 0;
    for (; column + 4 <= p; column += 4) addFour(x, from, to, p, w, column, sum, squares);
    for (; column < p; column++) addOne(x, from, to, p, w, column, sum, squares);
  }
  return { sum, squares };
}

function addOne(
  x: Float64Array,
  from: number,
  to: number,
  p: number,
  w: Float64Array | undefined,
  column: number,
  sum: Float64Array,
  squares: Float64Array,
): void {
  let a = sum[column] as number;
  let aa = squares[column] as number;
  for (let row = from, at = from * p + column; row < to; row++, at += p) {
    const weight = w === undefined ? 1 : (w[row] as number);
    const value = x[at] as number;
    a += weight * value;
    aa += weight * (value * value);
  }
  sum[column] = a;
  squares[column] = aa;
}

function addFour(
  x: Float64Array,
  from: number,
  to: number,
  p: number,
  w: Float64Array | undefined,
  column: number,
  sum: Float64Array,
  squares: Float64Array,
): void {
  let a = sum[column] as number;
  let b = sum[column + 1] as number;
  let c = sum[column + 2] as number;
  let d = sum[column + 3] as number;
  let aa = squares[column] as number;
  let bb = squares[column + 1] as number;
  let cc = squares[column + 2] as number;
  let dd = squares[column + 3] as number;
  for (let row = from, at = from * p + column; row < to; row++, at += p) {
    const weight = w === undefined ? 1 : (w[row] as number);
    const first = x[at] as number;
    const second = x[at + 1] as number;
    const third = x[at + 2] as number;
    const fourth = x[at + 3] as number;
    a += weight * first;
    b += weight * second;
    c += weight * third;
    d += weight * fourth;
    aa += weight * (first * first);
    bb += weight * (second * second);
    cc += weight * (third * third);
    dd += weight * (fourth * fourth);
  }
  sum[column] = a;
  sum[column + 1] = b;
  sum[column + 2] = c;
  sum[column + 3] = d;
  squares[column] = aa;
  squares[column + 1] = bb;
  squares[column + 2] = cc;
  squares[column + 3] = dd;
}
