import { localFederation } from "@konsil/sdk";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type GoldenCase, goldenCases, goldenRows, splitSites } from "../../../test/goldens.ts";
import { type ConfidenceType, type KaplanMeierValue, kaplanMeier } from "./index.ts";

type Numbers = readonly (number | null)[];

interface ExpectedGroup {
  readonly label: string | null;
  readonly n: number;
  readonly events: number;
  readonly curve?: Readonly<
    Record<"time" | "n_risk" | "n_event" | "n_censor" | "survival" | "standard_error", Numbers>
  >;
  readonly at_times?: Readonly<
    Record<"time" | "n_risk" | "n_event" | "survival" | "standard_error", Numbers>
  >;
  readonly rmean_common: { readonly estimate: number; readonly standard_error: number };
  readonly rmean_tau?: {
    readonly tau: number;
    readonly estimate: number;
    readonly standard_error: number;
  } | null;
  readonly intervals: readonly {
    readonly "conf.type": ConfidenceType;
    readonly "conf.int": number;
    readonly lower?: Numbers;
    readonly upper?: Numbers;
    readonly lower_at_times?: Numbers;
    readonly upper_at_times?: Numbers;
    readonly median: number | null;
    readonly median_lower: number | null;
    readonly median_upper: number | null;
    readonly quantile: Numbers;
    readonly quantile_lower: Numbers;
    readonly quantile_upper: Numbers;
  }[];
}

type Case = GoldenCase<{
  readonly rows: number;
  readonly used: number;
  readonly groups: readonly ExpectedGroup[];
}>;

function close(
  found: number | null | undefined,
  wanted: number | string | null | undefined,
  what: string,
): void {
  if (wanted === null || typeof wanted === "string" || wanted === undefined) expect(found, what).toBeNull();
  else
    expect(Math.abs((found as number) - wanted), `${what}: ${found} and ${wanted}`).toBeLessThanOrEqual(
      Math.max(1e-10 * Math.abs(wanted), 1e-15),
    );
}

function closeAll(found: Numbers | undefined, wanted: Numbers | undefined, what: string): void {
  expect(found, what).toHaveLength(wanted?.length ?? -1);
  for (const [i, value] of (wanted ?? []).entries()) close(found?.[i], value, `${what}[${i}]`);
}

async function run(one: Case, parts: number, extra: Record<string, unknown>): Promise<KaplanMeierValue> {
  const rows = goldenRows(one.data);
  const sites = splitSites(rows, parts, 7).filter((site) => site.rows.length > 0);
  const federation = await localFederation(sites);
  const { formula, weights, times } = one.arguments as {
    formula: string;
    weights?: string;
    times?: number[];
  };
  return federation.run(kaplanMeier, { formula, weights, times, ...extra });
}

// R turns the robust variance on for weights that are not whole; only Greenwood's is offered.
const robust = (name: string): boolean =>
  name.includes("robust by R's default") || name.includes("robust = TRUE");

