import { isKonsilError, type Row, rowsSource } from "@konsil/core";
import { boolean, type LocalSite, localFederation, number } from "@konsil/sdk";
import { afterAll, describe, expect, it } from "vitest";
import { patients as covariates, hospitals, studyOfR } from "../../../test/breast-cancer.ts";
import { type GoldenCase, goldenCases, goldenRows, splitSites, uniform } from "../../../test/goldens.ts";
import { type CoxphArguments, type CoxphTest, type CoxphValue, coxph } from "./index.ts";

interface Expected {
  readonly n: number;
  readonly events: number;
  readonly terms: readonly string[];
  readonly coefficients: readonly (number | null)[];
  readonly standard_errors: readonly (number | null)[];
  readonly z: readonly (number | null)[];
  readonly p: readonly (number | null)[];
  readonly lower: readonly (number | null)[];
  readonly upper: readonly (number | null)[];
  readonly exp_coefficients: readonly (number | null)[];
  readonly exp_lower: readonly (number | null)[];
  readonly exp_upper: readonly (number | null)[];
  readonly variance: readonly (readonly number[])[];
  readonly naive_variance: readonly (readonly number[])[] | null;
  readonly log_likelihood: readonly number[];
  readonly likelihood_ratio_test: CoxphTest;
  readonly score_test: CoxphTest;
  readonly wald_test: CoxphTest;
  readonly aic: number;
  readonly bic: number;
  readonly means: readonly number[];
  readonly iterations: number;
  readonly warnings: readonly string[];
}

const open = { policy: "open", reason: "public data in a test" } as const;

/** Variances for which a model with clusters, or a robust one, is needed. */
const isOffered = ({ arguments: args }: GoldenCase<Expected>): boolean =>
  !("cluster" in args) && args["robust"] !== true;

function argumentsOf(golden: GoldenCase<Expected>): CoxphArguments {
  const { formula, ties, weights, levels, control } = golden.arguments;
  return {
    formula: String(formula),
    ties: ties as "efron" | "breslow",
    ...(weights === undefined ? {} : { weights: weights as string }),
    ...(levels === undefined ? {} : { levels: levels as Record<string, string[]> }),
    ...(control === "R" ? { control: "R" as const } : {}),
  };
}

let worst = { difference: 0, what: "" };

/** Relative to the value, and for what may be nearly zero to its standard error. */
function close(
  actual: number | null | undefined,
  expected: number | null | undefined,
  what: string,
  tolerance: number,
  scale = 0,
): void {
  if (actual === null || expected === null || actual === undefined || expected === undefined) {
    expect(actual ?? null, what).toBe(expected ?? null);
    return;
  }
  const size = Math.max(Math.abs(expected), scale);
  const difference = size === 0 ? Math.abs(actual) : Math.abs(actual - expected) / size;
  if (tolerance === 1e-8 && difference > worst.difference) worst = { difference, what };
  expect(difference, `${what}: ${actual} and ${expected}`).toBeLessThanOrEqual(tolerance);
}

