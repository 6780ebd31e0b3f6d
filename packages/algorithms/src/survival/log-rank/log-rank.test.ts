import { localFederation } from "@konsil/sdk";
import { describe, expect, it } from "vitest";
import { goldenCases, goldenRows, splitSites } from "../../../test/goldens.ts";
import { logRank } from "./index.ts";

interface Expected {
  readonly groups: readonly string[];
  readonly n: readonly number[];
  readonly observed: readonly number[];
  readonly expected: readonly number[];
  readonly variance: readonly (readonly number[])[];
  readonly by_stratum: {
    readonly strata: readonly string[];
    readonly observed: readonly (readonly number[])[];
    readonly expected: readonly (readonly number[])[];
  } | null;
  readonly chisq: number;
  readonly df: number;
  readonly p: number;
}

function close(found: number | null | undefined, wanted: number, what: string): void {
  expect(Math.abs((found as number) - wanted), `${what}: ${found} and ${wanted}`).toBeLessThanOrEqual(
    Math.max(1e-10 * Math.abs(wanted), 1e-15),
  );
}

const cases = goldenCases<Expected>("survdiff");

describe.each(cases.map((one) => [one.name, one] as const))(
  "%s",
  (_name, { data, arguments: args, expected }) => {
    it.each([1, 4])("is R's from %i sites, pooled", async (parts) => {
      const federation = await localFederation(
        splitSites(goldenRows(data), parts, 11).filter(({ rows }) => rows.length > 0),
      );
      const value = await federation.run(logRank, {
        formula: args["formula"] as string,
        rho: args["rho"] as number,
        stratifyBySite: false,
      });
      expect(value.stratifiedBySite).toBe(false);
      expect(value.test).toContain("pooled over sites");
      expect(value.groups.map(({ label }) => label.trim())).toEqual(
        expected.groups.map((label) => label.trim().replaceAll(/ +,/g, ",")),
      );
      expect(value.groups.map(({ n }) => n)).toEqual(expected.n);
      value.groups.forEach(({ observed, expected: expectation }, g) => {
        close(observed, expected.observed[g] as number, "observed");
        close(expectation, expected.expected[g] as number, "expected");
        value.variance[g]?.forEach((v, h) => {
          close(v, expected.variance[g]?.[h] as number, "variance");
        });
      });
      close(value.chisq, expected.chisq, "chisq");
      expect(value.df).toBe(expected.df);
      expect(Math.abs((value.p as number) / expected.p - 1)).toBeLessThan(1e-9);
      if (expected.by_stratum !== null) {
        value.strata?.forEach(({ observed, expected: expectation }, s) => {
          observed.forEach((o, g) => {
            close(o, expected.by_stratum?.observed[g]?.[s] as number, "observed in a stratum");
            close(expectation[g], expected.by_stratum?.expected[g]?.[s] as number, "expected in a stratum");
          });
        });
      }
    });
  },
);

describe("stratified by site", () => {
  it.each(
    cases
      .filter(({ name }) => name.includes("strata of institution") || name.includes("strata of year"))
      .map((one) => [one.name, one] as const),
  )(
    "%s: a site for each stratum is R's stratified test",
    async (_name, { data, arguments: args, expected }) => {
      const column = /strata\((\w+)\)/.exec(args["formula"] as string)?.[1] as string;
      const rows = goldenRows(data).filter((row) => row[column] !== null);
      const strata = [...new Set(rows.map((row) => String(row[column])))];
      const sites = strata.map((stratum) => ({
        name: `site ${stratum}`,
        rows: rows.filter((row) => String(row[column]) === stratum),
        policy: "open" as const,
        reason: "public data, read by a test",
      }));
      const formula = (args["formula"] as string).replace(` + strata(${column})`, "");
      const rho = args["rho"] as number;
      const federation = await localFederation(sites);
      const value = await federation.run(logRank, { formula, rho });
      expect(value).toMatchObject({ stratifiedBySite: true, formula: `${formula} + strata(site)` });
      expect(value.test).toContain("stratified by site");
      expect(await federation.run(logRank, { formula: value.formula, rho })).toEqual(value);
      close(value.chisq, expected.chisq, "chisq");
      expect(value.df).toBe(expected.df);
      // No time of an event left a site.
      expect(value.report.released.map(({ kind }) => kind)).not.toContain("distribution");
    },
  );
});

