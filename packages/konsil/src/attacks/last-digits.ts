import { arithmetic, type Expression } from "@konsil/core";
import type { Attack } from "./attack.ts";
import { leastSquares } from "./least-squares.ts";
import { momentsIn, momentsOf } from "./questions.ts";

const [youngest, oldest] = [20, 95];
const ages = Array.from({ length: oldest - youngest + 1 }, (_, i) => youngest + i);

/** A little more equations than ages. */
const equations = 120;
const atOnce = 60;
/** Moved so far from zero that a site still permits it. */
const moved = 2 ** 14;
const fraction = 2 ** 46;
/** About the mean of what is asked for, so that sums are small and exact. */
const centre = moved + 45;

/** Factors with digits as if drawn at random, whose products with an age are exact. */
const factors = Array.from({ length: equations }, (_, k) =>
  Math.round(fraction * (0.5 + ((((k + 1) * (Math.sqrt(5) - 1)) / 2) % 0.5))),
);

/** By how much factor · age + moved is rounded, in units of 1/fraction. */
const rounding = (factor: number, age: number): number =>
  ((factor / fraction) * age + moved - moved) * fraction - factor * age;

export const lastDigits: Attack = {
  name: "what rounding does to scaled ages",
  wants: "how many patients are of which age",
  knows:
    "how computers round: each factor to its own last digits, which are as many functions of age as there are factors",
  shown: "tartu",
  without: null,
  rule: "sums in the digits that their terms have (always)",
  async run(target) {
    const plain = await target.ask("Σ age", momentsOf(["age"]));
    if (plain === undefined) return undefined;
    const told = momentsIn(plain);
    const total = told.sums.at(0)?.lower ?? Number.NaN;
    const patients = told.people.at(0)?.lower ?? Number.NaN;
    const sums: number[] = [];
    for (let from = 0; from < equations; from += atOnce) {
      const asked = factors.slice(from, from + atOnce);
      const derive = Object.fromEntries(
        asked.map((factor, i): readonly [string, Expression] => [
          `x${i}`,
          arithmetic(arithmetic("age", "*", factor / fraction), "+", moved),
        ]),
      );
      const answer = await target.ask(`Sums of ${asked.length} scaled ages about ${moved}`, {
        algorithm: "summary",
        step: "counts.centred",
        arguments: { numbers: Object.keys(derive), dates: [], by: null, centre: asked.map(() => centre) },
        data: { derive },
      });
      if (answer === undefined) return undefined;
      for (const [i, { lower: sum }] of momentsIn(answer, "deviation").sums.entries()) {
        // What remains of exact numbers too long for one.
        const all =
          BigInt(Math.round(sum * fraction)) + BigInt((centre - moved) * patients) * BigInt(fraction);
        sums.push(Number(all - BigInt(asked[i] as number) * BigInt(total)));
      }
    }
    target.think(
      `Each sum less factor · Σ age is a sum of roundings: ${equations} equations for ${ages.length} ages.`,
    );
    const people = leastSquares(
      factors.map((factor) => ages.map((age) => rounding(factor, age))),
      sums,
    );
    const found: Record<string, number> = {};
    const truth: Record<string, number> = {};
    for (const [i, age] of ages.entries()) {
      found[age] = Math.round(people[i] as number);
      truth[age] = target.people.filter((person) => person["age"] === age).length;
    }
    return { what: "patients by age", found, truth };
  },
};