function compare(
  value: CoxphValue,
  expected: Expected,
  where: string,
  tolerance: number,
  isRobust: boolean,
): void {
  expect([value.n, value.events], where).toEqual([expected.n, expected.events]);
  expect(value.terms).toEqual(expected.terms);
  const variance = expected.naive_variance ?? expected.variance;
  expected.terms.forEach((term, i) => {
    const error = Math.sqrt(variance[i]?.[i] ?? 0);
    const at = `${where}, ${term}`;
    close(value.coefficients[i], expected.coefficients[i], `${at} coefficient`, tolerance, error);
    close(value.hazardRatios[i], expected.exp_coefficients[i], `${at} ratio`, tolerance);
    if (expected.coefficients[i] === null) {
      expect([value.aliased[i], value.standardErrors[i], value.covariance[i]?.[i]]).toEqual([
        true,
        null,
        null,
      ]);
      return;
    }
    expected.terms.forEach((_, j) => {
      if (expected.coefficients[j] === null) return;
      const scale = error * Math.sqrt(variance[j]?.[j] ?? 0);
      close(value.covariance[i]?.[j], variance[i]?.[j], `${at} covariance`, tolerance, scale);
    });
    close(value.standardErrors[i], error, `${at} standard error`, tolerance);
    if (isRobust) return;
    close(value.z[i], expected.z[i], `${at} z`, tolerance);
    close(value.p[i], expected.p[i], `${at} p`, tolerance);
    close(value.lower[i], expected.lower[i], `${at} lower`, tolerance, error);
    close(value.upper[i], expected.upper[i], `${at} upper`, tolerance, error);
    close(value.hazardRatioLower[i], expected.exp_lower[i], `${at} ratio, lower`, tolerance);
    close(value.hazardRatioUpper[i], expected.exp_upper[i], `${at} ratio, upper`, tolerance);
  });
  close(value.logLikelihood.null, expected.log_likelihood[0], `${where} null`, tolerance);
  close(value.logLikelihood.fitted, expected.log_likelihood[1], `${where} fitted`, tolerance);
  const tests = [
    [value.likelihoodRatioTest, expected.likelihood_ratio_test, "likelihood ratio"],
    [value.scoreTest, expected.score_test, "score"],
    ...(isRobust ? [] : ([[value.waldTest, expected.wald_test, "Wald"]] as const)),
  ] as const;
  for (const [actual, wanted, name] of tests) {
    expect(actual?.df, `${where} ${name}`).toBe(wanted.df);
    close(actual?.statistic, wanted.statistic, `${where} ${name}`, tolerance);
    close(actual?.p, wanted.p, `${where} ${name} p`, tolerance);
  }
  close(value.aic, expected.aic, `${where} aic`, tolerance);
  close(value.bic, expected.bic, `${where} bic`, tolerance);
  expected.means.forEach((mean, i) => {
    if (mean !== 0) close(value.means[i], mean, `${where} mean`, tolerance);
  });
}

describe("as R's coxph", () => {
  const cases = goldenCases<Expected>("coxph").filter(isOffered);
  const regular = cases.filter(({ name }) => !name.startsWith("separation"));

  it.each(regular.map((golden) => [golden.name, golden] as const))(
    "%s",
    { timeout: 60_000 },
    async (name, golden) => {
      const rows = goldenRows(golden.data);
      const args = argumentsOf(golden);
      const tolerance = args.control === "R" ? 1e-6 : 1e-8;
      const isRobust = golden.expected.naive_variance !== null;
      for (const [parts, seed] of [
        [1, 1],
        [3, 7],
        [5, 11],
      ] as const) {
        const federation = await localFederation(splitSites(rows, parts, seed));
        const value = await federation.run(coxph, { ...args, stratifyBySite: false });
        compare(value, golden.expected, `${name}, ${parts} sites`, tolerance, isRobust);
        if (args.control === "R") expect(value.iterations).toBe(golden.expected.iterations);
        expect([value.stratifiedBySite, value.formula]).toEqual([false, args.formula]);
        expect(coxph.view(value).title).toContain("pooled over sites");
      }
      // With one site, strata(site) is one stratum more of everything.
      const federation = await localFederation([{ name: "only", rows, ...open }]);
      const bySite = await federation.run(coxph, args);
      compare(bySite, golden.expected, `${name}, by site`, tolerance, isRobust);
      expect([bySite.stratifiedBySite, bySite.formula]).toEqual([true, `${args.formula} + strata(site)`]);
      expect(coxph.view(bySite).title).toMatch(/^Cox model, stratified by site/);
      expect(await federation.run(coxph, { ...args, formula: bySite.formula })).toEqual(bySite);
    },
  );

  it("does not offer robust variances and clusters: these goldens wait", () => {
    const others = goldenCases<Expected>("coxph").filter((golden) => !isOffered(golden));
    expect(others.map(({ name }) => name)).toEqual([
      "lung, robust variance without weights",
      "lung, clusters of institutions",
      "kidney, clusters of two, Efron",
      "kidney, clusters of two, Breslow",
    ]);
  });

  it("says which coefficient is infinite, and keeps what stays finite", async () => {
    for (const golden of cases.filter(({ name }) => name.startsWith("separation"))) {
      const rows = goldenRows(golden.data);
      const args = argumentsOf(golden);
      for (const parts of [1, 3]) {
        const federation = await localFederation(splitSites(rows, parts, 5));
        for (const stratifyBySite of parts === 1 ? [false, true] : [false]) {
          const value = await federation.run(coxph, { ...args, stratifyBySite });
          const isR = args.control === "R";
          const tolerance = isR ? 1e-6 : 1e-8;
          expect(value.infinite).toEqual(["negative", null]);
          expect(value.warnings).toHaveLength(1);
          expect(value.warnings[0]).toContain(value.terms[0]);
          expect(value.report.warnings).toEqual(value.warnings);
          if (isR) {
            close(value.coefficients[0], golden.expected.coefficients[0], "runaway", 1e-6);
            expect(value.iterations).toBe(golden.expected.iterations);
          } else
            expect([value.coefficients[0], value.standardErrors[0], value.waldTest]).toEqual([
              null,
              null,
              null,
            ]);
          close(value.coefficients[1], golden.expected.coefficients[1], "finite", tolerance);
          close(value.standardErrors[1], golden.expected.standard_errors[1], "finite error", tolerance);
          close(value.logLikelihood.fitted, golden.expected.log_likelihood[1], "limit", tolerance);
          close(
            value.likelihoodRatioTest?.p,
            golden.expected.likelihood_ratio_test.p,
            "ratio",
            tolerance * 10,
          );
        }
      }
    }
  });

  afterAll(() => {
    console.info(`largest relative difference from R: ${worst.difference.toExponential(1)} (${worst.what})`);
  });
});

