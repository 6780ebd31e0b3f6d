import { distribution, kindOf, type PooledDistribution, parsePolicy } from "@konsil/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stepAt } from "../step-at.ts";
import { atTimes, curveOf } from "./curve.ts";
import { envelopeOf } from "./envelope.ts";

const statistic = distribution({ axis: "time", by: ["group"], streams: ["event", "censored"] });
const dimensions = { group: [""] };

interface Person {
  readonly at: number;
  readonly event: boolean;
}

function pooled(
  sites: readonly (readonly Person[])[],
  written: unknown,
): PooledDistribution<"event" | "censored"> {
  const policy = parsePolicy(written);
  const kind = kindOf(statistic);
  const parts = sites.map((people, i) => {
    const at = Float64Array.from(people, (person) => person.at);
    const value = { at, stream: people.map(({ event }) => (event ? 0 : 1)), cell: people.map(() => 0) };
    const { wire } = kind.release(statistic, value, {
      policy,
      field: "departures",
      rows: people.length,
      dimensions,
      other: () => undefined,
      columnName: (key) => key,
      measured: () => ({ values: at, isMeasured: true }),
    });
    return { site: String(i), wire: kind.read(statistic, JSON.parse(JSON.stringify(wire)), dimensions) };
  });
  return kind.pool(statistic, parts, {
    dimensions,
    minimumOrganizations: 1,
    minimumCell: 1,
  }) as PooledDistribution<"event" | "censored">;
}

const exact = { eventTimes: "exact", reason: "people made up by a test" };
const lattice = { eventTimes: "lattice", reason: "people made up by a test" };
const person = fc.record({ at: fc.integer({ min: 0, max: 900 }), event: fc.boolean() });

