import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { spreadOf, spreadOfAll } from "../spread-about.ts";
import { type BoundedMeansTest, boundDifference, boundOneWay, boundT } from "./bounded-means.ts";
import type { GroupMoments } from "./group-moments.ts";
import { oneWay } from "./one-way.ts";
import { differenceOfMeans } from "./standardized-difference.ts";
import { tTest } from "./t-test.ts";

const drawnGroup = fc.record({
  n: fc.integer({ min: 12, max: 400 }),
  mean: fc.double({ min: -20, max: 20, noNaN: true }),
  variance: fc.double({ min: 0.5, max: 40, noNaN: true }),
  below: fc.double({ min: 0, max: 0.3, noNaN: true }),
  above: fc.double({ min: 0, max: 0.3, noNaN: true }),
  fewer: fc.integer({ min: 0, max: 5 }),
  more: fc.integer({ min: 0, max: 5 }),
});

type Drawn = typeof drawnGroup extends fc.Arbitrary<infer T> ? T : never;

const truth = ({ n, mean, variance }: Drawn): GroupMoments => ({
  n,
  mean,
  variance,
  size: Math.abs(mean),
});

const box = ({ n, mean, variance, below, above, fewer, more }: Drawn) => ({
  n: { lower: n - fewer, upper: n + more },
  mean: { lower: mean - below, upper: mean + above },
  variance: { lower: variance * (1 - below), upper: variance * (1 + above) },
});

const within = (value: number, { lower, upper }: { readonly lower: number; readonly upper: number }) => {
  expect(value).toBeGreaterThanOrEqual(lower - 1e-9 * Math.abs(lower) - 1e-12);
  expect(value).toBeLessThanOrEqual(upper + 1e-9 * Math.abs(upper) + 1e-12);
};

/** Every level of significance, so that each bound is seen and not refused. */
const seen = (bound: (significance: number) => BoundedMeansTest | string): BoundedMeansTest => {
  const test = bound(1e-300);
  if (typeof test !== "string") return test;
  const other = bound(0.999_999);
  if (typeof other === "string") throw new Error(other);
  return other;
};

describe("tests of means between bounds", () => {
  it.each([true, false])("hold the t test of what the means are, equal variances %s", (equal) => {
    fc.assert(
      fc.property(drawnGroup, drawnGroup, (one, other) => {
        const test = tTest(truth(one), truth(other), equal);
        if (typeof test === "string") return;
        const bounded = [1e-300, 0.05, 0.999_999].map((level) => boundT(box(one), box(other), equal, level));
        const told = bounded.filter((found) => typeof found !== "string");
        for (const { statistic, df, p } of told) {
          within(test.statistic, statistic);
          within(test.df, df);
          within(test.p, p);
        }
        const difference = boundDifference(box(one), box(other));
        const exact = differenceOfMeans(truth(one), truth(other)) as number;
        within(
          exact,
          typeof difference === "number" ? { lower: difference, upper: difference } : (difference as never),
        );
      }),
      { seed: 20_260_401, numRuns: 400 },
    );
  });

  it("hold Fisher's analysis of variance", () => {
    fc.assert(
      fc.property(fc.array(drawnGroup, { minLength: 3, maxLength: 5 }), (groups) => {
        const test = oneWay(groups.map(truth), true);
        if (typeof test === "string") return;
        const bounded = boundOneWay(groups.map(box), true, 0.05);
        if (typeof bounded === "string") {
          expect(bounded).toContain("both sides of 0.05");
          return;
        }
        within(test.statistic, bounded.statistic);
        within(test.p, bounded.p);
        within(test.denominatorDf, bounded.denominatorDf as never);
      }),
      { seed: 20_260_401, numRuns: 400 },
    );
  });

  it("are the same where nothing is between bounds, and refused where they do not decide alike", () => {
    const known = { below: 0, above: 0, fewer: 0, more: 0 };
    const [one, other] = [
      { n: 40, mean: 3, variance: 4, ...known },
      { n: 60, mean: 3.9, variance: 6, ...known },
    ];
    const test = tTest(truth(one), truth(other), false);
    const bounded = seen((level) => boundT(box(one), box(other), false, level));
    if (typeof test === "string") throw new Error(test);
    expect(bounded.p.upper).toBeCloseTo(test.p, 12);
    expect(bounded.p.lower).toBeCloseTo(test.p, 12);
    const wide = { ...other, below: 0.3, above: 0.3 };
    expect(boundT(box(one), box(wide), false, 0.05)).toMatch(/^refused: .* on both sides of 0\.05$/);
    expect(boundOneWay([box(one), box(other), box(wide)], false, 0.05)).toContain("equalVariances: true");
  });
});

it("mean and standard deviation lie between their bounds, of one group and of all", () => {
  const value = fc.double({ min: -50, max: 50, noNaN: true });
  const people = fc.array(value, { minLength: 8, maxLength: 40 });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(people, fc.nat(4), fc.nat(4), value), { minLength: 1, maxLength: 4 }),
      value,
      (groups, standIn) => {
        const told = groups.map(([xs, below, above, centre]) => {
          const [d, q] = [standIn - centre, (standIn - centre) ** 2];
          const [deviation, squared] = [1, 2].map((power) =>
            xs.reduce((total, x) => total + (x - centre) ** power, 0),
          ) as [number, number];
          const ends = (sum: number, one: number) => ({
            lower: Math.min(sum - below * one, sum + above * one),
            upper: Math.max(sum - below * one, sum + above * one),
          });
          return {
            n: { lower: xs.length - below, upper: xs.length + above },
            centre,
            deviation: ends(deviation, d),
            squared: ends(squared, q),
          };
        });
        const exact = (xs: readonly number[]) => {
          const mean = xs.reduce((total, x) => total + x, 0) / xs.length;
          return [mean, Math.sqrt(xs.reduce((total, x) => total + (x - mean) ** 2, 0) / (xs.length - 1))];
        };
        const check = (xs: readonly number[], spread: ReturnType<typeof spreadOf>) => {
          const [mean, deviation] = exact(xs) as [number, number];
          for (const [number, between] of [
            [mean, spread.mean],
            [deviation, spread.standardDeviation],
          ] as const) {
            const { lower, upper } =
              typeof between === "number" ? { lower: between, upper: between } : (between as never);
            expect(number).toBeGreaterThanOrEqual(lower - 1e-5);
            expect(number).toBeLessThanOrEqual(upper + 1e-5);
          }
        };
        for (const [g, [xs]] of groups.entries()) check(xs, spreadOf(told[g] as (typeof told)[number]));
        check(
          groups.flatMap(([xs]) => xs),
          spreadOfAll(told),
        );
      },
    ),
    { seed: 20_260_401, numRuns: 300 },
  );
});
