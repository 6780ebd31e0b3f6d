import { arithmetic, column, type DataDeclaration, type Row } from "@konsil/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { feasible } from "../../core/test/linear-program.ts";
import { centredStep } from "../src/counts/centred.step.ts";
import { levelCountsStep } from "../src/counts/level-counts.step.ts";
import { momentsStep } from "../src/counts/moments.step.ts";
import { answered, askSite } from "./ask-site.ts";

interface Ends {
  readonly lower: readonly number[];
  readonly upper: readonly number[];
}

interface Told {
  readonly people: Ends;
  readonly missing: Ends;
  readonly everyone: Ends;
  readonly sums: Readonly<Record<string, Ends>>;
}

interface Person extends Row {
  readonly g: "a" | "b";
  readonly x: number | null;
  readonly y: number | null;
  readonly c: string | null;
}

const levels = ["u", "v", "w"];
const groups = ["a", "b"] as const;
const by = { name: "g", levels: [...groups], others: "refuse" };

/** People of a site; `lacks` says who lacks x, of each group the first so many. */
function site(seed: number, size: number, lacks: readonly number[]): readonly Person[] {
  const draw = (i: number, salt: number): number =>
    (((i + 1) * 2654435761 + (seed + salt) * 40503) >>> 8) % 1000;
  const seen = [0, 0];
  return Array.from({ length: size }, (_, i): Person => {
    const g = draw(i, 1) < 550 ? 0 : 1;
    const gap = (seen[g] as number) < (lacks[g] as number);
    seen[g]!++;
    return {
      g: groups[g],
      x: gap ? null : 40 + (draw(i, 2) % 45),
      y: draw(i, 3) % 30,
      c: draw(i, 4) < 35 ? null : draw(i, 4) < 700 ? "u" : draw(i, 4) < 900 ? "v" : "w",
    };
  });
}

const derive: DataDeclaration = {
  derive: {
    moved: arithmetic("x", "+", 1000),
    turned: arithmetic("x", "*", -0.25),
    squared: arithmetic("x", "*", column("x")),
  },
};

const numbers = ["x", "y", "moved", "turned", "squared"];

/** Whatever a researcher asks about x, together. */
async function everything(people: readonly Person[], centre: number): Promise<readonly Told[]> {
  const ask = askSite(people);
  const told: Told[] = [];
  for (const group of [null, by]) {
    const asked = { numbers, dates: [], by: group };
    const cells = numbers.length * (group === null ? 1 : groups.length);
    for (const [step, args] of [
      [momentsStep, asked],
      [centredStep, { ...asked, centre: Array.from({ length: cells }, () => centre) }],
    ] as const)
      told.push(answered(await ask(step, args, derive)).output["numbers"] as Told);
  }
  return told;
}

const drawn = fc.record({
  seed: fc.nat(5000),
  size: fc.integer({ min: 60, max: 160 }),
  lacks: fc.tuple(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 8 })),
});

