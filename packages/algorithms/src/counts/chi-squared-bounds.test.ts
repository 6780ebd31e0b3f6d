import type { Masked } from "@konsil/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { boundIndependence } from "./chi-squared-bounds.ts";
import { testIndependence } from "./chi-squared-test.ts";

/** Every table that the intervals permit, or some of them where they are many. */
function tablesIn(counts: readonly (readonly Masked[])[], most: number): readonly (readonly number[])[][] {
  const width = counts[0]?.length ?? 0;
  const cells = counts
    .flat()
    .map((count) => (typeof count === "number" ? { lower: count, upper: count } : count));
  const all = cells.reduce((product, { lower, upper }) => product * (upper - lower + 1), 1);
  const step = Math.max(1, Math.floor(all / most));
  const tables: (readonly number[])[][] = [];
  for (let index = 0; index < all; index += step) {
    let rest = index;
    const table = cells.map(({ lower, upper }) => {
      const size = upper - lower + 1;
      const own = lower + (rest % size);
      rest = Math.floor(rest / size);
      return own;
    });
    tables.push(counts.map((_, i) => table.slice(i * width, (i + 1) * width)));
  }
  return tables;
}

const cell = (least: number): fc.Arbitrary<Masked> =>
  fc.oneof(
    fc.integer({ min: Math.max(1, least), max: 200 }),
    fc.tuple(fc.integer({ min: least, max: 150 }), fc.integer({ min: 1, max: 6 })).map(([lower, width]) => ({
      lower,
      upper: lower + width,
    })),
  );
const table = (rows: number, columns: number, least = 1) =>
  fc.array(fc.array(cell(least), { minLength: columns, maxLength: columns }), {
    minLength: rows,
    maxLength: rows,
  });
const asked = fc.oneof(table(2, 2), table(2, 2, 0), table(3, 2), table(3, 4), table(2, 5, 0));

describe("χ² of intervals", () => {
  it("holds every table's statistic, p and decision, or says why there is none", () => {
    let given = 0;
    fc.assert(
      fc.property(asked, fc.boolean(), (counts, correct) => {
        const bounded = boundIndependence(counts, correct, 0.05);
        const tests = tablesIn(counts, 300).map((possible) => testIndependence(possible, correct).test);
        if (typeof bounded === "string") {
          expect(bounded).toMatch(/^(refused|not estimable): /);
          return;
        }
        given++;
        for (const test of tests) {
          expect(test?.df).toBe(bounded.df);
          expect(test?.corrected).toBe(bounded.corrected);
          const { statistic, p } = test as { statistic: number; p: number };
          expect(statistic).toBeGreaterThanOrEqual(bounded.statistic.lower - 1e-9 * (1 + statistic));
          expect(statistic).toBeLessThanOrEqual(bounded.statistic.upper + 1e-9 * (1 + statistic));
          expect(p).toBeGreaterThanOrEqual(bounded.p.lower * (1 - 1e-6));
          expect(p).toBeLessThanOrEqual(bounded.p.upper * (1 + 1e-6) + 1e-12);
          expect(p < 0.05).toBe(bounded.p.lower < 0.05);
        }
      }),
      { numRuns: 300 },
    );
    expect(given).toBeGreaterThan(150);
  });

  it("attains both ends of two by two levels", () => {
    fc.assert(
      fc.property(table(2, 2), fc.boolean(), (counts, correct) => {
        const bounded = boundIndependence(counts, correct, 0.05);
        if (typeof bounded === "string") return;
        const statistics = tablesIn(counts, 1e5).map(
          (possible) => testIndependence(possible, correct).test?.statistic ?? 0,
        );
        expect(Math.max(...statistics)).toBeCloseTo(bounded.statistic.upper, 9);
        // Zero is between two tables where none is quite independent.
        if (bounded.statistic.lower > 0)
          expect(Math.min(...statistics)).toBeCloseTo(bounded.statistic.lower, 9);
      }),
      { numRuns: 60 },
    );
  });

  it("says when the decision, or the degrees of freedom, are not known", () => {
    const between = (lower: number, upper: number) => ({ lower, upper });
    expect(
      boundIndependence(
        [
          [20, 30],
          [between(10, 30), 20],
        ],
        false,
        0.05,
      ),
    ).toMatch(/^refused: by the intervals of the counts, χ² is between .* on both sides of p = 0.05/);
    expect(
      boundIndependence(
        [
          [20, 30, between(0, 4)],
          [10, 20, 0],
        ],
        false,
        0.05,
      ),
    ).toMatch(/degrees of freedom/);
  });
});