describe.each(goldenCases<Case["expected"]>("survfit").map((one) => [one.name, one] as const))(
  "%s",
  (name, one) => {
    it.each([1, 4])("is R's from %i sites", async (parts) => {
      const [first] = one.expected.groups;
      const tau = first?.rmean_tau?.tau;
      for (const [k, interval] of (first?.intervals ?? []).entries()) {
        const value = await run(one, parts, {
          confidenceType: interval["conf.type"],
          confidenceLevel: interval["conf.int"],
          tau,
        });
        expect(value.groups.map(({ label }) => label)).toEqual(
          one.expected.groups.map(({ label }) => label ?? ""),
        );
        for (const [g, group] of value.groups.entries()) {
          const wanted = one.expected.groups[g] as ExpectedGroup;
          expect(group.n).toBe(wanted.n);
          close(group.events, wanted.events, "events");
          if (wanted.curve !== undefined && wanted.curve !== null) {
            closeAll(group.curve.time, wanted.curve.time, "time");
            closeAll(group.curve.atRisk, wanted.curve.n_risk, "n.risk");
            closeAll(group.curve.events, wanted.curve.n_event, "n.event");
            closeAll(group.curve.censored, wanted.curve.n_censor, "n.censor");
            closeAll(group.curve.survival, wanted.curve.survival, "survival");
          }
          if (wanted.at_times !== undefined && wanted.at_times !== null) {
            closeAll(group.atTimes?.atRisk, wanted.at_times.n_risk, "n.risk at times");
            closeAll(group.atTimes?.events, wanted.at_times.n_event, "n.event at times");
            closeAll(group.atTimes?.survival, wanted.at_times.survival, "survival at times");
            if (!robust(name))
              closeAll(group.atTimes?.standardError, wanted.at_times.standard_error, "std.err at times");
          }
          const mean = wanted.rmean_tau ?? wanted.rmean_common;
          close(group.restrictedMean?.estimate, mean.estimate, "restricted mean");
          const limits = wanted.intervals[k];
          if (robust(name) || limits === undefined) continue;
          close(group.restrictedMean?.standardError, mean.standard_error, "its standard error");
          if (wanted.curve != null)
            closeAll(group.curve.standardError, wanted.curve.standard_error, "std.err");
          if (limits.lower != null) closeAll(group.curve.lower, limits.lower, "lower");
          if (limits.upper != null) closeAll(group.curve.upper, limits.upper, "upper");
          if (limits.lower_at_times != null)
            closeAll(group.atTimes?.lower, limits.lower_at_times, "lower at times");
          if (limits.upper_at_times != null)
            closeAll(group.atTimes?.upper, limits.upper_at_times, "upper at times");
          close(group.median.estimate, limits.median, "median");
          close(group.median.lower, limits.median_lower, "lower limit of the median");
          close(group.median.upper, limits.median_upper, "upper limit of the median");
          closeAll(
            group.quantiles.map(({ estimate }) => estimate),
            limits.quantile,
            "quantiles",
          );
          closeAll(
            group.quantiles.map(({ lower }) => lower),
            limits.quantile_lower,
            "lower limits of quantiles",
          );
          closeAll(
            group.quantiles.map(({ upper }) => upper),
            limits.quantile_upper,
            "upper limits of quantiles",
          );
        }
      }
    });

    it("has R's restricted means up to the last time of all curves", async () => {
      const value = await run(one, 3, {});
      for (const [g, { restrictedMean }] of value.groups.entries()) {
        const wanted = one.expected.groups[g]?.rmean_common;
        close(restrictedMean?.estimate, wanted?.estimate, "restricted mean");
        if (!robust(name)) close(restrictedMean?.standardError, wanted?.standard_error, "its standard error");
      }
    });
  },
);

const open = { policy: "open", reason: "rows made up by a test" } as const;

