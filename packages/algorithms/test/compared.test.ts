import type { Row } from "@konsil/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { coxStrataStep } from "../src/survival/coxph/strata.step.ts";
import { logRankStep } from "../src/survival/log-rank/log-rank.step.ts";
import { askSite, numbersOf } from "./ask-site.ts";
import { uniform } from "./goldens.ts";

interface Person extends Row {
  readonly days: number;
  readonly event: number;
  readonly arm: "a" | "b";
  readonly treated: number;
  readonly z: number;
  readonly heavy: number;
  readonly weight: number;
  readonly s: string;
  readonly t: string;
}

const sites = fc.record({
  minimumCell: fc.constantFrom(5, 10, 11),
  seed: fc.integer(),
  n: fc.integer({ min: 100, max: 400 }),
  /** How often somebody has a stratum in which not all are treated alike. */
  mixed: fc.constantFrom(0.01, 0.03, 0.1, 0.4),
  /** How often somebody leaves before anybody has an event. */
  early: fc.constantFrom(0, 0, 0.3),
  strata: fc.subarray(["s", "t"]),
  /** How often somebody is alone among those who are treated otherwise. */
  alone: fc.constantFrom(0, 0, 0.005, 0.01),
  /** How often somebody has a stratum of its own kind, and how often the treated and the untreated there have an event. */
  padded: fc.constantFrom(0, 0.1, 0.4),
  events: fc.tuple(fc.constantFrom(0, 0.1, 0.5), fc.constantFrom(0.03, 0.1, 0.5, 1)),
});

type Site = typeof sites extends fc.Arbitrary<infer T> ? T : never;

/** Strata that follow the treatment, but for a few people. */
function peopleOf({ seed, n, mixed, early, alone, padded, events }: Site): readonly Person[] {
  const random = uniform(seed);
  return Array.from({ length: n }, () => {
    const treated = Number(random() < 0.4);
    const isEarly = random() < early;
    const among = random() < alone ? 1 - treated : treated;
    const isPadding = random() < padded;
    return {
      treated,
      arm: treated === 1 ? "b" : "a",
      s: isPadding ? "p" : random() < mixed ? "v" : `u${among}`,
      t: isPadding || random() < mixed ? "x" : `w${among}`,
      days: isEarly ? 1 : 2 + Math.floor(50 * random()),
      event: Number(!isEarly && random() < (isPadding ? (events[1 - treated] as number) : 0.5)),
      z: Math.floor(20 * random()),
      heavy: Number(random() < 0.3),
      weight: random() < 0.3 ? 40 : 1,
    };
  });
}

function byStratum(people: readonly Person[], names: readonly string[]): readonly (readonly Person[])[] {
  const strata = new Map<string, Person[]>();
  for (const person of people) {
    const key = names.map((name) => person[name]).join(" ");
    strata.set(key, [...(strata.get(key) ?? []), person]);
  }
  return [...strata.values()];
}

/** Times of events among these people, with who is at risk and who has the event. */
function eventsOf(people: readonly Person[]) {
  const times = [...new Set(people.filter(({ event }) => event === 1).map(({ days }) => days))];
  return times
    .sort((a, b) => a - b)
    .map((time) => ({
      time,
      risk: people.filter(({ days }) => days >= time),
      deaths: people.filter(({ days, event }) => days === time && event === 1),
    }));
}

/** Whether anybody is compared with somebody of another group. */
const compares = (strata: readonly (readonly Person[])[]): boolean =>
  strata.some((own) => eventsOf(own).some(({ risk }) => new Set(risk.map(({ arm }) => arm)).size > 1));

/** Who has to be left out so that nobody is compared: in each stratum the smaller group. */
function smallest(strata: readonly (readonly Person[])[]): ReadonlySet<Person> {
  return new Set(
    strata.flatMap((own) => {
      const risk = eventsOf(own)[0]?.risk ?? [];
      const [a, b] = ["a", "b"].map((arm) => risk.filter((person) => person.arm === arm));
      return (a as Person[]).length < (b as Person[]).length ? (a as Person[]) : (b as Person[]);
    }),
  );
}

