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
    it.each([1, 4])("is R's from %i sites", async (parts) => {
      const federation = await localFederation(
        splitSites(goldenRows(data), parts, 11).filter(({ rows }) => rows.length > 0),
      );
      const value = await federation.run(logRank, {
        formula: args["formula"] as string,
        rho: args["rho"] as number,
      });
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
      const formula = (args["formula"] as string).replace(`strata(${column})`, "strata(site)");
      const value = await (await localFederation(sites)).run(logRank, {
        formula,
        rho: args["rho"] as number,
      });
      expect(value.test).toContain("stratified by site");
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
    const value = federation.run(logRank, { formula: "Surv(days, event) ~ arm + strata(site)" });
    if (answers) expect(await value).toMatchObject({ n: 240, events: 6 * events });
    else await expect(value).rejects.toMatchObject({ code: "CELL_TOO_SMALL" });
  });
});

describe("without event times, under a hospital's policy", () => {
  const rows = Array.from({ length: 80 }, (_, i) => ({
    days: i,
    event: i % 4 > 1,
    arm: i % 2 === 0 ? "a" : "b",
  }));

  it("says that strata(site) needs none, and makes no other test by itself", async () => {
    const federation = await localFederation(["a", "b", "c"].map((name) => ({ name, rows })));
    await expect(federation.run(logRank, { formula: "Surv(days, event) ~ arm" })).rejects.toMatchObject({
      code: "EVENT_TIMES_NOT_PERMITTED",
      message: expect.stringContaining("Add strata(site)") as string,
    });
    // Sites are not compared within sites.
    await expect(federation.run(logRank, { formula: "Surv(days, event) ~ site" })).rejects.toMatchObject({
      code: "EVENT_TIMES_NOT_PERMITTED",
      message: expect.not.stringContaining("strata(site)") as string,
    });
  });
});

describe("hard cases", () => {
  const open = { policy: "open", reason: "rows made up by a test" } as const;
  const person = (arm: string, event: boolean, days = 3) => ({ days, event, arm });

  it.each([
    ["without an event", [[person("a", false), person("b", false)]], "", 0],
    ["without an event, by site", [[person("a", false), person("b", false)]], " + strata(site)", 0],
    ["with one group", [[person("a", true), person("a", false)]], "", 0],
    ["with a group to each site", [[person("a", true)], [person("b", true)]], " + strata(site)", 1],
  ])("%s compares nothing, and warns", async (_name, sites, strata, df) => {
    const federation = await localFederation(sites.map((rows, i) => ({ name: `s${i}`, rows, ...open })));
    const value = await federation.run(logRank, { formula: `Surv(days, event) ~ arm${strata}` });
    expect(value).toMatchObject({ chisq: null, p: null, df });
    expect(value.report.warnings.join()).toContain("cannot be compared");
  });

  it("takes a site that lacks a group or has no row left", async () => {
    const rows = Array.from({ length: 30 }, (_, i) =>
      person(i % 2 === 0 ? "a" : "b", i % 3 > 0, 1 + (i % 7)),
    );
    const alone = [person("b", true, 2), person("b", false, 4)];
    const nobody = [{ days: null, event: true, arm: "a" }];
    const run = async (...sites: readonly (readonly object[])[]) => {
      const federation = await localFederation(
        sites.map((own, i) => ({ name: `s${i}`, rows: own as (typeof rows)[number][], ...open })),
      );
      return federation.run(logRank, { formula: "Surv(days, event) ~ arm + strata(site)" });
    };
    const [value, without] = [await run(rows, alone, nobody), await run(rows)];
    // Nobody is compared at the other sites: n grows, the statistic stays.
    expect(value.n).toBe(without.n + 2);
    expect([value.chisq, value.df, value.p]).toEqual([without.chisq, without.df, without.p]);
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
  });
});