describe("hard cases", () => {
  const some = [
    { days: 0, event: true, arm: "a" },
    { days: 5, event: false, arm: "a" },
    { days: 5, event: true, arm: "a" },
    { days: 9, event: true, arm: "a" },
    { days: 3, event: false, arm: "b" },
  ];

  it("takes sites without a row, with one, or without a level, and yes/no as 1 and 0", async () => {
    const whole = await localFederation([{ name: "s", rows: some, ...open }]);
    const { report: _, ...value } = await whole.run(kaplanMeier, { formula: "Surv(days, event) ~ arm" });
    const asNumbers = some.map((row) => ({ ...row, event: Number(row.event) }));
    const cut = await localFederation([
      { name: "s", rows: asNumbers.slice(0, 1), ...open },
      { name: "t", rows: asNumbers.slice(1), ...open },
      { name: "u", rows: [{ days: null, event: 1, arm: "a" }], ...open },
    ]);
    expect(await cut.run(kaplanMeier, { formula: "Surv(days, event) ~ arm" })).toMatchObject(value);
    expect(value.groups[0]).toMatchObject({ label: "arm=a", n: 4, events: 3 });
    expect(value.groups[0]?.curve).toMatchObject({
      time: [0, 5, 9],
      atRisk: [4, 3, 1],
      events: [1, 1, 1],
      censored: [0, 1, 0],
      survival: [0.75, 0.5, 0],
    });
    // Nobody in arm b has an event: its curve stays at one, and has no median.
    expect(value.groups[1]).toMatchObject({
      n: 1,
      events: 0,
      median: { estimate: null, lower: null, upper: null },
      restrictedMean: { tau: 9, estimate: 9, standardError: 0 },
    });
  });

  it("has no limits where none are asked for, not even before the first time", async () => {
    const federation = await localFederation([{ name: "s", rows: some.slice(1), ...open }]);
    const value = await federation.run(kaplanMeier, {
      formula: "Surv(days, event) ~ 1",
      confidenceType: "none",
      times: [100, 1],
    });
    expect(value.groups[0]?.atTimes).toMatchObject({
      time: [1, 100],
      atRisk: [4, 0],
      survival: [1, 0],
      lower: [null, null],
      upper: [null, null],
    });
  });

  it.each([
    [{ formula: "Surv(days, event) ~ age" }, { days: -17.25 }, "DATA_INVALID"],
    [{ formula: "Surv(days, event) ~ 1" }, { event: 17.25 }, "DATA_INVALID"],
    [{ formula: "Surv(days, event) ~ 1", weights: "age" }, { age: -17.25 }, "DATA_INVALID"],
    [{ formula: "Surv(days, event) ~ log(age)" }, {}, "FORMULA_VARIABLE"],
    [{ formula: "Surv(days, event) ~ arm * age" }, {}, "FORMULA_VARIABLE"],
    [{ formula: "days ~ arm" }, {}, "FORMULA_VARIABLE"],
    [{ formula: "Surv(days, event) ~ arm", group: "arm" }, {}, "ARGUMENT_INVALID"],
    [{ time: "days" }, {}, "ARGUMENT_INVALID"],
    [{ formula: "Surv(days, event) ~ arn" }, {}, "COLUMN_UNKNOWN"],
    [{ formula: "Surv(days, event) ~ arm", levels: { arm: ["c"] } }, {}, "LEVEL_UNKNOWN"],
    [{ formula: "Surv(days, event) ~ arm", tau: 0 }, {}, "ARGUMENT_INVALID"],
  ])("refuses %o of %o, without a value", async (args, odd, code) => {
    const rows = [{ days: 1, event: 1, age: 2, arm: "a", ...odd }];
    const federation = await localFederation([{ name: "s", rows, ...open }]);
    const refused = federation.run(kaplanMeier, args);
    await expect(refused).rejects.toMatchObject({ code });
    await expect(refused).rejects.not.toMatchObject({ message: expect.stringContaining("17.25") as string });
  });

  it("takes fields as the other spelling of a formula", async () => {
    const federation = await localFederation([{ name: "s", rows: some, ...open }]);
    expect(await federation.run(kaplanMeier, { time: "days", event: "event", group: ["arm"] })).toEqual(
      await federation.run(kaplanMeier, { formula: "Surv(days, event) ~ arm" }),
    );
  });
});

describe("the picture of curves", () => {
  it("has the median of the table", async () => {
    const rows = Array.from({ length: 6 }, (_, i) => ({ days: 100 * (i + 1), event: true }));
    const federation = await localFederation([{ name: "s", rows, ...open }]);
    const result = await federation.run(kaplanMeier, { formula: "Surv(days, event) ~ 1" });
    expect(result.view.tables?.[0]?.values.median).toEqual([350]);
    expect(result.toSVG()).toContain("median 350 days");
  });

  it("counts people at about six round times, whatever the unit", async () => {
    for (const [last, times] of [
      [87_600, [0, 20_000, 40_000, 60_000, 80_000]],
      [0.07, [0, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07]],
    ] as const) {
      const rows = Array.from({ length: 20 }, (_, i) => ({ t: (last * (i + 1)) / 20, event: i % 2 === 0 }));
      const federation = await localFederation([{ name: "s", rows, ...open }]);
      const value = await federation.run(kaplanMeier, { formula: "Surv(t, event) ~ 1" });
      expect(kaplanMeier.view(value).figures?.[0]).toMatchObject({ atRisk: { times } });
    }
  });
});