interface Study {
  readonly cox: Readonly<
    Record<string, Expected & { readonly formula: string; readonly ties: "efron" | "breslow" }>
  >;
}

const patients = { columns: { days: number(), event: boolean(), ...covariates.columns } };

describe("the breast cancer study at eleven sites", () => {
  const { cox } = studyOfR() as Study;
  it.each(Object.entries(cox))("%s", { timeout: 60_000 }, async (name, expected) => {
    const federation = (await localFederation(hospitals("open"))).data(patients);
    const { formula, ties } = expected;
    const value = await federation.run(coxph, { formula, ties, stratifyBySite: name.startsWith("by_site") });
    compare(value, expected, name, 1e-8, false);
    expect(value.report.rounds.length).toBeLessThan(18);
  });

  it("refuses to pool under a hospital's policy, and offers the model by site, which answers", {
    timeout: 60_000,
  }, async () => {
    const federation = (await localFederation(hospitals("hospital"))).data(patients);
    const formula = "Surv(days, event) ~ age + hormon";
    await expect(federation.run(coxph, { formula, stratifyBySite: false })).rejects.toMatchObject({
      code: "EVENT_TIMES_NOT_PERMITTED",
      message: expect.stringContaining("Leave stratifyBySite: false out") as string,
    });
    const value = await federation.run(coxph, { formula });
    // No time of an event left a site.
    expect(value.report.released.map(({ kind }) => kind)).not.toContain("distribution");
    expect(value.n).toBeGreaterThan(3000);
    const lattices = await localFederation(
      hospitals("hospital").map((site) => ({
        ...site,
        policy: { eventTimes: "lattice" as const, reason: "public data in a test" },
      })),
    );
    const lattice = lattices.data(patients);
    const asked: string[] = [];
    await expect(
      lattice.run(
        coxph,
        { formula, stratifyBySite: false },
        { onProgress: (event) => event.type === "round-started" && asked.push(event.step) },
      ),
    ).rejects.toMatchObject({
      code: "EVENT_TIMES_NOT_PERMITTED",
      message: expect.stringContaining(
        'None of the 11 sites releases exact event times (eventTimes "lattice")',
      ) as string,
    });
    // Their policies are known from the first round: no site counts events for a model that will not be fitted.
    expect(asked).toEqual(["model.variables"]);
  });
});

