import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectClose } from "../../../test/close.ts";
import { testIndependence } from "../chi-squared-test.ts";
import { mantelHaenszel } from "./mantel-haenszel.ts";

const sides = (size: number) =>
  fc.array(fc.integer({ min: 1, max: 30 }), { minLength: size, maxLength: size });
const tables = (rows: number, columns: number) =>
  fc.array(fc.array(sides(columns), { minLength: rows, maxLength: rows }), { minLength: 1, maxLength: 4 });

describe("Mantel–Haenszel", () => {
  it("of one stratum is (n − 1)/n of Pearson's statistic, for any number of levels", () => {
    fc.assert(
      fc.property(tables(3, 4), ([counts]) => {
        if (counts === undefined) return;
        const n = counts.flat().reduce((total, count) => total + count, 0);
        const pearson = testIndependence(counts, false).test;
        const test = mantelHaenszel([counts], false);
        if (typeof test === "string" || pearson === null) throw new Error("no test");
        expectClose(test.statistic, (pearson.statistic * (n - 1)) / n, 1e-9, 1e-10);
        expect(test.df).toBe(6);
      }),
      { seed: 20_260_401 },
    );
  });

  it("does not change when a stratum or a level without anyone is added", () => {
    fc.assert(
      fc.property(tables(2, 2), (strata) => {
        const wider = [
          ...strata.map((counts) => [...counts.map((row) => [...row, 0]), [0, 0, 0]]),
          [
            [0, 0, 0],
            [0, 0, 0],
            [0, 0, 0],
          ],
        ];
        expect(mantelHaenszel(wider, true)).toEqual(mantelHaenszel(strata, true));
      }),
      { seed: 20_260_401 },
    );
  });

  it("has no test where nothing varies", () => {
    expect(
      mantelHaenszel(
        [
          [
            [3, 4],
            [0, 0],
          ],
        ],
        true,
      ),
    ).toMatch(/^not estimable/);
    expect(
      mantelHaenszel(
        [
          [
            [3, 0],
            [4, 0],
          ],
          [
            [0, 5],
            [0, 6],
          ],
        ],
        true,
      ),
    ).toMatch(/^not estimable/);
    expect(mantelHaenszel([], true)).toMatch(/^not estimable/);
  });
});