describe("the table of medians", () => {
  const written = async (days: readonly number[], policy: object = open): Promise<string> => {
    const rows = days.map((day, i) => ({ days: day, event: i % 7 > 0 }));
    const federation = await localFederation([{ name: "s", rows, ...policy }]);
    return String(await federation.run(kaplanMeier, { formula: "Surv(days, event) ~ 1" }));
  };
  const hundred = (width: number): number[] =>
    Array.from({ length: 100 }, (_, i) => width * (1 + ((i * 37) % 100)));

  it("has no decimals that times do not have, but for the middle of two", async () => {
    expect(await written([50, 100, 200, 300, 400, 500, 600])).toMatch(/ 350 {3}200–NE /);
    expect(await written([50, 100, 200, 300, 401, 500, 600])).toMatch(/ 350\.5 {3}200–NE /);
    const reason = "people made up by a test";
    expect(
      await written(hundred(13), { policy: { eventTimes: "lattice", minimumOrganizations: 1, reason } }),
    ).toMatch(/ \d{3} {2}\d{3}–\d{3,4} +\d{3}–\d{3} /);
    expect(await written(hundred(1 / 7))).toMatch(/ \d\.\d{2,3} {2}\d\.\d{1,3}–\d\.\d{1,3} /);
  });
});

describe("how exactly times are known", () => {
  const rows = Array.from({ length: 60 }, (_, i) => ({ days: 1 + ((i * 37) % 200), event: i % 3 > 0 }));
  const federationOf = (policy: Readonly<Record<string, unknown>>) =>
    localFederation(["a", "b", "c"].map((name) => ({ name, rows, policy })));
  const formula = "Surv(days, event) ~ 1";

  it("is said by value, notes and figure, and marks of censoring need exact times", async () => {
    const reason = "public data, read by a test";
    const exact = await (await federationOf({ eventTimes: "exact", reason })).run(kaplanMeier, { formula });
    expect(exact.exactness).toBe("exact");
    const marked = kaplanMeier.view(exact).figures?.[0];
    expect(marked).toHaveProperty("curves.0.censored");
    expect(marked).not.toHaveProperty("exactness");
    const lattice = await (await federationOf({ eventTimes: "lattice", resolution: 30, reason })).run(
      kaplanMeier,
      { formula },
    );
    expect(lattice.exactness).toBe("lattice of 30 days");
    expect(lattice.n).toBe(180);
    expect(lattice.groups[0]?.curve.time.every((time) => time % 30 === 0)).toBe(true);
    const view = kaplanMeier.view(lattice);
    expect(view.notes?.[0]).toContain("Times are known to a lattice of 30 days");
    expect(view.figures?.[0]).toMatchObject({ exactness: "lattice of 30 days" });
    expect(view.figures?.[0]).not.toHaveProperty("curves.0.censored");
  });

  it("is said without a unit where neither the data nor the name of the time say which", async () => {
    const unnamed = rows.map(({ days, event }) => ({ t: days, event }));
    const federation = await localFederation(["a", "b", "c"].map((name) => ({ name, rows: unnamed })));
    const result = await federation.run(kaplanMeier, { formula: "Surv(t, event) ~ 1" });
    expect(result.exactness).toBe("batches of 5, lattice of 30");
    expect(result.toSVG()).toContain(">Time · batches of 5, lattice of 30<");
  });

  it("is in batches under a hospital's default policy, and every number holds what exact times give", async () => {
    const person = fc.record({
      days: fc.integer({ min: 0, max: 1500 }),
      event: fc.boolean(),
      arm: fc.constantFrom("a", "b"),
    });
    const sites = fc.array(fc.array(person, { minLength: 60, maxLength: 120 }), {
      minLength: 3,
      maxLength: 4,
    });
    const args = { formula: "Surv(days, event) ~ arm", times: [100, 365.25], tau: 1000 };
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(sites, fc.constantFrom(5, 10, 11), async (people, minimumCell) => {
        const federation = (policy: object) =>
          localFederation(people.map((rows, i) => ({ name: `s${i}`, rows, ...policy })));
        const truth = await (await federation(open)).run(kaplanMeier, args);
        const found = await (await federation({ policy: { minimumCell } })).run(kaplanMeier, args);
        expect(found.exactness).toBe(`batches of ${minimumCell}, lattice of 30 days`);
        expect(found.report.exactness).toBe(found.exactness);
        expect(found.groups.length + found.withheld.length).toBe(2);
        for (const { label, n, events, median, atTimes, within, abstained } of found.groups) {
          const own = truth.groups.find((group) => group.label === label);
          if (abstained !== null || own === undefined || within === null) continue;
          compared++;
          expect([n, events]).toEqual([own.n, own.events]);
          expectWithin(own.median.estimate, within.median);
          expectWithin(own.median.lower, { lower: median.lower, upper: null });
          expectWithin(own.median.upper, { lower: null, upper: median.upper });
          for (const [i, { estimate }] of own.quantiles.entries())
            expectWithin(estimate, within.quantiles[i]);
          expectWithin(own.restrictedMean?.estimate ?? null, within.restrictedMean);
          for (const [i, survival] of own.atTimes?.survival.entries() ?? [])
            expectWithin(survival, {
              lower: within.atTimes?.least[i] ?? null,
              upper: within.atTimes?.most[i] ?? null,
            });
          for (const [i, lower] of own.atTimes?.lower.entries() ?? []) {
            expectWithin(lower ?? 1, { lower: atTimes?.lower[i] ?? null, upper: null });
            expectWithin(own.atTimes?.upper[i] ?? 0, { lower: null, upper: atTimes?.upper[i] ?? null });
          }
        }
      }),
      // Seeded: how many groups are answered depends on the data drawn.
      { numRuns: 25, seed: 7 },
    );
    expect(compared).toBeGreaterThan(10);
  });

  it("takes the curve as one line, for survival at times, medians and means alike", async () => {
    const federation = await federationOf({});
    const [group] = (await federation.run(kaplanMeier, { formula, tau: 210 })).groups;
    const at = group?.median.estimate ?? 0;
    const [there] = (await federation.run(kaplanMeier, { formula, times: [at] })).groups;
    expect(at % 30).not.toBe(0);
    expect(there?.atTimes?.survival[0]).toBeCloseTo(0.5, 10);
    const times = Array.from({ length: 21 }, (_, i) => i * 10 + 5);
    const [middles] = (await federation.run(kaplanMeier, { formula, times })).groups;
    const area = (middles?.atTimes?.survival ?? []).reduce((sum, survival) => sum + 10 * survival, 0);
    expect(group?.restrictedMean?.estimate).toBeCloseTo(area, 8);
  });

  it("tells estimates and their bounds side by side, and whole people", async () => {
    const found = await (await federationOf({})).run(kaplanMeier, { formula });
    const [table] = kaplanMeier.view(found).tables ?? [];
    expect(table?.columns.map(({ label }) => label)).toEqual([
      "Group",
      "n",
      "Events",
      "Median, days",
      "95 % CI",
      "From exact times",
      "Restricted mean to 210, days",
      "SE",
      "From exact times",
    ]);
    expect(table?.values["median"]).toEqual([found.groups[0]?.median.estimate]);
    expect(table?.values["median.bounds"]).toEqual([found.groups[0]?.within?.median]);
    const rows = found.toTable().objects() as Readonly<Record<"n.risk" | "n.event" | "n.censor", number>>[];
    let left = 180;
    for (const row of rows) {
      expect([row["n.risk"], row["n.event"], row["n.censor"]].every(Number.isInteger)).toBe(true);
      expect(row["n.risk"]).toBe(left);
      left -= row["n.event"] + row["n.censor"];
    }
    expect(left).toBe(0);
    expect(rows.reduce((sum, row) => sum + row["n.event"], 0)).toBe(found.events);
  });

  it("names who abstains from a group, and withholds a curve of too little", async () => {
    const many = Array.from({ length: 300 }, (_, i) => ({
      days: 1 + ((i * 37) % 900),
      event: i % 2 === 0,
      arm: i % 3 === 0 ? "b" : "a",
    }));
    const few = many.filter(({ arm, event }, i) => arm === "a" || !event || i < 20);
    const federation = await localFederation([
      { name: "x", rows: many },
      { name: "y", rows: many },
      { name: "z", rows: few },
    ]);
    const result = await federation.run(kaplanMeier, { formula: "Surv(days, event) ~ arm" });
    const lines = String(result);
    expect(result.groups.map(({ label }) => label)).toEqual(["arm=a"]);
    expect(result.withheld).toMatchObject([
      { label: "arm=b", because: "abstentions", abstained: { sites: ["z"] } },
    ]);
    expect(lines).toContain("The curve of arm=b is withheld: more than a tenth of its people");
    expect(lines).toContain("without 1 group whose curve is withheld");
    expect(lines).toContain("batches of 5, lattice of 30 days");
    const figure = kaplanMeier.view(result).figures?.[0];
    expect(figure).toMatchObject({ exactness: "batches of 5, lattice of 30 days" });
    expect(figure).toHaveProperty("curves.0.bounds.least");
    // A file has no notes: each of its rows says so.
    const [head, ...csv] = result.toCSV().trimEnd().split("\n");
    expect(head).toMatch(/^exactness,time,.*,estimate\.least,estimate\.most$/);
    expect(csv.length).toBeGreaterThan(10);
    for (const line of csv) expect(line).toMatch(/^"batches of 5, lattice of 30 days",\d/);
  });
});

