/** Rows of data that are summed at once, and where their weights begin. */
export interface Span {
  start: number;
  count: number;
  weightStart: number;
}

// Written out, because local sums stay in registers: against nested loops over p this is several times as fast.

/** Sums w·x[row]·x[column] over rows of data, for 4 columns from `first` against 4 from `second`. */
export function addBlock(
  x: Float64Array,
  span: Span,
  p: number,
  w: Float64Array,
  first: number,
  second: number,
  sums: Float64Array,
): void {
  let s00 = 0;
  let s01 = 0;
  let s02 = 0;
  let s03 = 0;
  let s10 = 0;
  let s11 = 0;
  let s12 = 0;
  let s13 = 0;
  let s20 = 0;
  let s21 = 0;
  let s22 = 0;
  let s23 = 0;
  let s30 = 0;
  let s31 = 0;
  let s32 = 0;
  let s33 = 0;
  let row = span.start * p + first;
  const shift = second - first;
  const end = span.weightStart + span.count;
  for (let i = span.weightStart; i < end; i++) {
    const weight = w[i] as number;
    const a = x[row] as number;
    const b = x[row + 1] as number;
    const c = x[row + 2] as number;
    const d = x[row + 3] as number;
    const other = row + shift;
    const aw = weight * a;
    const bw = weight * b;
    const cw = weight * c;
    const dw = weight * d;
    const y0 = x[other] as number;
    s00 += aw * y0;
    s10 += bw * y0;
    s20 += cw * y0;
    s30 += dw * y0;
    const y1 = x[other + 1] as number;
    s01 += aw * y1;
    s11 += bw * y1;
    s21 += cw * y1;
    s31 += dw * y1;
    const y2 = x[other + 2] as number;
    s02 += aw * y2;
    s12 += bw * y2;
    s22 += cw * y2;
    s32 += dw * y2;
    const y3 = x[other + 3] as number;
    s03 += aw * y3;
    s13 += bw * y3;
    s23 += cw * y3;
    s33 += dw * y3;
    row += p;
  }
  sums[0] = s00;
  sums[1] = s01;
  sums[2] = s02;
  sums[3] = s03;
  sums[4] = s10;
  sums[5] = s11;
  sums[6] = s12;
  sums[7] = s13;
  sums[8] = s20;
  sums[9] = s21;
  sums[10] = s22;
  sums[11] = s23;
  sums[12] = s30;
  sums[13] = s31;
  sums[14] = s32;
  sums[15] = s33;
}

/** Sums w·x[row]·x[column] over rows of data, for the lower triangle of the 4 columns from `first`. */
export function addDiagonalBlock(
  x: Float64Array,
  span: Span,
  p: number,
  w: Float64Array,
  first: number,
  sums: Float64Array,
): void {
  let s00 = 0;
  let s10 = 0;
  let s11 = 0;
  let s20 = 0;
  let s21 = 0;
  let s22 = 0;
  let s30 = 0;
  let s31 = 0;
  let s32 = 0;
  let s33 = 0;
  let row = span.start * p + first;
  const end = span.weightStart + span.count;
  for (let i = span.weightStart; i < end; i++) {
    const weight = w[i] as number;
    const a = x[row] as number;
    const b = x[row + 1] as number;
    const c = x[row + 2] as number;
    const d = x[row + 3] as number;
    const wa = weight * a;
    const wb = weight * b;
    const wc = weight * c;
    const wd = weight * d;
    s00 += wa * a;
    s10 += wb * a;
    s11 += wb * b;
    s20 += wc * a;
    s21 += wc * b;
    s22 += wc * c;
    s30 += wd * a;
    s31 += wd * b;
    s32 += wd * c;
    s33 += wd * d;
    row += p;
  }
  sums[0] = s00;
  sums[4] = s10;
  sums[5] = s11;
  sums[8] = s20;
  sums[9] = s21;
  sums[10] = s22;
  sums[12] = s30;
  sums[13] = s31;
  sums[14] = s32;
  sums[15] = s33;
}
