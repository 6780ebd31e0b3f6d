import fc from "fast-check";
import { expect, it } from "vitest";
import { ValuePairs } from "./value-pairs.ts";

it("counts two values, one value and none, and gives zeros for more", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(2), fc.nat(2))), (rows) => {
      const pairs = new ValuePairs(3);
      for (const [cell, value] of rows) pairs.add(cell, value);
      const counted = pairs.counts();
      for (const cell of [0, 1, 2]) {
        const values = rows.flatMap(([at, value]) => (at === cell ? [value] : []));
        const found = [...new Set(values)];
        const people =
          found.length > 2 ? [] : found.map((one) => values.filter((value) => value === one).length);
        expect([counted[2 * cell], counted[2 * cell + 1]]).toEqual([people[0] ?? 0, people[1] ?? 0]);
      }
    }),
    { seed: 20_260_401 },
  );
});