describe("groups of which sites tell nothing", () => {
  const people = (count: number, few: number) =>
    Array.from({ length: count }, (_, i) => ({
      days: 1 + ((i * 37) % 900),
      event: i % 2 === 0,
      arm: i % 3 === 0 ? "b" : "a",
    })).filter(({ arm, event }, i) => arm === "a" || !event || i < few);

  it("are a warning that names the sites, in the result and under the figure", async () => {
    const sites = Array.from({ length: 8 }, (_, s) => ({ name: `s${s}`, rows: people(300, 300) }));
    // Few people, so that a curve is drawn without them.
    const abstaining = ["porto", "bergen"].map((name) => ({ name, rows: people(45, 10) }));
    const federation = await localFederation([...sites, ...abstaining]);
    const result = await federation.run(kaplanMeier, { formula: "Surv(days, event) ~ arm" });
    const words =
      "The curve of arm=b rests on 8 of 10 sites: bergen, porto abstained, with too few events or censored in it (minimumCell).";
    expect(result.groups.map(({ label }) => label)).toEqual(["arm=a", "arm=b"]);
    expect(result.report.warnings.join("\n")).toContain(words);
    expect(result.toText().replaceAll(/\s+/g, " ")).toContain(words);
    expect(result.view.figures?.[0]?.notes).toContain(words);
    // Once, under the figure.
    expect(result.toHTML().split(words)).toHaveLength(2);
  });

  it("are not nobody when all are withheld: text, HTML and figure say so, why, and what to do", async () => {
    const rows = people(300, 300).slice(0, 40);
    const federation = await localFederation(["x", "y", "z"].map((name) => ({ name, rows })));
    const result = await federation.run(kaplanMeier, { formula: "Surv(days, event) ~ arm" });
    expect(result.groups).toEqual([]);
    expect(result.withheld).toHaveLength(2);
    const all = "The curves of all groups are withheld.";
    const why = "The curve of arm=a is withheld: its people make fewer than 10 batches";
    const advice = "Make fewer and wider groups";
    const plain = (svg: string | undefined): string => (svg ?? "").replaceAll(/<[^>]*>/g, " ");
    for (const shown of [result.toText(), String(result), plain(result.toHTML()), plain(result.toSVG())]) {
      const text = shown.replaceAll(/\s+/g, " ");
      for (const words of [all, why, advice]) expect(text).toContain(words);
      expect(text).not.toMatch(/\b0 people|0 events/);
    }
    expect(result.toText()).toContain("Surv(days, event) ~ arm: all curves are withheld");
    expect(result.report.warnings.join(" ")).toContain(all);
  });
});

