import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parsePolicy } from "../policy/index.ts";
import { kindOf } from "./kinds.ts";
import { maskedCounts } from "./masked-counts.ts";

/** A table as the step of cross tables sends it: three dimensions always, one of a single position where there is no variable. */
interface Shape {
  readonly sizes: readonly number[];
  /** With numbers of people who lack variables, by which. */
  readonly isLacking?: boolean;
}

const product = (sizes: readonly number[]): number => sizes.reduce((all, size) => all * size, 1);
const labels = (size: number): readonly string[] => Array.from({ length: size }, (_, i) => String(i));

/** What leaves a site: public code, which whoever asked can run on any table. */
function sent(people: readonly number[], { sizes, isLacking = false }: Shape, k: number): string {
  const [first = 1, second = 1, third = 1] = sizes;
  const lacking = 2 ** sizes.length - 1;
  const dimensions = {
    first: labels(first),
    second: labels(second),
    third: labels(third),
    pattern: labels(lacking),
  };
  const statistic = maskedCounts(["first", "second", "third"], { rest: "pattern" });
  const all = isLacking ? people : [...people, ...Array.from({ length: lacking }, () => 0)];
  const { wire, slack } = kindOf(statistic).release(statistic, all, {
    policy: parsePolicy({ minimumCell: k }),
    field: "cells",
    rows: 0,
    dimensions,
    other: () => undefined,
    measured: () => undefined,
    columnName: (key) => key,
  });
  return JSON.stringify([wire, slack]);
}

/** A table of one variable of the same people. */
function margin(people: readonly number[], sizes: readonly number[], a: number): readonly number[] {
  const totals = Array.from({ length: sizes[a] as number }, () => 0);
  const stride = product(sizes.slice(a + 1));
  for (const [cell, count] of people.entries())
    totals[Math.floor(cell / stride) % (sizes[a] as number)]! += count;
  return totals;
}

/** Every way to put people into cells. */
function* tables(cells: number, people: number): Generator<readonly number[]> {
  if (cells === 1) yield [people];
  else
    for (let here = 0; here <= people; here++)
      for (const others of tables(cells - 1, people - here)) yield [here, ...others];
}

/** Bits of the numbers that a cell has in some table, k standing for itself and more. */
const bit = (count: number, k: number): number => 1 << Math.min(count, k);

class Possible {
  readonly #k: number;
  readonly #byReply = new Map<string, number[]>();

  constructor(k: number) {
    this.#k = k;
  }

