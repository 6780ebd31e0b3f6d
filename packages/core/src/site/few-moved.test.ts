import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Condition, isTrueOf, type Pattern } from "./conditions.ts";
import { movesFew } from "./few-moved.ts";

const singles = 4;

const conditions = (depth: number): fc.Arbitrary<Condition> => {
  const single = fc.record({ single: fc.nat(singles - 1), holds: fc.boolean() });
  return depth === 0
    ? single
    : fc.oneof(
        single,
        fc.record({ every: fc.boolean(), of: fc.array(conditions(depth - 1), { maxLength: 3 }) }),
      );
};

const patterns: fc.Arbitrary<readonly Pattern[]> = fc
  .uniqueArray(fc.tuple(fc.nat(15), fc.nat(15)), { maxLength: 12, selector: ([a, b]) => `${a & ~b} ${b}` })
  .chain((states) =>
    fc.tuple(
      ...states.map(([holds, fails]) =>
        fc.integer({ min: 1, max: 3 }).map((people): Pattern => ({ holds: holds & ~fails, fails, people })),
      ),
    ),
  );

const opposite = (condition: Condition): Condition =>
  "single" in condition
    ? { ...condition, holds: !condition.holds }
    : { every: !condition.every, of: condition.of.map(opposite) };

const whole = 2 ** singles - 1;

/** Whether a pattern can be so by other values of the conditions that are left out. */
function canBe(root: Condition, { holds, fails }: Pattern, left: number, isTrue: boolean): boolean {
  for (let set = left; ; set = (set - 1) & left) {
    for (let kept = set; ; kept = (kept - 1) & set) {
      const other = { holds: (holds & ~set) | kept, fails: (fails & ~set) | (set & ~kept), people: 1 };
      if (isTrueOf(root, other) === isTrue) return true;
      if (kept === 0) break;
    }
    if (set === 0) return false;
  }
}

/** By the definition: everyone, every set of conditions that is left out, and everything that these could be instead. */
function oracle(root: Condition, all: readonly Pattern[], minimumCell: number): boolean {
  const anyone = Array.from({ length: whole + 1 }, (_, holds) => ({
    holds,
    fails: whole & ~holds,
    people: 1,
  }));
  for (const isTrue of [true, false])
    for (let left = 1; left <= whole; left++) {
      const changed = all.filter((one) => isTrueOf(root, one) === isTrue && canBe(root, one, left, !isTrue));
      const people = changed.reduce((sum, one) => sum + one.people, 0);
      if (people === 0 || people >= minimumCell) continue;
      if (!anyone.every((one) => canBe(root, one, left, !isTrue))) return true;
    }
  return false;
}

describe("people whom conditions move", () => {
  it("are those of the definition, whatever the conditions are, and whatever is missing", () => {
    let few = 0;
    fc.assert(
      fc.property(conditions(3), patterns, (root, people) => {
        const expected = oracle(root, people, 5);
        if (expected) few++;
        expect(movesFew(root, people, 5)).toBe(expected);
      }),
      { seed: 3, numRuns: 3000 },
    );
    expect(few).toBeGreaterThan(200);
  });

  const every = (...of: Condition[]): Condition => ({ every: true, of });
  const some = (...of: Condition[]): Condition => ({ every: false, of });
  const [a, b, c]: readonly Condition[] = [0, 1, 2].map((single) => ({ single, holds: true }));

  /** 40 people of each pattern of three conditions, but one of 7: holding all. */
  const people: readonly Pattern[] = Array.from({ length: 8 }, (_, holds) => ({
    holds,
    fails: 7 & ~holds,
    people: holds === 7 ? 1 : 40,
  }));

  it("are found where a condition is said twice, in parts that fail together", () => {
    if (a === undefined || b === undefined || c === undefined) throw new Error("no conditions");
    const without = every(a, opposite(every(b, c)));
    expect(movesFew(without, people, 5)).toBe(true);
    expect(movesFew(every(some(without, without), some(without, without)), people, 5)).toBe(true);
    expect(movesFew(some(every(without, without), every(without, without)), people, 5)).toBe(true);
    expect(movesFew(every(a, b), people, 5)).toBe(false);
  });
});