describe("numbers of people in disguise, under a hospital's policy", () => {
  const random = uniform(8);
  /** A hundred people; `few` of them have the flag, and so many of those with an event. */
  const rowsOf = (few: number, fewEvents: number, censored = 40): Row[] =>
    Array.from({ length: 100 }, (_, i) => {
      const event = i < 100 - censored;
      const flag = event ? i < fewEvents : i >= 100 - (few - fewEvents);
      return { days: Math.ceil(random() * 400), event, age: 40 + 30 * random(), flag, heavy: flag ? 2 : 1 };
    });
  const run = async (rows: readonly Row[], args: CoxphArguments) =>
    (await localFederation(["a", "b", "c"].map((name) => ({ name, rows: [...rows] })))).run(coxph, args);
  const flagged = { formula: "Surv(days, event) ~ age + flag" };

  it.each([
    ["two with the flag", 2, 0],
    ["two events with the flag", 20, 2],
    ["two events without it", 98, 58],
  ])("refuses a column with %s", async (_name, few, fewEvents) => {
    await expect(run(rowsOf(few, fewEvents), flagged)).rejects.toMatchObject({ code: "CELL_TOO_SMALL" });
  });

  it.each([
    { formula: "Surv(days, event) ~ age + offset(flag)" },
    { formula: "Surv(days, event) ~ age", weights: "heavy" },
  ])("refuses two values of %j likewise", async (args) => {
    await expect(run(rowsOf(2, 1), args)).rejects.toMatchObject({ code: "CELL_TOO_SMALL" });
    expect((await run(rowsOf(30, 15), args)).events).toBe(180);
  });

  it.each([5, 10, 11])("goes on without a site that has few events, k = %i", async (minimumCell) => {
    const formula = "Surv(days, event) ~ age";
    const site = (name: string, censored: number) => ({
      name,
      rows: rowsOf(30, 0, censored),
      policy: { minimumCell },
    });
    const others = ["a", "b", "c"].map((name) => site(name, 40));
    const few = [site("few", 100 - minimumCell + 1), site("one", 99), site("rest", minimumCell - 1)];
    const value = await (await localFederation([...few, ...others])).run(coxph, { formula });
    const without = await (await localFederation(others)).run(coxph, { formula });
    expect([value.n, value.events, value.coefficients]).toEqual([300, 180, without.coefficients]);
    const abstained = value.report.sites.filter(({ state }) => state === "abstained");
    expect(abstained.map(({ site: name, code }) => [name, code])).toEqual(
      few.map(({ name }) => [name, "CELL_TOO_SMALL"]),
    );
  });

  it("answers where each value has enough people", async () => {
    const value = await run(rowsOf(30, 15), flagged);
    expect([value.n, value.events]).toEqual([300, 180]);
  });

  it("refuses the complement of the events", async () => {
    await expect(run(rowsOf(30, 15, 2), { formula: "Surv(days, event) ~ age" })).rejects.toMatchObject({
      code: expect.stringMatching(/TOO_SMALL|FEW/) as string,
    });
  });
});

/** Random rows with ties, and a hazard that depends on x. */
function simulated(n: number, seed: number): Row[] {
  const random = uniform(seed);
  return Array.from({ length: n }, () => {
    const x = random() * 4 - 2;
    const days = Math.ceil((-Math.log(1 - random()) * 40) / Math.exp(0.5 * x));
    return {
      days,
      event: random() < 0.7,
      x,
      group: ["a", "b", "c"][Math.floor(random() * 3)] ?? "a",
      weight: 0.5 + random(),
      one: 1,
    };
  });
}

const at = (name: string, rows: readonly Row[]) => ({ name, rows: [...rows], ...open });

/** Compares numbers of two values, field by field. */
function same(left: CoxphValue, right: CoxphValue): void {
  const fields = ["coefficients", "standardErrors", "lower", "hazardRatios"] as const;
  for (const field of fields)
    for (const [i, value] of left[field].entries()) close(value, right[field][i], field, 1e-9, 1e-3);
  close(left.logLikelihood.fitted, right.logLikelihood.fitted, "log-likelihood", 1e-11);
  close(left.scoreTest?.statistic, right.scoreTest?.statistic, "score test", 1e-9);
  expect([left.n, left.events]).toEqual([right.n, right.events]);
}

