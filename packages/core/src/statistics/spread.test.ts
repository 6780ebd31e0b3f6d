import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Batches, batchesOf } from "./batches.ts";
import { spread } from "./spread.ts";

/** Batches of 5 of people who left in these cells of a lattice of 30. */
function inBatches(cells: readonly number[]): Batches {
  const counts = new Map<number, number>();
  for (const cell of cells) counts.set(cell, (counts.get(cell) ?? 0) + 1);
  const at = [...counts.keys()].sort((a, b) => a - b);
  const batches = batchesOf(
    at.map((cell) => cell * 30),
    at.map((cell) => counts.get(cell) as number),
    5,
  );
  if (batches === undefined) throw new Error("too few people for a batch");
  return batches;
}

const site = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 5, maxLength: 60 }).map(inBatches);
const sites = fc.array(site, { minLength: 1, maxLength: 6 });

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

describe("spreading batches", () => {
  it("keeps everybody, and somebody in the last cell of each batch", () => {
    fc.assert(
      fc.property(sites, (all) => {
        const { at, people } = spread(
          all.map((own) => [own]),
          1,
          30,
        );
        const [found = []] = people;
        expect(sum(found)).toBeCloseTo(sum(all.flatMap((own) => own.people)), 8);
        for (const end of new Set(all.flatMap(({ ends }) => ends))) {
          const closed = all.filter(({ ends }) => ends.includes(end)).length;
          expect(found[at.indexOf(end)]).toBeGreaterThanOrEqual(closed - 1e-9);
        }
      }),
    );
  });

  it("gives the same bits in any order of sites", () => {
    fc.assert(
      fc.property(sites, (all) => {
        const asked = all.map((own) => [own]);
        expect(spread([...asked].reverse(), 1, 30)).toEqual(spread(asked, 1, 30));
      }),
    );
  });

  it("counts batches of one cell as they are", () => {
    const batches = { ends: [0, 30, 60], people: [5, 7, 6] };
    expect(spread([[batches], [batches]], 1, 30)).toEqual({ at: [0, 30, 60], people: [[10, 14, 12]] });
  });

  it("puts people where they left on average, neither sooner nor later", () => {
    // Nobody leaves in the first ten of forty cells, and most sites have one batch, which begins at 0: spread evenly, they leave almost four cells too soon.
    let state = 7;
    const random = (): number => {
      state = (state * 48271) % 2147483647;
      return state / 2147483647;
    };
    const cells = Array.from({ length: 60 }, () =>
      Array.from({ length: 5 + Math.floor(random() * 12) }, () => 11 + Math.floor(30 * random())),
    );
    const { at, people } = spread(
      cells.map((own) => [inBatches(own)]),
      1,
      30,
    );
    const [found = []] = people;
    const truth = sum(cells.flat()) / cells.flat().length;
    const mean = sum(at.map((time, i) => (time / 30) * (found[i] as number))) / sum(found);
    expect(Math.abs(mean - truth)).toBeLessThan(1);
  });
});
