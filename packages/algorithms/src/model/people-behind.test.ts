import { describe, expect, it } from "vitest";
import { peopleBehind } from "./people-behind.ts";

describe("people behind a column", () => {
  const spotlight = Float64Array.from({ length: 60 }, (_, i) => (i === 7 ? 1 : 1e-12 * (i + 1)));

  it.each([1, 1e-100, 1e100, 1e-200, 1e200, 1e-300, 1e300])(
    "are few in a spotlight, scaled by %d",
    (factor) => {
      const scaled = spotlight.map((value) => value * factor);
      expect(peopleBehind(scaled, scaled.length, 1)[0]).toBeLessThan(5);
      expect(peopleBehind(scaled, scaled.length, 1)[0]).toBeGreaterThan(0);
    },
  );

  it("are all of a constant, and the rarer ones of two values", () => {
    expect(peopleBehind(new Float64Array(9).fill(3), 9, 1)[0]).toBe(9);
    expect(peopleBehind(Float64Array.of(0, 0, 0, 1, 1), 5, 1)[0]).toBe(2);
  });

  it("are the rarest ones of three values, wherever these are met first, but not among events", () => {
    for (const rare of [0, 300, 700]) {
      const values = Float64Array.from({ length: 1000 }, (_, i) => (i >= rare && i < rare + 7 ? 9 : i % 2));
      expect(peopleBehind(values, 1000, 1)[0]).toBe(7);
      const all = new Uint8Array(1000).fill(1);
      expect(peopleBehind(values, 1000, 1, all)[0]).toBeGreaterThan(200);
      expect(peopleBehind(Float64Array.from([...values, 5]), 1001, 1)[0]).toBeGreaterThan(200);
    }
  });

  it("are those of the columns, whatever stands behind them in each row", () => {
    const rows = Array.from({ length: 600 }, (_, i) => [i % 7, Number(i % 100 === 0)] as const);
    const marked = Uint8Array.from(rows, (_, i) => Number(i % 2 === 0));
    const narrow = Float64Array.from(rows.flat());
    const wide = Float64Array.from(rows.flatMap((row, i) => [...row, i]));
    for (const own of [undefined, marked])
      expect(peopleBehind(wide, rows.length, 2, own, 3)).toEqual(peopleBehind(narrow, rows.length, 2, own));
  });
});