function expectWithin(
  truth: number | null,
  between: { readonly lower: number | null; readonly upper: number | null } | null | undefined,
): void {
  // A number that the exact times do not give has no upper end either.
  if (truth === null) expect(between?.upper ?? null).toBeNull();
  else {
    expect(truth).toBeGreaterThanOrEqual((between?.lower ?? Number.NEGATIVE_INFINITY) - 1e-9);
    expect(truth).toBeLessThanOrEqual((between?.upper ?? Number.POSITIVE_INFINITY) + 1e-9);
  }
}

describe("what is read of the result", () => {
  const rows = [
    { days: 2, event: true, arm: "a" },
    { days: 5, event: false, arm: "a" },
    { days: 7, event: true, arm: "a" },
    { days: 9, event: true, arm: "a" },
    { days: 1, event: true, arm: "b" },
    { days: 3, event: false, arm: "b" },
    { days: null, event: true, arm: "b" },
  ];
  const run = async (args: object) => {
    const federation = await localFederation([{ name: "s", rows, ...open }]);
    return federation.run(kaplanMeier, { formula: "Surv(days, event) ~ arm", ...args });
  };

  it("is the curve, a row for each time, with broom's names", async () => {
    const value = await run({});
    const names = ["time", "n.risk", "n.event", "n.censor", "estimate", "conf.low", "conf.high", "strata"];
    expect(value.toTable().columnNames()).toEqual(names);
    expect(value.toCSV().split("\n")[0]).toBe(names.join(","));
    const table = value.toTable().objects() as readonly Record<string, unknown>[];
    const picked = table.map((row) =>
      ["time", "n.risk", "n.event", "n.censor", "estimate", "strata"].map((key) => row[key]),
    );
    expect(picked).toEqual([
      [2, 4, 1, 0, 0.75, "arm=a"],
      [5, 3, 0, 1, 0.75, "arm=a"],
      [7, 2, 1, 0, 0.375, "arm=a"],
      [9, 1, 1, 0, 0, "arm=a"],
      [1, 2, 1, 0, 0.5, "arm=b"],
      [3, 1, 0, 1, 0.5, "arm=b"],
    ]);
    expect(table.map((row) => row["conf.low"])).toEqual(value.groups.flatMap(({ curve }) => curve.lower));
    expect((await run({ confidenceType: "none" })).toCSV()).toContain("\n9,1,1,0,0,,,arm=a\n");
  });

  it("has medians in a table of their own, and prints these and not the curve", async () => {
    const value = await run({});
    expect(value.toTable("Median survival").array("median")).toEqual([7, 1]);
    expect(value.toText()).toContain("Median survival");
    expect(value.toText()).not.toContain("n.risk");
    expect(() => value.toTable("Median")).toThrow(/Tables: Survival curves, Median survival\./);
  });

  it("says how many rows were left out", async () => {
    expect((await run({})).toText()).toContain("6 of 7 rows used, 1 left out for missing values");
  });

  it("warns of restricted means beyond the end of a curve, and names the group", async () => {
    const value = await run({});
    const warning =
      "The restricted mean to 9 takes curves as flat beyond their last time: arm=b ends at 3. Give a `tau` by which people are still at risk in every group.";
    expect(value.report.warnings).toEqual([warning]);
    expect(value.toText()).toContain("arm=b ends at 3");
    // Nobody survives arm a: beyond its end there is no area.
    expect((await run({ tau: 20 })).report.warnings[0]).not.toContain("arm=a");
    expect((await run({ tau: 3 })).report.warnings).toEqual([]);
  });
});