const zeros = (length: number): number[] => Array.from({ length }, () => 0);
const stratumLevels = { s: ["u0", "u1", "v", "p"], t: ["w0", "w1", "x"] };
const variablesOf = (strata: readonly string[]) =>
  Object.fromEntries(
    Object.entries(stratumLevels)
      .filter(([name]) => strata.includes(name))
      .map(([name, levels]) => [name, { type: "category", levels }]),
  );
const formulaOf = (right: string, strata: readonly string[]): string =>
  `Surv(days, event) ~ ${right} + strata(${[...strata, "site"].join(", ")})`;

describe("no released number depends on fewer than k people whom strata compare", () => {
  it("in log-rank tests: k people are compared, make up O − E and V, and had the event, or had none", {
    timeout: 120_000,
  }, async () => {
    let [answers, few] = [0, 0];
    await fc.assert(
      fc.asyncProperty(sites, fc.constantFrom(0, 1), async (site, rho) => {
        const people = peopleOf(site);
        const strata = byStratum(people, site.strata);
        const reply = await askSite(people, { minimumCell: site.minimumCell })(logRankStep, {
          formula: formulaOf("arm", site.strata),
          variables: { arm: { type: "category", levels: ["a", "b"] }, ...variablesOf(site.strata) },
          others: "refuse",
          rho,
        });
        const behind = smallest(strata);
        const isFew = compares(strata) && behind.size < site.minimumCell;
        if (!reply.ok) {
          if (/strata there compare|with others of their strata/.test(reply.message)) few++;
          return;
        }
        answers++;
        expect(isFew).toBe(false);
        expect(compares(strata.map((own) => own.filter((person) => !behind.has(person))))).toBe(false);
        const variance = numbersOf(reply.output["variance"], 4)[0] as number;
        const parts = partsOfTest(strata, rho);
        expect(variance !== 0).toBe(parts.length > 0);
        expectLaw(parts, variance, site.minimumCell);
        const [observed, expected] = (["observed", "expected"] as const).map((name) =>
          added(numbersOf(reply.output[name], 2)),
        );
        // Of weighted events those whom nobody is compared with are no part.
        if (rho === 1) expect(observed).toBeCloseTo(added(parts.flat().map((part) => part.weight)), 9);
        expect(observed).toBeCloseTo(expected as number, 9);
      }),
      { seed: 1, numRuns: 500 },
    );
    expect(Math.min(answers, few)).toBeGreaterThan(50);
  });

  it("in weighted tests: nothing tells how two patients of one group, alone in a stratum, left it", async () => {
    // In the other strata, of one group each, all events happen at once and weigh 1.
    const others = Array.from({ length: 160 }, (_, i) => {
      const own = i % 2 === 0 ? { arm: "a", s: "u0" } : { arm: "b", s: "u1" };
      return { ...own, t: "x", days: 1, event: Number(i % 4 > 1) };
    });
    // So that both levels of her stratum are named.
    const more = Array.from({ length: 12 }, () => ({ arm: "b", s: "v", t: "w1", days: 3, event: 0 }));
    const sumsWith = async (...days: readonly number[]) => {
      const two = days.map((day) => ({
        arm: "b",
        s: "v",
        t: "x",
        days: Math.abs(day),
        event: Number(day > 0),
      }));
      const reply = await askSite([...others, ...more, ...two])(logRankStep, {
        formula: formulaOf("arm", ["s", "t"]),
        variables: { arm: { type: "category", levels: ["a", "b"] }, ...variablesOf(["s", "t"]) },
        others: "refuse",
        rho: 1,
      });
      if (!reply.ok) return reply.message;
      return ["observed", "expected", "variance"].map((name) => numbersOf(reply.output[name], 2).slice(0, 2));
    };
    const without = await sumsWith(-5, -9);
    expect(without).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
    for (const days of [
      [5, 9],
      [5, 5],
      [-5, 9],
      [5, -9],
    ])
      expect(await sumsWith(...days)).toEqual(without);
  });

  it("in scores of Cox models: no person is more than √(1/k) of one, at any coefficients, and k had the event", {
    timeout: 120_000,
  }, async () => {
    let [answers, few] = [0, 0];
    const asked = fc.record({
      beta: fc.tuple(...["treated", "z", "heavy"].map(() => fc.double({ min: -2, max: 2, noNaN: true }))),
      shrink: fc.constantFrom(0, 0.3, 1, 3),
      isWeighted: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(sites, asked, async (site, { beta, shrink, isWeighted }) => {
        const people = peopleOf(site);
        const terms = ["treated", "z", "heavy"] as const;
        const at = beta.map((b, j) => b * shrink * (terms[j] === "z" ? 0.05 : 1));
        const model = {
          formula: formulaOf(terms.join(" + "), site.strata),
          variables: {
            ...Object.fromEntries(terms.map((name) => [name, { type: "numeric" }])),
            ...variablesOf(site.strata),
          },
          others: "refuse",
          weights: isWeighted ? "weight" : null,
        };
        const reply = await askSite(people, { minimumCell: site.minimumCell })(coxStrataStep, {
          model,
          ties: "breslow",
          scaling: { centre: zeros(3), factor: [1, 1, 1], offset: 0 },
          beta: at,
        });
        const parts = partsOf(byStratum(people, site.strata), terms, at, isWeighted);
        const share = Math.max(
          ...parts.map((own) => Math.max(...own) / own.reduce((sum, part) => sum + part, 0) || 0),
        );
        if (!reply.ok) {
          if (/strata there compare|with others of their strata/.test(reply.message)) few++;
          return;
        }
        answers++;
        expect(share).toBeLessThan(Math.sqrt(1 / site.minimumCell) + 1e-9);
        const events = eventsCompared(byStratum(people, site.strata));
        for (const treated of [0, 1]) {
          const own = events.filter((person) => person.treated === treated).length;
          expect(own === 0 || own >= site.minimumCell).toBe(true);
        }
      }),
      { seed: 1, numRuns: 400 },
    );
    expect(Math.min(answers, few)).toBeGreaterThan(50);
  });

  it("and abstains whether or not the only one to whom it can happen there had the event", async () => {
    const random = uniform(7);
    const some = (n: number, own: Pick<Person, "treated" | "s">, events: number): Person[] =>
      Array.from({ length: n }, () => ({
        ...own,
        arm: own.treated === 1 ? "b" : "a",
        t: "x",
        days: 2 + Math.floor(50 * random()),
        event: Number(random() < events),
        z: 0,
        heavy: 0,
        weight: 1,
      }));
    // She is alone among the untreated; others treated are with nobody else, or where only the untreated have events.
    const others = [
      ...some(30, { treated: 0, s: "v" }, 0.5),
      ...some(40, { treated: 1, s: "u1" }, 0.5),
      ...some(40, { treated: 1, s: "p" }, 0),
      ...some(60, { treated: 0, s: "p" }, 0.7),
    ];
    for (const event of [0, 1]) {
      const people = others.concat({ ...(others[0] as Person), treated: 1, arm: "b", days: 3, event });
      const ask = askSite(people);
      const test = await ask(logRankStep, {
        formula: formulaOf("arm", ["s"]),
        variables: { arm: { type: "category", levels: ["a", "b"] }, ...variablesOf(["s"]) },
        others: "refuse",
        rho: 0,
      });
      const variables = { treated: { type: "numeric" }, ...variablesOf(["s"]) };
      const score = await ask(coxStrataStep, {
        model: { formula: formulaOf("treated", ["s"]), variables, others: "refuse", weights: null },
        ties: "breslow",
        scaling: { centre: [0], factor: [1], offset: 0 },
        beta: [0],
      });
      for (const reply of [test, score])
        expect(reply).toMatchObject({ ok: false, message: expect.stringContaining("strata there compare") });
    }
  });
});

interface Part {
  readonly person: Person;
  readonly isEvent: boolean;
  /** Of the event; 0 without. */
  readonly weight: number;
  readonly variance: number;
  readonly difference: number;
}

/** What each person who is compared adds to variance and to observed less expected, of both groups of each stratum. */
function partsOfTest(strata: readonly (readonly Person[])[], rho: number): readonly (readonly Part[])[] {
  return strata.flatMap((own) => {
    let survival = 1;
    const weighted = eventsOf(own).map((at) => {
      const weight = survival ** rho;
      survival *= 1 - at.deaths.length / at.risk.length;
      return { ...at, weight };
    });
    const times = weighted.filter(
      ({ risk, deaths }) => new Set(risk.map(({ arm }) => arm)).size > 1 && deaths.length < risk.length,
    );
    const parts = (times[0]?.risk ?? []).map((person): Part => {
      const lived = times.filter(({ time }) => time <= person.days);
      const weight = lived.find(({ deaths }) => deaths.includes(person))?.weight ?? 0;
      const hazard = added(lived.map(({ risk, deaths, weight: own }) => (own * deaths.length) / risk.length));
      const variances = lived.map(({ risk, deaths, weight: own }) => {
        const [n, d] = [risk.length, deaths.length];
        const others = risk.filter(({ arm }) => arm !== person.arm).length;
        return (own ** 2 * d * (n - d) * others) / ((n - 1) * n * n);
      });
      return { person, isEvent: weight > 0, weight, variance: added(variances), difference: weight + hazard };
    });
    return parts.length === 0 ? [] : [parts];
  });
}

const added = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
const shareOf = (values: readonly number[]): number => Math.max(...values) / added(values);

function expectLaw(strata: readonly (readonly Part[])[], variance: number, k: number): void {
  if (strata.length === 0) return;
  const smaller = strata.flatMap((parts) => {
    const [a, b] = ["a", "b"].map((arm) => parts.filter(({ person }) => person.arm === arm)) as [
      Part[],
      Part[],
    ];
    const behind = (own: readonly Part[]): number =>
      added(own.map((part) => part.variance)) ** 2 / added(own.map((part) => part.variance ** 2));
    return behind(a) <= behind(b) ? a : b;
  });
  expect(added(smaller.map((part) => part.variance))).toBeCloseTo(variance, 9);
  expect(shareOf(smaller.map((part) => part.variance))).toBeLessThan(Math.sqrt(1 / k) + 1e-9);
  expect(shareOf(smaller.map((part) => part.difference))).toBeLessThan(Math.sqrt(1 / k) + 1e-9);
  for (const arm of ["a", "b"]) {
    const own = strata.flat().filter(({ person }) => person.arm === arm);
    const events = own.filter(({ isEvent }) => isEvent).length;
    const without = own.filter(({ person }) => person.event === 0).length;
    for (const people of [events, without]) expect(people === 0 || people >= k).toBe(true);
  }
}

/** Who has an event while the treated and the untreated are at risk together. */
function eventsCompared(strata: readonly (readonly Person[])[]): readonly Person[] {
  return strata.flatMap((own) =>
    eventsOf(own).flatMap(({ risk, deaths }) =>
      new Set(risk.map(({ treated }) => treated)).size > 1 ? deaths : [],
    ),
  );
}

/** What each person adds to the score of each column, about the median of those who are at risk together: at most. */
function partsOf(
  strata: readonly (readonly Person[])[],
  terms: readonly ("treated" | "z" | "heavy")[],
  beta: readonly number[],
  isWeighted: boolean,
): readonly (readonly number[])[] {
  return terms.map((term) =>
    strata.flatMap((own) => {
      const events = eventsOf(own);
      const together = events[0]?.risk ?? [];
      const middle = together.map((person) => person[term]).sort((a, b) => a - b)[together.length >> 1] ?? 0;
      const weightOf = (person: Person): number => (isWeighted ? person.weight : 1);
      const riskOf = (person: Person): number =>
        weightOf(person) *
        Math.exp(terms.reduce((sum, name, j) => sum + person[name] * (beta[j] as number), 0));
      const total = (people: readonly Person[], of: (person: Person) => number): number =>
        people.reduce((sum, person) => sum + of(person), 0);
      const hazards = events.map(({ risk, deaths }) => total(deaths, weightOf) / total(risk, riskOf));
      return together.map((person) => {
        const hazard = hazards.reduce(
          (sum, one, i) => (person.days >= (events[i]?.time as number) ? sum + one : sum),
          0,
        );
        // Of one stratum, the weights of all rows are judged instead.
        const u =
          strata.length === 1 ? weightOf(person) : weightOf(person) * person.event + riskOf(person) * hazard;
        return Math.abs(person[term] - middle) * u;
      });
    }),
  );
}
