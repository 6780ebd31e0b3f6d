import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { abstainingCells } from "./abstentions.ts";

describe("cells from which a site abstains", () => {
  const k = 5;
  const isFew = (count: number): boolean => count > 0 && count < k;
  const inAll = (people: readonly (readonly number[])[], cells: readonly number[]): readonly number[] =>
    [0, 1].map((s) => cells.reduce((sum, cell) => sum + (people[cell]?.[s] ?? 0), 0));

  it.each([
    [
      "none, where nobody is few",
      [
        [5, 9],
        [0, 7],
      ],
      [],
    ],
    [
      "two that have enough between them",
      [
        [2, 20],
        [30, 3],
        [40, 40],
      ],
      [0, 1],
    ],
    [
      "the smallest that helps",
      [
        [2, 20],
        [0, 9],
        [6, 8],
        [40, 40],
      ],
      [0, 2],
    ],
    [
      "two, one for each stream",
      [
        [2, 2],
        [0, 6],
        [8, 0],
        [40, 40],
      ],
      [0, 1, 2],
    ],
    [
      "all that have people, where few of all are in a stream",
      [
        [3, 20],
        [0, 9],
        [0, 0],
      ],
      [0, 1],
    ],
  ])("%s", (_, people, cells) => {
    expect(abstainingCells(people, k, [])).toEqual(cells);
  });

  it("have fewer people than any others that would do", () => {
    const stream = fc.oneof(fc.nat(12), fc.constant(0));
    const cells = fc.array(fc.tuple(stream, stream), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(cells, (people) => {
        const size = (of: readonly number[]): number => inAll(people, of).reduce((sum, own) => sum + own, 0);
        const few = [...people.keys()].filter((cell) => people[cell]?.some(isFew) === true);
        const subsets = Array.from({ length: 2 ** people.length }, (_, bits) =>
          [...people.keys()].filter((cell) => (bits >> cell) % 2 === 1),
        ).filter((subset) => few.every((cell) => subset.includes(cell)));
        const doing = subsets.filter((subset) => !inAll(people, subset).some(isFew)).map(size);
        const found = size(abstainingCells(people, k, []));
        expect(found).toBe(doing.length === 0 ? size([...people.keys()]) : Math.min(...doing));
      }),
    );
  });
});