describe("the envelope of a curve", () => {
  it("holds the curve of the exact times and its confidence limits, at every time", () => {
    let tried = 0;
    const sites = fc.array(fc.array(person, { minLength: 30, maxLength: 80 }), {
      minLength: 1,
      maxLength: 4,
    });
    const policy = fc.constantFrom(
      lattice,
      {},
      { minimumCell: 10 },
      { resolution: 90 },
      { ...lattice, resolution: 7 },
    );
    const types = fc.constantFrom("plain", "log", "log-log");
    fc.assert(
      fc.property(sites, policy, types, (people, written, type) => {
        const [coarse] = pooled(people, written).cells;
        const [fine] = pooled(people, exact).cells;
        if (
          coarse === undefined ||
          fine === undefined ||
          coarse.withheld !== null ||
          coarse.abstained !== null
        )
          return;
        tried++;
        const times = Array.from(coarse.at);
        const envelope = envelopeOf(coarse, times);
        const confidence = { level: 0.95, type } as const;
        const truth = curveOf(fine, null, confidence);
        const { survival: estimate, lower, upper } = curveOf(coarse, envelope, confidence);
        for (const [i, time] of times.entries()) {
          const at = stepAt(truth.time, time);
          const survival = at < 0 ? 1 : (truth.survival[at] as number);
          const [least, most] = [envelope?.least[i] as number, envelope?.most[i] as number];
          expect(survival).toBeGreaterThanOrEqual(least - 1e-12);
          expect(survival).toBeLessThanOrEqual(most + 1e-12);
          const [low, high] = at < 0 ? [1, 1] : [truth.lower[at] ?? 1, truth.upper[at] ?? 0];
          expect(low).toBeGreaterThanOrEqual((lower[i] as number) - 1e-12);
          expect(high).toBeLessThanOrEqual((upper[i] as number) + 1e-12);
          expect(estimate[i]).toBeGreaterThanOrEqual(least - 1e-12);
          expect(estimate[i]).toBeLessThanOrEqual(most + 1e-12);
        }
      }),
      { numRuns: 200 },
    );
    expect(tried).toBeGreaterThan(50);
  });

  /** Few events, most of them before or after many are censored: −log S is then small, and its error need not be. */
  const group = (size: number, event: boolean): fc.Arbitrary<Person[]> =>
    fc
      .record({ people: fc.integer({ min: 0, max: size }), at: fc.integer({ min: 0, max: 400 }) })
      .chain(({ people, at }) =>
        fc.constant(Array.from({ length: people }, (_, i) => ({ at: at + (i % 20), event }))),
      );
  const lopsided = fc
    .tuple(group(3, true), group(900, false), group(90, false), group(3, true), group(9, false))
    .map((groups) => groups.flat())
    .filter((people) => people.length > 0);

  it.each(["plain", "log", "log-log"] as const)("holds the %s limits, whatever the events", (type) => {
    let tried = 0;
    const written = fc.constantFrom(lattice, { ...lattice, resolution: 120 }, { ...lattice, resolution: 7 });
    fc.assert(
      fc.property(fc.array(lopsided, { minLength: 1, maxLength: 2 }), written, (people, policy) => {
        const [coarse] = pooled(people, policy).cells;
        const [fine] = pooled(people, exact).cells;
        if (coarse === undefined || fine === undefined || coarse.withheld !== null) return;
        tried++;
        const confidence = { level: 0.95, type } as const;
        const truth = curveOf(fine, null, confidence);
        const told = curveOf(coarse, envelopeOf(coarse, Array.from(coarse.at)), confidence);
        const here = atTimes(told, truth.time, { type, isExact: false });
        for (const [i, time] of truth.time.entries()) {
          if (truth.lower[i] != null)
            expect(here.lower[i], `lower at ${time}`).toBeLessThanOrEqual((truth.lower[i] as number) + 1e-12);
          if (truth.upper[i] != null)
            expect(here.upper[i], `upper at ${time}`).toBeGreaterThanOrEqual(
              (truth.upper[i] as number) - 1e-12,
            );
        }
      }),
      { numRuns: 300, seed: 9 },
    );
    expect(tried).toBeGreaterThan(100);
  });

  it("has a lower log-log limit as low as a higher curve can make it", () => {
    const at = (people: number, time: number, event: boolean): Person[] =>
      Array.from({ length: people }, () => ({ at: time, event }));
    const people = [
      at(1, 5, true),
      at(900, 20, false),
      at(89, 50, false),
      at(1, 100, true),
      at(9, 200, false),
    ];
    const [coarse] = pooled([people.flat()], lattice).cells;
    const [fine] = pooled([people.flat()], exact).cells;
    if (coarse === undefined || fine === undefined) throw new Error("nobody is left");
    const confidence = { level: 0.95, type: "log-log" } as const;
    const truth = curveOf(fine, null, confidence);
    const told = curveOf(coarse, envelopeOf(coarse, Array.from(coarse.at)), confidence);
    // R: summary(survfit(Surv(time, event) ~ 1, conf.type = "log-log"), 100)$lower is 0.476.
    expect(truth.lower[stepAt(truth.time, 100)]).toBeCloseTo(0.476, 3);
    const lower = told.lower[stepAt(told.time, 120)];
    expect(lower).toBeLessThan(0.476);
    expect(lower).toBeGreaterThan(0.47);
  });

  it("has an upper limit of a high S(t) with its own variance, and not with that of a low one", () => {
    const at = (people: number, time: number): Person[] =>
      Array.from({ length: people }, () => ({ at: time, event: true }));
    const [coarse] = pooled([[at(10, 20), at(5, 50), at(5, 80)].flat()], lattice).cells;
    if (coarse === undefined) throw new Error("nobody is left");
    const confidence = { level: 0.95, type: "log" } as const;
    const { time, upper } = curveOf(coarse, envelopeOf(coarse, Array.from(coarse.at)), confidence);
    // From day 20 on ½ exp(1.96 √(10/(20·10))), which no event before day 60 raises; its 5 would with ½ make 1.
    expect(upper[stepAt(time, 30)]).toBeCloseTo(0.775, 3);
  });

  it("is nothing where times are exact", () => {
    const [cell] = pooled([[{ at: 3, event: true }]], exact).cells;
    expect(cell === undefined ? undefined : envelopeOf(cell, [3])).toBeNull();
  });
});
