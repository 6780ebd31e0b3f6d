import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { feasible, type LinearSystem } from "../../test/linear-program.ts";
import { type ProtectedCells, protectCells } from "./protected-cells.ts";

interface Told {
  readonly lower: readonly number[];
  readonly upper: readonly number[];
}

const product = (sizes: readonly number[]): number => sizes.reduce((all, size) => all * size, 1);

/** The cells of a table by their positions in some of its dimensions. */
function lines(sizes: readonly number[], kept: readonly number[]): readonly (readonly number[])[] {
  const found = new Map<string, number[]>();
  for (let cell = 0; cell < product(sizes); cell++) {
    const position = sizes.map((size, a) => Math.floor(cell / product(sizes.slice(a + 1))) % size);
    const key = kept.map((a) => position[a]).join();
    found.set(key, [...(found.get(key) ?? []), cell]);
  }
  return [...found.values()];
}

const sum = (people: readonly number[], cells: readonly number[]): number =>
  cells.reduce((total, cell) => total + (people[cell] as number), 0);

const together = (people: readonly number[], cells: readonly number[]) => ({
  terms: cells.map((cell) => [cell, 1] as const),
  value: sum(people, cells),
});

interface Range {
  readonly lower: number;
  readonly upper: number;
}

/** Each small cell that an attacker comes to know better than [1, k−1], and than tables of one variable tell, if these are given. */
function recovered(
  people: readonly number[],
  k: number,
  system: LinearSystem,
  known: readonly Range[] = people.map(() => ({ lower: 0, upper: Infinity })),
): readonly number[] {
  const small = people.flatMap((count, cell) => (count > 0 && count < k ? [cell] : []));
  const found = feasible(system, small);
  return small.filter((cell, i) => {
    const { lower, upper } = found[i] as Range;
    expect(lower).toBeLessThanOrEqual((people[cell] as number) + 1e-6);
    expect(upper).toBeGreaterThanOrEqual((people[cell] as number) - 1e-6);
    const { lower: least, upper: most } = known[cell] as Range;
    return lower > Math.max(1, least) + 1e-6 || upper < Math.min(k - 1, most) - 1e-6;
  });
}

/** What a table of the levels, and one of the groups, tell of each cell, whatever else is asked. */
function byMargins(people: readonly number[], groups: number, k: number): readonly Range[] {
  const levels = people.length / groups;
  const cells = [...people.keys()];
  const lines = [
    ...Array.from({ length: levels }, (_, level) => cells.filter((i) => Math.floor(i / groups) === level)),
    ...Array.from({ length: groups }, (_, group) => cells.filter((i) => i % groups === group)),
  ];
  const totals = lines.map((line) => sum(people, line));
  const told = [totals.slice(0, levels), totals.slice(levels)].map((own) =>
    protectCells({ people: own, sizes: [own.length] }, k),
  );
  const all = sum(people, cells);
  return feasible(
    {
      lower: [...cells.map(() => 0), ...told.flatMap(({ lower }) => lower)],
      upper: [...cells.map(() => all + k), ...told.flatMap(({ upper }) => upper)],
      equations: lines.map((line, i) => ({
        terms: [...line.map((cell) => [cell, 1] as const), [cells.length + i, -1] as const],
        value: 0,
      })),
    },
    cells,
  );
}

/** The small cells as intervals and nothing else. */
function maskedOnly(people: readonly number[], k: number): Told {
  const small = (count: number): boolean => count > 0 && count < k;
  return {
    lower: people.map((count) => (small(count) ? 1 : count)),
    upper: people.map((count) => (small(count) ? k - 1 : count)),
  };
}

/** A reply of several variables, counted by group: every group is the same people, whichever variable tells of them. */
function groupsAttack(
  tables: readonly (readonly number[])[],
  told: readonly Told[],
  groups: number,
  k: number,
  rows: { readonly below: number; readonly above: number },
): number {
  const people = tables.flat();
  const offsets = tables.map((_, v) => tables.slice(0, v).reduce((total, table) => total + table.length, 0));
  const totals = people.length;
  const values = [...people];
  const lower = told.flatMap((own) => [...own.lower]);
  const upper = told.flatMap((own) => [...own.upper]);
  const all = sum(tables[0] as number[], [...(tables[0] as number[]).keys()]);
  for (let g = 0; g < groups; g++) {
    lower.push(0);
    upper.push(all + rows.above);
    values.push(0);
  }
  lower.push(all - rows.below);
  upper.push(all + rows.above);
  const equations = tables.flatMap((table, v) =>
    Array.from({ length: groups }, (_, g) => ({
      terms: [
        ...table.flatMap((_count, cell) =>
          cell % groups === g ? [[(offsets[v] as number) + cell, 1] as const] : [],
        ),
        [totals + g, -1] as const,
      ],
      value: 0,
    })),
  );
  equations.push({
    terms: [
      ...Array.from({ length: groups }, (_, g) => [totals + g, 1] as const),
      [totals + groups, -1] as const,
    ],
    value: 0,
  });
  const known = tables.flatMap((table) => byMargins(table, groups, k));
  return recovered(people, k, { lower, upper, equations }, known).length;
}