describe("under a hospital's policy", () => {
  it.each([
    [20, true],
    [2, false],
    [38, false],
  ])("answers for groups of 40 with %i events: %s", async (events, answers) => {
    const rows = Array.from({ length: 80 }, (_, i) => ({
      days: 1 + ((i * 37) % 200),
      event: i >> 1 < events,
      arm: i % 2 === 0 ? "a" : "b",
    }));
    const federation = await localFederation(["a", "b", "c"].map((name) => ({ name, rows })));
    const value = federation.run(logRank, { formula: "Surv(days, event) ~ arm" });
    if (answers) expect(await value).toMatchObject({ n: 240, events: 6 * events });
    else await expect(value).rejects.toMatchObject({ code: "ROWS_TOO_FEW" });
  });

  it.each([5, 10, 11])("goes on without a site that has few events or non-events, k = %i", async (k) => {
    const formula = "Surv(days, event) ~ arm";
    const rows = (events: number) =>
      Array.from({ length: 200 }, (_, i) => ({
        days: 1 + ((i * 37) % 200),
        event: (i % 2 === 0 ? 50 : events) > i >> 1,
        arm: i % 2 === 0 ? "a" : "b",
      }));
    const at = (name: string, events: number) => ({ name, rows: rows(events), policy: { minimumCell: k } });
    const others = [at("a", 50), at("b", 0), at("c", 100), at("d", k), at("e", 100 - k)];
    const few = [at("few", k - 1), at("one", 1), at("rest", 101 - k)];
    const value = await (await localFederation([...few, ...others])).run(logRank, { formula });
    const without = await (await localFederation(others)).run(logRank, { formula });
    expect([value.n, value.chisq, value.groups]).toEqual([1000, without.chisq, without.groups]);
    const abstained = value.report.sites.filter(({ state }) => state === "abstained");
    expect(abstained.map(({ site, code }) => [site, code])).toEqual(
      ["few", "one", "rest"].map((site) => [site, "CELL_TOO_SMALL"]),
    );
    // Of the site's number of events it says that it is below k, and no more.
    expect(new Set(abstained.map(({ message }) => message?.replace(/^\w+/, ""))).size).toBe(2);
  });
});

describe("the weights of a test by site", () => {
  it("are those of two tests only, since many weights could be solved for single events", async () => {
    const rows = [
      { days: 1, event: true, arm: "a" },
      { days: 2, event: true, arm: "b" },
    ];
    const federation = await localFederation([
      { name: "s", rows, policy: "open", reason: "rows made up by a test" },
    ]);
    const run = (rho: number) => federation.run(logRank, { formula: "Surv(days, event) ~ arm", rho });
    await expect(run(0.5)).rejects.toMatchObject({ code: "ARGUMENT_INVALID" });
    expect((await run(1)).test).toContain("Peto");
  });
});

describe("without event times, under a hospital's policy", () => {
  const rows = Array.from({ length: 80 }, (_, i) => ({
    days: i,
    event: i % 4 > 1,
    arm: i % 2 === 0 ? "a" : "b",
  }));

  it("offers the test within sites, and makes no other test by itself", async () => {
    const federation = await localFederation(["a", "b", "c"].map((name) => ({ name, rows })));
    const asked: string[] = [];
    const pooled = (formula: string) =>
      federation.run(
        logRank,
        { formula, stratifyBySite: false },
        { onProgress: (event) => event.type === "round-started" && asked.push(event.step) },
      );
    await expect(pooled("Surv(days, event) ~ arm")).rejects.toMatchObject({
      code: "EVENT_TIMES_NOT_PERMITTED",
      message: expect.stringContaining("Leave stratifyBySite: false out") as string,
    });
    // Sites are not compared within sites.
    await expect(pooled("Surv(days, event) ~ site")).rejects.toMatchObject({
      code: "EVENT_TIMES_NOT_PERMITTED",
      message: expect.not.stringContaining("stratifyBySite") as string,
    });
    await expect(pooled("Surv(days, event) ~ arm")).rejects.toMatchObject({
      message: expect.stringContaining('(eventTimes "batches")') as string,
    });
    // Nothing more leaves for a test that is not made; where no level is asked for, one answer says how times leave.
    expect(new Set(asked.slice(-1))).toEqual(new Set(["model.variables"]));
  });
});

