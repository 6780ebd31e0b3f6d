import fc from "fast-check";
import { expect, it } from "vitest";
import { spread } from "./spread.ts";

it("leaves alone what is apart, and moves neighbours by the same amount", () => {
  expect(spread([10, 50, 90], 16, 0, 100)).toEqual([10, 50, 90]);
  expect(spread([50, 50], 16, 0, 100)).toEqual([42, 58]);
  expect(spread([52, 50, 51], 10, 0, 100)).toEqual([61, 41, 51]);
});

it("keeps order, gap and bounds, and cannot be bettered by moving one label", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 300, noNaN: true }), { minLength: 1, maxLength: 8 }),
      (wished) => {
        const gap = 16;
        const placed = spread(wished, gap, 0, 300);
        const order = wished.map((_, i) => i).sort((a, b) => (wished[a] ?? 0) - (wished[b] ?? 0) || a - b);
        const sorted = order.map((i) => placed[i] ?? Number.NaN);
        expect(Math.min(...sorted)).toBeGreaterThanOrEqual(-1e-9);
        expect(Math.max(...sorted)).toBeLessThanOrEqual(300 + 1e-9);
        order.forEach((index, k) => {
          const [before, here, after] = [sorted[k - 1] ?? -gap, sorted[k] ?? 0, sorted[k + 1] ?? 300 + gap];
          expect(here - before).toBeGreaterThanOrEqual(gap - 1e-9);
          const wish = wished[index] ?? 0;
          const nearest = Math.max(before + gap, Math.min(after - gap, wish));
          expect(Math.abs(here - wish)).toBeLessThanOrEqual(Math.abs(nearest - wish) + 1e-9);
        });
      },
    ),
  );
});