const thresholds = [5, 10, 11] as const;
const cell = fc.oneof(
  { weight: 2, arbitrary: fc.constant(0) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 14 }) },
  { weight: 4, arbitrary: fc.integer({ min: 11, max: 90 }) },
);

describe("several variables by group, in one reply", () => {
  /** Variables of the same people: the groups and the number of all are equal, however they are cut into levels. */
  const reply = fc
    .record({
      groups: fc.array(fc.oneof(fc.integer({ min: 1, max: 25 }), fc.integer({ min: 20, max: 200 })), {
        minLength: 1,
        maxLength: 3,
      }),
      levels: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 2, maxLength: 3 }),
      seeds: fc.array(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 12, maxLength: 12 }),
        {
          minLength: 3,
          maxLength: 3,
        },
      ),
    })
    .map(({ groups, levels, seeds }) => ({
      groups: groups.length,
      tables: levels.map((count, v) => {
        const table = Array.from({ length: count * groups.length }, () => 0);
        for (const [g, people] of groups.entries()) {
          let left = people;
          for (let level = 0; level < count; level++) {
            const share = (seeds[v]?.[level * 3 + g] as number) ** 3;
            const here = level === count - 1 ? left : Math.floor(left * share);
            table[level * groups.length + g] = here;
            left -= here;
          }
        }
        return table;
      }),
    }));

  it("leaves small cells as open as tables of one variable do, k = 5, 10 and 11, and would not by masking alone", () => {
    let [without, cells] = [0, 0];
    fc.assert(
      fc.property(reply, fc.constantFrom(...thresholds), ({ tables, groups }, k) => {
        const told = tables.map((people) => {
          const sizes = [people.length / groups, groups];
          const own: ProtectedCells = protectCells({ people, sizes }, k);
          for (const [i, count] of people.entries()) {
            expect(own.lower[i]).toBeLessThanOrEqual(count);
            expect(own.upper[i]).toBeGreaterThanOrEqual(count);
            // Nobody is told to be at most k−1 but by the interval of all small cells.
            if (count > 0 && count < k) {
              expect(own.lower[i]).toBeLessThanOrEqual(1);
              expect(own.upper[i]).toBeGreaterThanOrEqual(k - 1);
            }
          }
          return own;
        });
        const slack = told.reduce(
          (widest, { slack: own }) => (own.below + own.above > widest.below + widest.above ? own : widest),
          { below: 0, above: 0 },
        );
        expect(groupsAttack(tables, told, groups, k, slack)).toBe(0);
        cells += tables.flat().filter((count) => count > 0 && count < k).length;
        without += groupsAttack(
          tables,
          tables.map((people) => maskedOnly(people, k)),
          groups,
          k,
          { below: 0, above: 0 },
        );
      }),
      { numRuns: 400 },
    );
    expect(without).toBeGreaterThan(cells / 3);
  });
});

