import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cholesky, inverse, solve, unitDiagonal, unpackLower } from "./cholesky.ts";

const entry = fc.integer({ min: -20, max: 20 }).map((value) => value / 4);

/** A'A for a random matrix with more rows than columns. */
const symmetric = fc.integer({ min: 1, max: 5 }).chain((p) =>
  fc
    .array(fc.array(entry, { minLength: p, maxLength: p }), { minLength: p + 4, maxLength: p + 4 })
    .map((rows) => ({
      p,
      matrix: Float64Array.from({ length: p * p }, (_, k) =>
        rows.reduce((sum, row) => sum + (row[Math.floor(k / p)] as number) * (row[k % p] as number), 0),
      ),
    })),
);

describe("a decomposition", () => {
  it("solves, and inverts, what has full rank", () => {
    fc.assert(
      fc.property(symmetric, fc.array(entry, { minLength: 5, maxLength: 5 }), ({ p, matrix }, x) => {
        const decomposed = cholesky(matrix, p, 1e-6);
        fc.pre(decomposed.rank === p);
        const times = (a: ArrayLike<number>, v: ArrayLike<number>) =>
          Float64Array.from({ length: p }, (_, i) =>
            Array.from({ length: p }, (__, j) => (a[i * p + j] as number) * (v[j] as number)).reduce(
              (s, t) => s + t,
              0,
            ),
          );
        const b = times(matrix, x);
        const found = solve(decomposed, b);
        const inverted = times(inverse(decomposed), b);
        for (let i = 0; i < p; i++) {
          expect(found[i]).toBeCloseTo(x[i] as number, 6);
          expect(inverted[i]).toBeCloseTo(x[i] as number, 6);
        }
      }),
    );
  });

  it("leaves out the later of two columns that are the same, and a column of zeros", () => {
    const decomposed = cholesky([2, 2, 0, 1, 2, 2, 0, 1, 0, 0, 0, 0, 1, 1, 0, 3], 4, 1e-10);
    expect(decomposed.aliased).toEqual([false, true, true, false]);
    expect(decomposed.rank).toBe(2);
    expect([...solve(decomposed, [2, 2, 0, 1])]).toEqual([1, 0, 0, 0]);
    expect(inverse(decomposed).slice(4, 8)).toEqual(new Float64Array(4));
  });

  it("scales to a unit diagonal, and unpacks", () => {
    const { matrix, scale } = unitDiagonal([4, 2, 2, 9], 2);
    expect([...scale]).toEqual([2, 3]);
    expect([...matrix]).toEqual([1, 1 / 3, 1 / 3, 1]);
    expect([...unpackLower([1, 2, 3], 2)]).toEqual([1, 2, 2, 3]);
  });
});
