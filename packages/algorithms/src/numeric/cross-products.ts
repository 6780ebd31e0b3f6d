import { addBlock, addDiagonalBlock, type Span } from "./cross-product-kernels.ts";

const SIDE = 4;
/** Numbers of X that are read again and again from the nearest cache. */
const CHUNK = 2560;
const LONGEST_SPAN = CHUNK / SIDE;

// Reused by every call: a call is synchronous.
const sums = new Float64Array(SIDE * SIDE);
const ones = new Float64Array(LONGEST_SPAN).fill(1);
const span: Span = { start: 0, count: 0, weightStart: 0 };

/**
 * Adds X'diag(w)X to `target`, a full symmetric p×p matrix, row-major. X is row-major, n×p; without w, all weights are 1.
 * Sums of a few hundred rows are added to the total, which also rounds less than one long sum.
 */
export function crossProducts(
  x: Float64Array,
  n: number,
  p: number,
  w: Float64Array | undefined,
  target: Float64Array,
): void {
  if (p < SIDE) addNarrow(x, n, p, w, target);
  else {
    const rows = Math.max(32, Math.floor(CHUNK / p));
    for (let start = 0; start < n; start += rows) {
      span.start = start;
      span.count = Math.min(rows, n - start);
      span.weightStart = w === undefined ? 0 : start;
      addSpan(x, p, w ?? ones, target);
    }
  }
  for (let i = 0; i < p; i++) {
    for (let j = 0; j < i; j++) target[j * p + i] = target[i * p + j] as number;
  }
}

/**
 * Blocks of 4×4 below and on the diagonal. When 4 does not divide p, the last block begins early enough to be whole, and
 * only its new rows are added.
 */
function addSpan(x: Float64Array, p: number, w: Float64Array, target: Float64Array): void {
  for (let top = 0; top < p; top += SIDE) {
    const first = Math.min(top, p - SIDE);
    for (let left = 0; left < top; left += SIDE) {
      addBlock(x, span, p, w, first, left, sums);
      for (let i = top; i < first + SIDE; i++) {
        for (let j = 0; j < SIDE; j++) {
          const at = i * p + left + j;
          target[at] = (target[at] as number) + (sums[(i - first) * SIDE + j] as number);
        }
      }
    }
    addDiagonalBlock(x, span, p, w, first, sums);
    for (let i = top; i < first + SIDE; i++) {
      for (let j = top; j <= i; j++) {
        const at = i * p + j;
        target[at] = (target[at] as number) + (sums[(i - first) * SIDE + j - first] as number);
      }
    }
  }
}

/** Fewer than 4 columns, lower triangle. */
function addNarrow(
  x: Float64Array,
  n: number,
  p: number,
  w: Float64Array | undefined,
  target: Float64Array,
): void {
  for (let i = 0; i < p; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let row = 0, at = 0; row < n; row++, at += p) {
        const weight = w === undefined ? 1 : (w[row] as number);
        sum += weight * (x[at + i] as number) * (x[at + j] as number);
      }
      target[i * p + j] = (target[i * p + j] as number) + sum;
    }
  }
}