describe("strata", () => {
  it("by site is the same as strata of a column that says the site", async () => {
    for (const ties of ["efron", "breslow"] as const) {
      const rows = simulated(300, 3).map((row, i) => ({ ...row, where: `s${i % 4}` }));
      const federation = await localFederation(
        [0, 1, 2, 3].map((k) =>
          at(
            `s${k}`,
            rows.filter(({ where }) => where === `s${k}`),
          ),
        ),
      );
      const right = "Surv(days, event) ~ x + group";
      const more = { ties, weights: "weight" };
      const pooled = async (formula: string) =>
        federation.run(coxph, { formula, ...more, stratifyBySite: false });
      const bySite = async (args: CoxphArguments) => federation.run(coxph, { ...args, ...more });
      const plain = await pooled(`${right} + strata(where)`);
      same(await bySite({ formula: `${right} + strata(site)` }), plain);
      same(await bySite({ formula: right }), plain);
      const crossed = await pooled("Surv(days, event) ~ x + strata(where, group)");
      expect(coxph.view(crossed).title).toBe(
        "Cox model, stratified by strata(where, group), pooled over sites",
      );
      same(await bySite({ formula: "Surv(days, event) ~ x + strata(site, group)" }), crossed);
      same(await bySite({ formula: "Surv(days, event) ~ x + strata(group)" }), crossed);
      const fields = { time: "days", event: "event", terms: ["x"] };
      same(await bySite({ ...fields, strata: ["group", "site"] }), crossed);
      same(await bySite({ ...fields, strata: ["group"] }), crossed);
    }
  });

  it("by site tells of a column `site` of the data's own", async () => {
    const rows = simulated(80, 5).map((row, i) => ({ ...row, site: `s${i % 2}` }));
    const federation = await localFederation([at("one", rows)]);
    const formula = "Surv(days, event) ~ x + strata(site)";
    const value = await federation.run(coxph, { formula });
    expect(value.report.warnings[0]).toContain('"site"');
    const two = await localFederation(
      [0, 1].map((k) =>
        at(
          `s${k}`,
          rows.filter((_, i) => i % 2 === k),
        ),
      ),
    );
    const other = await two.run(coxph, { formula });
    same(value, other);
    expect(other.report.warnings).toEqual([]);
  });
});

describe("sites by themselves", () => {
  it("are each as if alone, in the order of their names", async () => {
    const sites = [
      at("tartu", simulated(90, 31)),
      at(
        "oslo",
        simulated(70, 32).map((row) => ({ ...row, event: row["event"] === true && row["group"] !== "a" })),
      ),
      at(
        "quiet",
        simulated(15, 33).map((row) => ({ ...row, event: false })),
      ),
      at(
        "bergen",
        simulated(60, 34).filter(({ group }) => group !== "c"),
      ),
    ];
    const formula = "Surv(days, event) ~ x + group";
    const value = await (await localFederation(sites)).run(coxph, { formula, perSite: true });
    expect(value.sites?.map(({ site }) => site)).toEqual(["bergen", "oslo", "quiet", "tartu"]);
    const [bergen, oslo, quiet, tartu] = value.sites ?? [];
    expect(bergen?.coefficients.map((one) => one === null)).toEqual([false, false, true]);
    expect(oslo?.coefficients.map((one) => one === null)).toEqual([false, true, true]);
    expect(quiet).toMatchObject({ n: 15, events: 0, coefficients: [null, null, null] });
    const alone = await (await localFederation(sites.slice(0, 1))).run(coxph, { formula });
    expect(alone.sites).toBeNull();
    alone.coefficients.forEach((one, i) => {
      close(tartu?.coefficients[i], one, "alone", 1e-9, alone.standardErrors[i] ?? 0);
      close(tartu?.standardErrors[i], alone.standardErrors[i], "alone, error", 1e-9);
    });
    const figures = coxph.view(value).figures ?? [];
    expect(figures.map(({ title }) => title)).toEqual([
      "Hazard ratios",
      "x by site",
      "groupb by site",
      "groupc by site",
    ]);
    // Pooled strata do not reach into a site's own fit.
    const pooled = { formula, perSite: true, stratifyBySite: false };
    expect((await (await localFederation(sites)).run(coxph, pooled)).sites).toEqual(
      (await (await localFederation(sites.toReversed())).run(coxph, pooled)).sites,
    );
  });
});