describe("how few people lack a number", () => {
  it("no answer tells: it is that of a site at which one of them has the value that stands in for it", async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(drawn, fc.double({ min: -1e6, max: 1e6, noNaN: true }), async (data, centre) => {
        const { seed, size, lacks } = data;
        const people = site(seed, size, lacks);
        const [whole] = await everything(people, centre);
        const [missing, sum] = [whole?.missing, whole?.sums["sum"]];
        const width = ((missing?.upper[0] as number) - (missing?.lower[0] as number)) as number;
        const few = people.filter(({ x }) => x === null);
        if (few.length < 2 || few.length > 4) return;
        const standIn = ((sum?.upper[0] as number) - (sum?.lower[0] as number)) / width;
        const other = people.map((person) => (person === few[0] ? { ...person, x: standIn } : person));
        const [one, two] = [await everything(people, centre), await everything(other, centre)];
        // What stands in is the same, unless the one person moved the middle half.
        const [of] = two;
        if (
          ((of?.sums["sum"]?.upper[0] as number) - (of?.sums["sum"]?.lower[0] as number)) / width !==
          standIn
        )
          return;
        compared++;
        // Without groups, and with: where one group still lacks some, or the other takes it with it.
        expect(two.slice(0, 2)).toEqual(one.slice(0, 2));
        if (other.filter(({ g, x }) => x === null && g === few[0]?.g).length > 0) expect(two).toEqual(one);
      }),
      { seed: 20_260_401, numRuns: 150 },
    );
    expect(compared).toBeGreaterThan(20);
  });

  it("cannot be had by subtraction, of numbers and of categories alike", async () => {
    let few = 0;
    await fc.assert(
      fc.asyncProperty(drawn, async ({ seed, size, lacks }) => {
        const people = site(seed, size, lacks);
        const ask = askSite(people);
        const asked = { numbers: ["x", "y"], dates: [], by };
        const told = answered(await ask(momentsStep, asked)).output["numbers"] as Told;
        const whole = answered(await ask(momentsStep, { ...asked, by: null })).output["numbers"] as Told;
        const variables = [{ name: "c", levels, others: "refuse" }];
        const cells = answered(await ask(levelCountsStep, { variables, by })).output["cells"] as Ends;
        // The number that nobody lacks tells how many are in each group.
        const size_ = groups.map((_, g) => told.everyone.lower[2 + g] as number);
        expect(size_).toEqual(groups.map((g) => people.filter((person) => person.g === g).length));
        const lacking = (name: "x" | "c", g: string): number =>
          people.filter((person) => person.g === g && person[name] === null).length;
        const inAll = [whole.missing.lower[0] as number, whole.missing.upper[0] as number];
        // x: those who lack it, those who have it, and all who lack it.
        const xs = {
          lower: [...told.missing.lower.slice(0, 2), ...told.people.lower.slice(0, 2), inAll[0] as number],
          upper: [...told.missing.upper.slice(0, 2), ...told.people.upper.slice(0, 2), inAll[1] as number],
          equations: [
            {
              terms: [
                [0, 1],
                [2, 1],
              ] as const,
              value: size_[0] as number,
            },
            {
              terms: [
                [1, 1],
                [3, 1],
              ] as const,
              value: size_[1] as number,
            },
            {
              terms: [
                [0, 1],
                [1, 1],
                [4, -1],
              ] as const,
              value: 0,
            },
          ],
        };
        const ends = feasible(xs, [0, 1]);
        for (const [g, group] of groups.entries()) {
          const truth = lacking("x", group);
          const { lower, upper } = ends[g] as (typeof ends)[number];
          expect(lower).toBeLessThanOrEqual(truth);
          expect(upper).toBeGreaterThanOrEqual(truth);
          if (truth === 0 || truth > 4) continue;
          few++;
          expect(upper - lower).toBeGreaterThanOrEqual(1);
        }
        // c: levels by groups, those who lack it first, and the number of everyone in each group.
        const cs = {
          lower: cells.lower,
          upper: cells.upper,
          equations: groups.map((_, g) => ({
            terms: Array.from({ length: 4 }, (_level, l) => [2 * l + g, 1] as const),
            value: size_[g] as number,
          })),
        };
        const small = cells.lower.flatMap((_, cell) => {
          const truth =
            cell < 2
              ? lacking("c", groups[cell] as string)
              : people.filter(({ g, c }) => g === groups[cell % 2] && c === levels[(cell >> 1) - 1]).length;
          return truth > 0 && truth < 5 ? [cell] : [];
        });
        for (const { lower, upper } of small.length === 0 ? [] : feasible(cs, small)) {
          few++;
          expect(upper - lower).toBeGreaterThanOrEqual(1);
        }
      }),
      { seed: 20_260_401, numRuns: 120 },
    );
    expect(few).toBeGreaterThan(100);
  });

  it("a column that puts two together, of which few lack the one, tells no sum over these few", async () => {
    const people = site(11, 120, [3, 0]).map((person, i) => ({ ...person, y: i > 112 ? null : person.y }));
    const ask = askSite(people);
    const both = { derive: { both: arithmetic("y", "+", arithmetic("x", "*", 0)) } };
    const alone = answered(await ask(momentsStep, { numbers: ["y"], dates: [], by: null }));
    expect((alone.output["numbers"] as Told).missing).toEqual({ lower: [7], upper: [7] });
    expect(await ask(momentsStep, { numbers: ["both"], dates: [], by: null }, both)).toMatchObject({
      ok: false,
      abstains: true,
      code: "DIFFERENCE_TOO_SMALL",
    });
  });
});