  add(reply: string, people: readonly number[]): void {
    const found = this.#byReply.get(reply) ?? people.map(() => 0);
    for (const [cell, count] of people.entries()) found[cell]! |= bit(count, this.#k);
    this.#byReply.set(reply, found);
  }

  of(reply: string): readonly number[] {
    return this.#byReply.get(reply) ?? [];
  }

  entries(): readonly (readonly [string, readonly number[]])[] {
    return [...this.#byReply];
  }
}

interface Found {
  /** Cells that are of 1…k−1 people in some table that has a reply, over all replies. */
  small: number;
  /** Those of which the reply leaves one number. */
  exact: number;
  /** Those that cannot be each of 1…k−1 that tables of one variable permit. */
  narrowed: number;
}

/** Takes each table of so many people, and looks which tables have the same reply. */
function invert(
  cells: number,
  people: number,
  k: number,
  replies: (table: readonly number[]) => { readonly all: string; readonly margins: string },
): Found {
  const [possible, permitted] = [new Possible(k), new Possible(k)];
  const marginsOf = new Map<string, string>();
  for (const table of tables(cells, people)) {
    const { all, margins } = replies(table);
    possible.add(all, table);
    permitted.add(margins, table);
    marginsOf.set(all, margins);
  }
  const found: Found = { small: 0, exact: 0, narrowed: 0 };
  const few = (1 << k) - 2;
  for (const [reply, numbers] of possible.entries()) {
    const by = permitted.of(marginsOf.get(reply) as string);
    for (const [cell, bits] of numbers.entries()) {
      if ((bits & few) === 0) continue;
      found.small++;
      if ((bits & (bits - 1)) === 0) found.exact++;
      if ((bits & few) !== ((by[cell] as number) & few)) found.narrowed++;
    }
  }
  return found;
}

function remembered(make: (people: readonly number[]) => string): (people: readonly number[]) => string {
  const known = new Map<string, string>();
  return (people) => {
    const key = people.join();
    const reply = known.get(key) ?? make(people);
    known.set(key, reply);
    return reply;
  };
}

describe("inversion of all tables of so many people", () => {
  it.each([
    { sizes: [3], k: 5, people: 30, most: 0 },
    { sizes: [2, 2], k: 5, people: 15, most: 0 },
    { sizes: [2, 2], k: 5, people: 30, most: 0 },
    { sizes: [2, 2], k: 10, people: 36, most: 0 },
    // Where all of a small table is put together, that it had to be tells a little.
    { sizes: [2, 3], k: 4, people: 14, most: 0.01 },
    { sizes: [2, 2, 2], k: 3, people: 12, most: 0.015 },
    { sizes: [3, 3], k: 3, people: 11, most: 0.02 },
  ])(
    "$sizes, k = $k, $people people: with tables of one variable too, none is known",
    ({ sizes, k, people, most }) => {
      const line = sizes.map((size) => remembered((own) => sent(own, { sizes: [size] }, k)));
      const found = invert(product(sizes), people, k, (table) => {
        const margins =
          sizes.length === 1 ? "" : sizes.map((_, a) => line[a]?.(margin(table, sizes, a))).join();
        return { all: sent(table, { sizes }, k) + margins, margins };
      });
      expect(found.small).toBeGreaterThan(0);
      expect(found.exact).toBe(0);
      expect(found.narrowed).toBeLessThanOrEqual(most * found.small);
    },
  );

  it.each([
    [3, 11],
    [4, 13],
  ])("with people who lack one variable, or both, k = %i, %i people", (k, people) => {
    const found = invert(7, people, k, (table) => ({
      all: sent(table, { sizes: [2, 2], isLacking: true }, k),
      margins: "",
    }));
    expect(found.small).toBeGreaterThan(0);
    expect(found.exact).toBe(0);
  });
});

describe("inversion of larger tables", () => {
  /** The same people but for some who moved round a rectangle of which a cell is a corner: no margin moves. */
  function* around(
    people: readonly number[],
    sizes: readonly number[],
    cell: number,
    by: number,
  ): Generator<readonly number[]> {
    const strides = sizes.map((_, a) => product(sizes.slice(a + 1)));
    for (const [a, size] of sizes.entries())
      for (let b = a + 1; b < sizes.length; b++)
        for (let i = 0; i < size; i++)
          for (let j = 0; j < (sizes[b] as number); j++) {
            const shift = (d: number, to: number): number => {
              const stride = strides[d] as number;
              return (to - (Math.floor(cell / stride) % (sizes[d] as number))) * stride;
            };
            const [across, along] = [shift(a, i), shift(b, j)];
            if (across === 0 || along === 0) continue;
            const moved = [...people];
            for (const [corner, sign] of [
              [cell, 1],
              [cell + across, -1],
              [cell + along, -1],
              [cell + across + along, 1],
            ] as const)
              moved[corner]! += sign * by;
            if (moved.every((count) => count >= 0)) yield moved;
          }
  }

  function isBeside(people: readonly number[], sizes: readonly number[], cell: number, k: number): boolean {
    const columns = sizes[1] as number;
    return people.some(
      (count, other) =>
        count < k &&
        (Math.floor(other / columns) === Math.floor(cell / columns) || other % columns === cell % columns),
    );
  }

  const large = fc.integer({ min: 60, max: 200 });
  const few = fc.record({ at: fc.nat(), people: fc.integer({ min: 1, max: 10 }) });

  it.each([5, 10, 11])(
    "k = %i: a small cell among large ones can be any of 1…k−1 with the same reply",
    (k) => {
      fc.assert(
        fc.property(
          fc.constantFrom([2, 2], [3, 2], [2, 3], [3, 3], [4, 5]),
          fc.array(large, { minLength: 20, maxLength: 20 }),
          fc.array(few, { minLength: 1, maxLength: 3 }),
          (sizes, drawn, small) => {
            const people = drawn.slice(0, product(sizes));
            for (const { at, people: count } of small) {
              const cell = at % people.length;
              // Small cells of one line need more than one rectangle: tables that are taken one by one have them.
              if (!isBeside(people, sizes, cell, k)) people[cell] = Math.min(count, k - 1);
            }
            const reply = sent(people, { sizes }, k);
            for (const [cell, count] of people.entries()) {
              if (count >= k) continue;
              for (let other = 1; other < k; other++) {
                if (other === count) continue;
                const alike = [...around(people, sizes, cell, other - count)];
                // A table of two by two with two small cells in a line: their sum is all that is told of them.
                if (alike.length === 0) continue;
                expect(alike.some((table) => sent(table, { sizes }, k) === reply)).toBe(true);
              }
            }
          },
        ),
        { numRuns: 150 },
      );
    },
  );
});

describe("tables of two by two, as cross tables send them", () => {
  it("are told alike whatever a small cell is, where no margin moves", () => {
    const replies = [1, 2, 3, 4].map((x) => sent([x, 40 - x, 60 - x, 80 + x], { sizes: [2, 2] }, 5));
    expect(new Set(replies).size).toBe(1);
    expect(replies[0]).toContain('"lower":[1,36,56,81,0,0,0],"upper":[4,39,59,84,0,0,0]');
  });

  it("leave each number of people who lack variables open, whoever knows how many lack one", () => {
    // Lacking both may be any of 1…4 with as many lacking the second: at one site of R's lung data 0, 3 and 2 lacked them.
    const replies = [1, 2, 3, 4].map((both) =>
      sent([2, 3, 2, 3, 0, 5 - both, both], { sizes: [2, 2], isLacking: true }, 5),
    );
    expect(new Set(replies).size).toBe(1);
  });
});