describe("hard cases", () => {
  const formula = "Surv(days, event) ~ x + group";
  const run = async (sites: readonly LocalSite[], args: CoxphArguments) =>
    (await localFederation(sites)).run(coxph, args);

  it("has sites without rows, with one row, and without an event", async () => {
    const rows = simulated(60, 9);
    const empty = rowsSource([], Object.keys(rows[0] ?? {}));
    const split = [
      { name: "none", rows: empty, ...open },
      at("one", rows.slice(0, 1)),
      at("rest", rows.slice(1)),
      at(
        "quiet",
        simulated(10, 4).map((row) => ({ ...row, event: false })),
      ),
    ];
    const together = [...rows, ...simulated(10, 4).map((row) => ({ ...row, event: false }))];
    const pooled = { formula, stratifyBySite: false };
    same(await run(split, pooled), await run([at("all", together)], pooled));
    const bySite = await run(split, { formula });
    expect(bySite.n).toBe(70);
    const only = await run([at("rest", rows.slice(1))], { formula });
    close(bySite.coefficients[0], only.coefficients[0], "sites that tell nothing", 1e-9);
  });

  it("has no event at all", async () => {
    const rows = simulated(20, 4).map((row) => ({ ...row, event: false }));
    for (const stratifyBySite of [false, true]) {
      const value = await run([at("one", rows)], { formula, stratifyBySite });
      expect(value.coefficients).toEqual([null, null, null]);
      expect(value).toMatchObject({ n: 20, events: 0, logLikelihood: { null: 0, fitted: 0 } });
      expect(value.warnings[0]).toContain("no event");
    }
  });

  it("has no row", async () => {
    const rows = simulated(5, 4).map((row) => ({ ...row, x: null }));
    await expect(run([at("one", rows)], { formula: "Surv(days, event) ~ x" })).rejects.toMatchObject({
      code: "DATA_EMPTY",
    });
    const missing = simulated(5, 4).map((row) => ({ ...row, event: null }));
    await expect(run([at("one", missing)], { formula: "Surv(days, event) ~ 1" })).rejects.toMatchObject({
      code: "DATA_EMPTY",
    });
  });

  it("has one event, and one row", async () => {
    const rows = simulated(12, 4).map((row, i) => ({ ...row, event: i === 3 }));
    const value = await run([at("one", rows)], { formula: "Surv(days, event) ~ x" });
    expect(value.events).toBe(1);
    const alone = await run([at("one", rows.slice(3, 4))], { formula: "Surv(days, event) ~ x" });
    expect(alone.aliased).toEqual([true]);
    expect(alone.likelihoodRatioTest).toBeNull();
  });

  it("has a constant column, and one that is constant in each stratum", async () => {
    const sites = [0, 1, 2].map((k) =>
      at(
        `s${k}`,
        simulated(40, k + 1).map((row) => ({ ...row, beds: 100 + 37.3 * k })),
      ),
    );
    const pooled = (formula: string) => run(sites, { formula, stratifyBySite: false });
    const value = await pooled("Surv(days, event) ~ one + x");
    expect(value.aliased).toEqual([true, false]);
    expect(value.warnings[0]).toContain("one");
    const alone = await pooled("Surv(days, event) ~ x");
    close(value.coefficients[1], alone.coefficients[0], "beside a constant", 1e-9);
    expect((await pooled("Surv(days, event) ~ beds + x")).aliased).toEqual([false, false]);
    const strata = await run(sites, { formula: "Surv(days, event) ~ beds + x" });
    expect(strata.aliased).toEqual([true, false]);
  });

  it("has no covariate", async () => {
    const rows = simulated(50, 8);
    for (const args of [
      { formula: "Surv(days, event) ~ 1", stratifyBySite: false },
      { formula: "Surv(days, event) ~ 1" },
      { formula: "Surv(days, event) ~ strata(site)" },
      { time: "days", event: "event", strata: ["group"] },
      { formula: "Surv(days, event) ~ strata(group)", stratifyBySite: false },
    ]) {
      const value = await run([at("a", rows.slice(0, 20)), at("b", rows.slice(20))], args);
      expect(value.terms).toEqual([]);
      expect(value.logLikelihood.null).toBe(value.logLikelihood.fitted);
      expect(value.logLikelihood.fitted).toBeLessThan(-50);
      expect(value.aic).toBe(-2 * value.logLikelihood.fitted);
      expect(coxph.view(value).tables).toEqual([]);
    }
  });

  it("says when everyone with a level has the event first, or a level never", async () => {
    const rows = simulated(60, 12).map((row, i) => ({
      ...row,
      early: i < 3,
      late: i > 55,
      days: i < 3 ? 1 : Number(row["days"]) + 5,
      event: i < 3 || (i <= 55 && row["event"] === true),
    }));
    for (const stratifyBySite of [false, true]) {
      const formula = "Surv(days, event) ~ early + late + x";
      const value = await run([at("one", rows)], { formula, stratifyBySite });
      expect(value.infinite).toEqual(["positive", "negative", null]);
      expect(value.coefficients.map((one) => one === null)).toEqual([true, true, false]);
      expect(value.waldTest).toBeNull();
      expect(value.warnings[0]).toContain("earlyTRUE, lateTRUE");
      const asR = await run([at("one", rows)], { formula, stratifyBySite, control: "R" });
      expect(asR.infinite).toEqual(["positive", "negative", null]);
    }
  });

  it("says when no one at the reference level has the event, and so all others run away together", async () => {
    const rows = simulated(90, 21).map((row) => ({
      ...row,
      event: row["event"] === true && row["group"] !== "a",
    }));
    for (const stratifyBySite of [false, true]) {
      const args = { formula: "Surv(days, event) ~ group + x", stratifyBySite };
      const value = await run([at("one", rows)], args);
      expect(value.infinite).toEqual(["positive", "positive", null]);
      const turned = await run([at("one", rows)], { ...args, levels: { group: ["b", "a", "c"] } });
      expect(turned.infinite).toEqual(["negative", null, null]);
      close(value.coefficients[2], turned.coefficients[2], "x", 1e-8, turned.standardErrors[2] ?? 0);
      close(value.standardErrors[2], turned.standardErrors[2], "x error", 1e-8);
    }
  });

  it("says so at a loose tolerance, and when nothing is left to estimate", async () => {
    const golden = goldenRows("separation.csv");
    for (const tolerance of [1e-3, 1e-5, 1e-7, 1e-12]) {
      const args = { formula: "Surv(time, status) ~ arm + x", tolerance };
      expect((await run([at("one", golden)], args)).infinite).toEqual(["negative", null]);
    }
    // Three events and three coefficients: the likelihood goes to 1.
    const rows = [
      { days: 3, event: false, age: 79, grade: "b", arm: "p" },
      { days: 14, event: true, age: 42, grade: "c", arm: "p" },
      { days: 23, event: true, age: 64, grade: "a", arm: "p" },
      { days: 1, event: false, age: 43, grade: "a", arm: "q" },
      { days: 10, event: false, age: 56, grade: "a", arm: "q" },
      { days: 11, event: true, age: 66, grade: "b", arm: "q" },
      { days: 12, event: false, age: 23, grade: "c", arm: "q" },
      { days: 16, event: true, age: 45, grade: "b", arm: "q" },
    ];
    const value = await run([at("one", rows)], { formula: "Surv(days, event) ~ grade + age + strata(arm)" });
    expect(value.coefficients).toEqual([null, null, null]);
    expect(Math.abs(value.logLikelihood.fitted)).toBeLessThan(1e-8);
  });

  it("does not take a slow flight for convergence", async () => {
    const rows = [
      { days: 3, event: true, age: 50, grade: "c" },
      { days: 3, event: true, age: 49, grade: "b" },
      { days: 5, event: true, age: 22, grade: "a" },
      { days: 6, event: true, age: 40, grade: "b" },
      { days: 10, event: false, age: 38, grade: "b" },
      { days: 10, event: true, age: 29, grade: "a" },
      { days: 21, event: true, age: 40, grade: "c" },
      { days: 24, event: true, age: 31, grade: "a" },
    ];
    for (const parts of [1, 2]) {
      const value = await run(splitSites(rows, parts, 87), {
        formula: "Surv(days, event) ~ age + I(age^2) + grade",
        ties: "breslow",
        stratifyBySite: false,
      });
      // Far out, rounding hides that nothing is left of the information: then at least it has not converged.
      expect(value.converged && value.infinite.every((one) => one === null)).toBe(false);
      expect(value.warnings).toHaveLength(1);
      close(value.logLikelihood.fitted, -2 * Math.log(2), "limit", 1e-6);
    }
  });

  it("says when it did not converge", async () => {
    const value = await run([at("one", simulated(50, 2))], { formula, iterations: 1 });
    expect(value.converged).toBe(false);
    expect(value.warnings[0]).toContain("1 iterations");
  });

  it("halves steps that lead to an overflow", async () => {
    const rows = simulated(80, 2).map((row, i) => ({ ...row, heavy: i === 0 ? 1e6 : Number(row.x) }));
    for (const stratifyBySite of [false, true]) {
      const value = await run([at("one", rows)], { formula: "Surv(days, event) ~ heavy", stratifyBySite });
      expect(value.logLikelihood.fitted).toBeGreaterThanOrEqual(value.logLikelihood.null);
    }
  });

  it("does not change with units and origins", async () => {
    const rows = simulated(90, 6);
    const sites = (scale: number, shift: number) => [
      at(
        "a",
        rows.slice(0, 40).map((row) => ({ ...row, x: Number(row.x) * scale + shift })),
      ),
      at(
        "b",
        rows.slice(40).map((row) => ({ ...row, x: Number(row.x) * scale + shift })),
      ),
    ];
    for (const stratifyBySite of [false, true]) {
      const args = { formula: "Surv(days, event) ~ x", stratifyBySite };
      const plain = await run(sites(1, 0), args);
      const moved = await run(sites(1e-3, 2000), args);
      close((moved.coefficients[0] ?? 0) / 1e3, plain.coefficients[0], "moved", 1e-6);
      const scaled = await run(sites(1e6, 0), args);
      close((scaled.coefficients[0] ?? 0) * 1e6, plain.coefficients[0], "scaled", 1e-9);
    }
  });
});