describe("a table with those who are in none of its cells", () => {
  it("leaves every small number at [1, k−1] where all people are known", () => {
    fc.assert(
      fc.property(
        fc.constantFrom<readonly number[]>([2], [5], [2, 2], [3, 4], [2, 3, 2]),
        fc.array(cell, { minLength: 27, maxLength: 27 }),
        fc.constantFrom(...thresholds),
        fc.integer({ min: 0, max: 3 }),
        (sizes, drawn, k, rest) => {
          const people = drawn.slice(0, product(sizes) + rest);
          const all = sum(people, [...people.keys()]);
          const { lower, upper, slack } = protectCells({ people, sizes }, k);
          const system = {
            lower: [...lower, all - slack.below],
            upper: [...upper, all + slack.above],
            equations: [
              {
                terms: [...people.map((_, i) => [i, 1] as const), [people.length, -1] as const],
                value: 0,
              },
            ],
          };
          expect(recovered(people, k, system)).toEqual([]);
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe("margins of another reply", () => {
  /** Every margin of k people or more is known exactly; smaller ones would be masked themselves. */
  const margins = (sizes: readonly number[], people: readonly number[], k: number) =>
    sizes
      .flatMap((_, a) => [[a], sizes.map((_size, b) => b).filter((b) => b !== a)])
      .flatMap((kept) => lines(sizes, kept))
      .map((cells) => together(people, cells))
      .filter(({ value }) => value === 0 || value >= k);

  it("recover no small cell of a table whose other cells are large", () => {
    let without = 0;
    fc.assert(
      fc.property(
        fc.constantFrom<readonly number[]>([2, 2], [3, 2], [4, 5], [2, 2, 2], [3, 3, 2]),
        fc.array(fc.integer({ min: 11, max: 90 }), { minLength: 20, maxLength: 20 }),
        fc.nat(),
        fc.integer({ min: 1, max: 4 }),
        fc.constantFrom(...thresholds),
        (sizes, drawn, position, few, k) => {
          const people = drawn.slice(0, product(sizes));
          people[position % people.length] = few;
          const equations = margins(sizes, people, k);
          const told = protectCells({ people, sizes }, k);
          expect(told.slack).toEqual({ below: 0, above: 0 });
          expect(recovered(people, k, { ...told, equations })).toEqual([]);
          without += recovered(people, k, { ...maskedOnly(people, k), equations }).length;
        },
      ),
      { numRuns: 200 },
    );
    expect(without).toBe(200);
  });

  it("are rarely enough for a cell of a table at random, which they nearly always are without", () => {
    let [cells, without, withGuard] = [0, 0, 0];
    fc.assert(
      fc.property(
        fc.constantFrom<readonly number[]>([2, 2], [3, 2], [4, 5]),
        fc.array(cell, { minLength: 20, maxLength: 20 }),
        fc.constantFrom(...thresholds),
        (sizes, drawn, k) => {
          const people = drawn.slice(0, product(sizes));
          const equations = margins(sizes, people, k);
          cells += people.filter((count) => count > 0 && count < k).length;
          const told = protectCells({ people, sizes }, k);
          withGuard += recovered(people, k, { ...told, equations }).length;
          without += recovered(people, k, { ...maskedOnly(people, k), equations }).length;
        },
      ),
      { numRuns: 300, seed: 1 },
    );
    expect(without).toBeGreaterThan(0.9 * cells);
    expect(withGuard).toBeLessThan(without / 3);
  });
});

describe("inversion", () => {
  it("tells the same of two tables that differ in nothing but what is hidden", () => {
    // The corners of a rectangle: people who move round it change no margin.
    for (const moved of [0, 1, 2, -1]) {
      const people = [2 + moved, 40 - moved, 60 - moved, 80 + moved];
      expect(protectCells({ people, sizes: [2, 2] }, 5)).toMatchObject({
        lower: [1, 38, 58, 79],
        upper: [4, 41, 61, 82],
      });
    }
  });
});

describe("tables of unusual shapes", () => {
  it("may have no cell, nobody, or one position along a dimension", () => {
    const nothing = { slack: { below: 0, above: 0 } };
    expect(protectCells({ people: [], sizes: [0, 3] }, 5)).toEqual({ lower: [], upper: [], ...nothing });
    expect(protectCells({ people: [12], sizes: [0] }, 5)).toEqual({ lower: [12], upper: [12], ...nothing });
    const nobody = [0, 0, 0, 0, 0, 0];
    expect(protectCells({ people: nobody, sizes: [3, 2] }, 5)).toEqual({
      lower: nobody,
      upper: nobody,
      ...nothing,
    });
    const people = [3, 40, 60, 80];
    expect(protectCells({ people, sizes: [2, 1, 2, 1] }, 5)).toEqual(
      protectCells({ people, sizes: [2, 2] }, 5),
    );
  });

  it("take seconds where a million cells have no one or few people", () => {
    const people = Array.from({ length: 1000 * 1000 }, (_, i) => (i % 97 < 2 ? 1 + (i % 3) : 0));
    const begun = performance.now();
    const { lower, upper } = protectCells({ people, sizes: [1000, 1000] }, 5);
    expect(performance.now() - begun).toBeLessThan(30_000);
    expect(people.every((count, i) => (lower[i] as number) <= count && count <= (upper[i] as number))).toBe(
      true,
    );
  });
});
