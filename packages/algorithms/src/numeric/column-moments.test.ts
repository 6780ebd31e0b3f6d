import { expect, it } from "vitest";
import { columnMoments } from "./column-moments.ts";

/** As the sums of each column, row after row, give it. */
function oneByOne(x: Float64Array, n: number, p: number, w: Float64Array | undefined) {
  const [sum, squares] = [new Float64Array(p), new Float64Array(p)];
  for (let i = 0; i < n; i++)
    for (let j = 0; j < p; j++) {
      const value = x[i * p + j] as number;
      sum[j]! += (w?.[i] ?? 1) * value;
      squares[j]! += (w?.[i] ?? 1) * value ** 2;
    }
  return { sum, squares };
}

it.each([
  [0, 3],
  [1, 1],
  [255, 4],
  [256, 5],
  [1000, 11],
])("adds up %d rows of %d columns in their order, to the last bit", (n, p) => {
  const x = Float64Array.from({ length: n * p }, (_, i) => Math.sin(i * 7.3) * 10 ** (i % 9));
  const w = Float64Array.from({ length: n }, (_, i) => 1 + Math.cos(i));
  expect(columnMoments(x, n, p, undefined)).toEqual(oneByOne(x, n, p, undefined));
  expect(columnMoments(x, n, p, w)).toEqual(oneByOne(x, n, p, w));
});
