import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { combinations, valuesByCell } from "./values-by-cell.ts";

/** The same, by looking at everything. */
function plainly(values: readonly number[], codes: readonly number[], cells: number, most: number) {
  const found = Array.from({ length: cells }, () => new Map<number, number>());
  for (const [i, value] of values.entries()) {
    const cell = found[codes[i] as number];
    if (!Number.isNaN(value)) cell?.set(value, (cell.get(value) ?? 0) + 1);
  }
  const few = found.filter(({ size }) => size <= most).flatMap((people) => [...people.values()]);
  return {
    fewest: Math.min(Number.POSITIVE_INFINITY, ...few),
    cellsOfMore: found.filter(({ size }) => size > most).length,
  };
}

describe("values by cell", () => {
  const rows = fc.array(
    fc.tuple(
      fc.oneof(fc.integer({ min: 0, max: 12 }), fc.constant(Number.NaN)),
      fc.integer({ min: -1, max: 2 }),
    ),
    { maxLength: 2000, size: "max" },
  );

  it("are what they are, in cells and over all rows", () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 15 }), (all, most) => {
        const [values, codes] = [all.map(([value]) => value), all.map(([, code]) => code)];
        const split = { codes: Int32Array.from(codes), cells: 3 };
        expect(valuesByCell(Float64Array.from(values), split, most)).toEqual(plainly(values, codes, 3, most));
        const zeros = codes.map(() => 0);
        expect(valuesByCell(Float64Array.from(values), undefined, most)).toEqual(
          plainly(values, zeros, 1, most),
        );
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});

describe("combinations of values", () => {
  const column = (values: readonly number[]) =>
    ({ type: "numeric", values: Float64Array.from(values) }) as const;

  it("have a number each, a missing value too, where they are few", () => {
    const columns = [column([1, 1, 2, 2, 1]), column([0, Number.NaN, 0, 0, 0])];
    expect([...(combinations(columns, 4) ?? [])]).toEqual([0, 1, 2, 2, 0]);
    expect(combinations(columns, 2)).toBeUndefined();
  });
});