describe("arguments", () => {
  it.each([
    [{}, "ARGUMENT_INVALID"],
    [{ formula: "Surv(days, event) ~ x", time: "days" }, "ARGUMENT_INVALID"],
    [{ formula: "days ~ x" }, "FORMULA_VARIABLE"],
    [{ formula: "~ x" }, "FORMULA_VARIABLE"],
    [{ formula: "Surv(days, event) ~ x +" }, "FORMULA_SYNTAX"],
    [{ formula: "Surv(days, event) ~ cluster(x)" }, "FORMULA_UNSUPPORTED"],
    [{ formula: "Surv(days, event) ~ x * strata(site)" }, "FORMULA_UNSUPPORTED"],
    [{ formula: "Surv(days, event) ~ x + strata(site)", stratifyBySite: false }, "ARGUMENT_INVALID"],
    [{ formula: "Surv(days, event) ~ x + strata(group, site)", stratifyBySite: false }, "ARGUMENT_INVALID"],
    [{ formula: "Surv(days, event) ~ x + site" }, "ARGUMENT_INVALID"],
    [{ formula: "Surv(days, event) ~ x * site" }, "ARGUMENT_INVALID"],
    [{ formula: "Surv(days, event) ~ x + x:site" }, undefined],
    [{ formula: "Surv(days, event) ~ x + site", stratifyBySite: false }, undefined],
    [{ formula: "Surv(days, event) ~ x", stratifyBySite: "no" }, "ARGUMENT_INVALID"],
    [{ formula: "Surv(days, event) ~ x", confidenceLevel: 95 }, "ARGUMENT_INVALID"],
    [{ formula: "Surv(days, event) ~ x", tie: "efron" }, "ARGUMENT_UNKNOWN"],
    [{ formula: "Surv(days, event) ~ nothing" }, "COLUMN_UNKNOWN"],
    [{ formula: "Surv(days, event) ~ x", weights: "event" }, "DATA_INVALID"],
    [{ formula: "Surv(days, event) ~ one + x", levels: { group: ["a"] } }, undefined],
  ])("%j", async (args, code) => {
    const federation = await localFederation([at("one", simulated(40, 1)), at("two", simulated(40, 2))]);
    const came = await federation.run(coxph, args as CoxphArguments).then(
      () => undefined,
      (error: unknown) => (isKonsilError(error) ? error.code : error),
    );
    expect(came).toBe(code);
  });

  it("sets limits, levels and shows them", async () => {
    const federation = await localFederation([at("one", simulated(120, 1))]);
    const value = await federation.run(coxph, {
      formula: "Surv(days, event) ~ group + x",
      levels: { group: ["c", "a"] },
      confidenceLevel: 0.9,
    });
    expect(value.terms).toEqual(["groupa", "x"]);
    const half = ((value.upper[0] ?? 0) - (value.lower[0] ?? 0)) / 2 / (value.standardErrors[0] ?? 0);
    expect(half).toBeCloseTo(1.6448536269514722, 12);
    const view = coxph.view(value);
    const [figure] = view.figures ?? [];
    expect(figure).toMatchObject({
      kind: "forest",
      scale: "log",
      rows: [
        { kind: "heading", label: "group" },
        { kind: "reference", label: "c" },
        { kind: "estimate", label: "a" },
        { kind: "estimate", label: "x" },
      ],
    });
    expect(Object.keys(view.tables?.[0]?.values ?? {})).toContain("conf.low");
  });
});
