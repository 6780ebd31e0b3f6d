import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addColumnSums } from "./column-sums.ts";
import { crossProducts } from "./cross-products.ts";

/** Whole numbers, so that sums are exact and their order does not matter. */
function wholeNumbers(length: number, seed: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => ((i * 7919 + seed * 104729) % 41) - 20);
}

function naive(x: Float64Array, n: number, p: number, w: Float64Array | undefined): number[] {
  const total = Array.from({ length: p * p }, () => 0);
  for (let row = 0; row < n; row++) {
    for (let i = 0; i < p; i++) {
      for (let j = 0; j < p; j++) {
        const product = (x[row * p + i] as number) * (x[row * p + j] as number) * (w?.[row] ?? 1);
        total[i * p + j] = (total[i * p + j] as number) + product;
      }
    }
  }
  return total;
}

const shape = fc.record({
  // From no rows to several spans of the widest matrix; every remainder of p by the side of a block.
  n: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 100, max: 1500 })),
  p: fc.integer({ min: 1, max: 23 }),
  seed: fc.integer({ min: 1, max: 1000 }),
  isWeighted: fc.boolean(),
});

describe("crossProducts", () => {
  it("is the sum of products, row by row, in both triangles", () => {
    fc.assert(
      fc.property(shape, ({ n, p, seed, isWeighted }) => {
        const x = wholeNumbers(n * p, seed);
        const w = isWeighted ? wholeNumbers(n, seed + 1) : undefined;
        const target = new Float64Array(p * p);
        crossProducts(x, n, p, w, target);
        expect([...target].map((v) => v + 0)).toEqual(naive(x, n, p, w));
      }),
    );
  });

  it("adds to what is there: rows in two parts are rows in one", () => {
    fc.assert(
      fc.property(shape, ({ n, p, seed }) => {
        const x = wholeNumbers(n * p, seed);
        const first = Math.floor(n / 3);
        const parts = new Float64Array(p * p);
        crossProducts(x.subarray(0, first * p), first, p, undefined, parts);
        crossProducts(x.subarray(first * p), n - first, p, undefined, parts);
        expect([...parts]).toEqual(naive(x, n, p, undefined));
      }),
    );
  });
});

describe("addColumnSums", () => {
  it("is the weighted sum of every column over some rows, added to what is there", () => {
    fc.assert(
      fc.property(shape, ({ n, p, seed }) => {
        const x = wholeNumbers(n * p, seed);
        const w = wholeNumbers(n, seed + 1);
        const [from, to] = [Math.floor(n / 3), n - Math.floor(n / 4)];
        const target = new Float64Array(p).fill(5);
        addColumnSums(x, from, to, p, w, target);
        for (let j = 0; j < p; j++) {
          let sum = 5;
          for (let row = from; row < to; row++) sum += (x[row * p + j] as number) * (w[row] as number);
          expect(target[j]).toBe(sum);
        }
      }),
    );
  });
});
