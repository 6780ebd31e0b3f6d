import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectClose } from "../../../test/close.ts";
import { type Departures, tally } from "../tally.ts";
import { addStratum, noSums } from "./sums.ts";

const seed = 20_260_401;

interface Person {
  readonly time: number;
  readonly event: number;
  readonly cell: number;
}

const cells = 3;

const people = (time: fc.Arbitrary<number>): fc.Arbitrary<Person[]> =>
  fc.array(fc.record({ time, event: fc.nat(1), cell: fc.nat(cells - 1) }), { maxLength: 40 });

const days = people(fc.nat(12));
/** Halves are not whole, and nobody would keep a table for the last one. */
const halves = people(fc.nat(12).map((t) => t / 2));
const far = people(fc.constantFrom(0, 1, 7, 1e9, 2 ** 53));

function tallied(rows: readonly Person[]): readonly Departures[] {
  return tally(
    Float64Array.from(rows, ({ time }) => time),
    Uint8Array.from(rows, ({ event }) => event),
    Int32Array.from(rows, ({ cell }) => cell),
    cells,
  );
}

describe.each([
  ["days", days],
  ["halves", halves],
  ["times that no table holds", far],
])("people by time, %s", (_name, rows) => {
  it("are counted as one counts by hand", () => {
    fc.assert(
      fc.property(rows, (all) => {
        for (const [c, found] of tallied(all).entries()) {
          const own = all.filter(({ cell }) => cell === c);
          const at = [...new Set(own.map(({ time }) => time))].sort((a, b) => a - b);
          const count = (time: number, event: number): number =>
            own.filter((person) => person.time === time && person.event === event).length;
          expect(Array.from(found.at)).toEqual(at);
          expect(Array.from(found.event)).toEqual(at.map((time) => count(time, 1)));
          expect(Array.from(found.censored)).toEqual(at.map((time) => count(time, 0)));
        }
      }),
      { seed },
    );
  });

  it("give the sums of the definition, whatever rho", () => {
    fc.assert(
      fc.property(rows, fc.constantFrom(0, 1, 0.5, -1), (all, rho) => {
        const found = noSums(cells);
        addStratum(found, tallied(all), rho);
        expectClose(
          Object.fromEntries(
            Object.entries(found).map(([key, sums]) => [key, Array.from(sums as Float64Array)]),
          ),
          byDefinition(all, rho),
          1e-11,
          1e-12,
        );
      }),
      { seed },
    );
  });
});

/** Person by person, with everyone looked at again at each time. */
function byDefinition(all: readonly Person[], rho: number) {
  const observed = [0, 0, 0];
  const expected = [0, 0, 0];
  const variance = Array.from({ length: cells * cells }, () => 0);
  let survival = 1;
  for (const time of [...new Set(all.map((person) => person.time))].sort((a, b) => a - b)) {
    const risk = all.filter((person) => person.time >= time);
    const dead = all.filter((person) => person.time === time && person.event === 1);
    if (dead.length === 0) continue;
    const weight = survival ** rho;
    const [n, d] = [risk.length, dead.length];
    const share = [0, 1, 2].map((g) => risk.filter(({ cell }) => cell === g).length / n);
    for (const [g, p] of share.entries()) {
      observed[g]! += weight * dead.filter(({ cell }) => cell === g).length;
      expected[g]! += weight * d * p;
      for (const [h, q] of share.entries())
        if (n > 1)
          variance[g * cells + h]! += (weight ** 2 * d * (n - d) * ((g === h ? p : 0) - p * q)) / (n - 1);
    }
    survival *= 1 - d / n;
  }
  return { observed, expected, variance };
}