describe("hard cases", () => {
  const open = { policy: "open", reason: "rows made up by a test" } as const;
  const person = (arm: string, event: boolean, days = 3) => ({ days, event, arm });

  it.each([
    ["without an event", [[person("a", false), person("b", false)]], false, 0],
    ["without an event, by site", [[person("a", false), person("b", false)]], true, 0],
    ["with one group", [[person("a", true), person("a", false)]], false, 0],
    ["with a group to each site", [[person("a", true)], [person("b", true)]], true, 1],
  ])("%s compares nothing, and warns", async (_name, sites, stratifyBySite, df) => {
    const federation = await localFederation(sites.map((rows, i) => ({ name: `s${i}`, rows, ...open })));
    const value = await federation.run(logRank, { formula: "Surv(days, event) ~ arm", stratifyBySite });
    expect(value).toMatchObject({ chisq: null, p: null, df });
    expect(value.report.warnings.join()).toContain("cannot be compared");
  });

  it.each([0, 1])("takes a site that lacks a group or has no row left, ρ = %i", async (rho) => {
    const rows = Array.from({ length: 30 }, (_, i) =>
      person(i % 2 === 0 ? "a" : "b", i % 3 > 0, 1 + (i % 7)),
    );
    const alone = [person("b", true, 2), person("b", false, 4)];
    const nobody = [{ days: null, event: true, arm: "a" }];
    const run = async (...sites: readonly (readonly object[])[]) => {
      const federation = await localFederation(
        sites.map((own, i) => ({ name: `s${i}`, rows: own as (typeof rows)[number][], ...open })),
      );
      return federation.run(logRank, { formula: "Surv(days, event) ~ arm", rho });
    };
    const [value, without] = [await run(rows, alone, nobody), await run(rows)];
    // Nobody is compared at the other sites: n grows, the statistic stays.
    expect(value.n).toBe(without.n + 2);
    expect([value.chisq, value.df, value.p]).toEqual([without.chisq, without.df, without.p]);
    // Nor do weighted events there leave: without weights they are the events that are told.
    const [observed, before] = [value, without].map(({ groups }) => groups.map((group) => group.observed));
    expect(observed).toEqual(before?.map((own, g) => own + (rho === 0 ? g : 0)));
  });
});

describe("arguments", () => {
  const rows = goldenRows("lung.csv");
  it.each([
    [{ formula: "Surv(time, status) ~ age:sex" }, "FORMULA_VARIABLE"],
    [{ formula: "Surv(time, status) ~ log(age)" }, "FORMULA_VARIABLE"],
    [{ formula: "Surv(time, status) ~ 1" }, "FORMULA_VARIABLE"],
    [{ formula: "time ~ sex" }, "FORMULA_VARIABLE"],
    [{ formula: "Surv(time, status) ~ sex * strata(site)" }, "FORMULA_UNSUPPORTED"],
    [{ formula: "Surv(time, status) ~ sex", time: "time" }, "ARGUMENT_INVALID"],
    [{ formula: "Surv(time, status) ~ sex + strata(site)", stratifyBySite: false }, "ARGUMENT_INVALID"],
    [
      { time: "time", event: "status", group: "sex", strata: ["site"], stratifyBySite: false },
      "ARGUMENT_INVALID",
    ],
    [{ formula: "Surv(time, status) ~ site" }, "ARGUMENT_INVALID"],
    [{ formula: "Surv(time, status) ~ sex + factor(site)" }, "ARGUMENT_INVALID"],
    [{ group: "sex" }, "ARGUMENT_INVALID"],
    [{ formula: "Surv(time, status) ~ sxe" }, "COLUMN_UNKNOWN"],
    [{ formula: "Surv(time, age) ~ sex" }, "DATA_INVALID"],
  ])("refuses %o", async (args, code) => {
    const federation = await localFederation(splitSites(rows, 1, 1));
    await expect(federation.run(logRank, args)).rejects.toMatchObject({ code });
  });

  it("takes fields as the other spelling of a formula", async () => {
    const federation = await localFederation(splitSites(rows, 3, 1));
    const byFields = await federation.run(logRank, {
      time: "time",
      event: "status",
      group: "sex",
      strata: ["ph.ecog"],
    });
    const byFormula = await federation.run(logRank, {
      formula: "Surv(time, status) ~ sex + strata(ph.ecog)",
    });
    expect(byFields).toEqual(byFormula);
    expect(byFields.test).toBe("Log-rank test, stratified by site and by columns");
  });

  it("compares sites where event times are public", async () => {
    const federation = await localFederation(splitSites(rows, 3, 1));
    const pooled = { formula: "Surv(time, status) ~ site", stratifyBySite: false };
    expect((await federation.run(logRank, pooled)).df).toBe(2);
  });
});
