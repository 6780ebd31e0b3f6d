import fc from "fast-check";
import { expect, it } from "vitest";
import { keptDigits } from "./kept-digits.ts";

it("keeps 50 binary digits of what was added, and whole numbers", () => {
  fc.assert(
    fc.property(
      fc.double({ min: -1, max: 1, noNaN: true }),
      fc.double({ min: 1e-200, max: 1e200, noNaN: true }),
      fc.integer({ min: -1e9, max: 1e9 }),
      (share, size, whole) => {
        expect(Math.abs(keptDigits(share * size, size) - share * size)).toBeLessThanOrEqual(size * 2 ** -50);
        expect(keptDigits(whole, 1e10)).toBe(whole + 0);
      },
    ),
    { seed: 5 },
  );
});

it("leaves out what rounding makes of single terms, whatever factors have", () => {
  let same = 0;
  for (let k = 1; k <= 200; k++) {
    const factor = k / 257;
    const ages = Array.from({ length: 40 }, (_, i) => 30 + ((i * k) % 50));
    const total = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
    const size = 80 * factor * 40;
    const sum = keptDigits(total(ages.map((age) => age * factor)), size);
    if (sum === keptDigits(total(ages) * factor, size)) same++;
  }
  // Some lie where two kept numbers meet.
  expect(same).toBeGreaterThan(150);
});

it("is the sum where sizes are no numbers, or zero", () => {
  for (const size of [0, Number.NaN, Number.POSITIVE_INFINITY]) expect(keptDigits(1.5, size)).toBe(1.5);
});
