import { rowsSource } from "@konsil/core";
import { localFederation } from "@konsil/sdk";
import { describe, expect, it } from "vitest";
import { hospitals } from "../../../test/breast-cancer.ts";
import { type GoldenCase, goldenCases, goldenRows, splitSites, uniform } from "../../../test/goldens.ts";
import { type GlmArguments, type GlmFamily, type GlmValue, glm } from "./index.ts";

type Numbers = readonly (number | null)[];

interface Expected {
  readonly n: number;
  readonly terms: readonly string[];
  readonly coefficients: Numbers;
  readonly standard_errors: Numbers;
  readonly statistic_name: string;
  readonly statistics: Numbers;
  readonly p: Numbers;
  readonly lower: Numbers;
  readonly upper: Numbers;
  readonly lower_t: Numbers | null;
  readonly upper_t: Numbers | null;
  readonly variance_terms: readonly string[];
  readonly variance: readonly Numbers[];
  readonly dispersion: number;
  readonly deviance: number;
  readonly null_deviance: number;
  readonly df_residual: number;
  readonly df_null: number;
  readonly rank: number;
  readonly log_likelihood: number;
  readonly aic: number;
  readonly bic: number;
  readonly pearson_chisq: number;
  readonly iterations: number;
  readonly converged: boolean;
  readonly warnings: readonly string[];
  readonly certified?: {
    readonly coefficients: readonly number[];
    readonly standard_errors: readonly number[];
  };
}

type Case = GoldenCase<Expected>;

const cases = goldenCases<Expected>("glm");
const runsAway = ({ name }: Case): boolean =>
  name.startsWith("separation") || name.includes("without counts");

function argumentsOf(one: Case): GlmArguments {
  const { formula, family, weights, levels, control } = one.arguments as {
    readonly formula: string;
    readonly family: GlmFamily;
    readonly weights?: string;
    readonly levels?: Record<string, string[]>;
    readonly control: unknown;
  };
  // R's levels of columns that the formula does not use change nothing.
  return { formula, family, weights, levels, control: control === "R" ? "R" : "konsil" };
}

async function run(
  rows: readonly Record<string, unknown>[],
  parts: number,
  args: GlmArguments,
  seed = 11,
): Promise<GlmValue> {
  const sites = splitSites(rows, parts, seed).filter((site) => site.rows.length > 0);
  const federation = await localFederation(sites as Parameters<typeof localFederation>[0]);
  return federation.run(glm, args);
}

function close(
  found: number | null | undefined,
  wanted: number | null,
  what: string,
  tolerance = 1e-8,
  floor = 0,
) {
  if (wanted === null) {
    expect(found, what).toBeNull();
    return;
  }
  const size = Math.max(Math.abs(wanted), floor);
  const difference = Math.abs((found as number) - wanted);
  expect(difference, `${what}: ${found} and ${wanted}`).toBeLessThanOrEqual(tolerance * size);
}

function closeAll(found: Numbers, wanted: Numbers, what: string, tolerance = 1e-8, floor: Numbers = []) {
  expect(found, what).toHaveLength(wanted.length);
  for (const [i, value] of wanted.entries())
    close(found[i], value, `${what}[${i}]`, tolerance, floor[i] ?? 0);
}

describe.each(cases.filter((one) => !runsAway(one)).map((one) => [one.name, one] as const))(
  "%s",
  (name, one) => {
    it.each([1, 3, 5])("is R's from %i sites", async (parts) => {
      const value = await run(goldenRows(one.data), parts, argumentsOf(one));
      const { expected } = one;
      const about = `${name}, ${parts} sites: `;
      expect(value.terms).toEqual(expected.terms);
      expect(value.n).toBe(expected.n);
      expect(value.rank).toBe(expected.rank);
      expect(value.dfResidual).toBe(expected.df_residual);
      expect(value.dfNull).toBe(expected.df_null);
      expect(value.statisticName).toBe(expected.statistic_name);
      expect(value.converged).toBe(true);
      expect(value.separation).toBe(false);
      expect(value.aliased).toEqual(expected.coefficients.map((coefficient) => coefficient === null));
      if (one.arguments["control"] === "R") expect(value.iterations).toBe(expected.iterations);
      const errors = expected.standard_errors;
      closeAll(value.coefficients, expected.coefficients, `${about}coefficients`, 1e-8, errors);
      closeAll(value.standardErrors, errors, `${about}standard errors`);
      closeAll(
        value.statistics,
        expected.statistics,
        `${about}statistics`,
        1e-8,
        errors.map(() => 1),
      );
      closeAll(value.p, expected.p, `${about}p`);
      closeAll(value.lower, expected.lower_t ?? expected.lower, `${about}lower`, 1e-8, errors);
      closeAll(value.upper, expected.upper_t ?? expected.upper, `${about}upper`, 1e-8, errors);
      for (const [a, term] of expected.variance_terms.entries())
        for (const [b, other] of expected.variance_terms.entries()) {
          const [i, j] = [value.terms.indexOf(term), value.terms.indexOf(other)];
          const scale = Math.sqrt((expected.variance[a]?.[a] ?? 0) * (expected.variance[b]?.[b] ?? 0));
          close(
            value.covariance[i]?.[j],
            expected.variance[a]?.[b] ?? null,
            `${about}covariance`,
            1e-8,
            scale,
          );
        }
      close(value.dispersion, expected.dispersion, `${about}dispersion`);
      close(value.deviance, expected.deviance, `${about}deviance`);
      close(value.nullDeviance, expected.null_deviance, `${about}null deviance`);
      close(value.logLikelihood, expected.log_likelihood, `${about}log-likelihood`);
      close(value.aic, expected.aic, `${about}AIC`);
      close(value.bic, expected.bic, `${about}BIC`);
      close(value.pearsonChiSquared, expected.pearson_chisq, `${about}Pearson`);
      if (expected.certified !== undefined) {
        closeAll(value.coefficients, expected.certified.coefficients, `${about}certified coefficients`);
        closeAll(value.standardErrors, expected.certified.standard_errors, `${about}certified errors`);
      }
    });
  },
);

describe.each(cases.filter(runsAway).map((one) => [one.name, one] as const))("%s", (name, one) => {
  it.each([1, 4])("is said from %i sites", async (parts) => {
    const value = await run(goldenRows(one.data), parts, argumentsOf(one));
    const { expected } = one;
    expect(value.separation).toBe(true);
    expect(value.warnings.join(" ")).toContain("Separation");
    expect(Math.abs((value.deviance ?? Number.NaN) - expected.deviance)).toBeLessThan(1e-6);
    close(value.nullDeviance, expected.null_deviance, "null deviance");
    expect(value.dfResidual).toBe(expected.df_residual);
    // R's numbers run away to somewhere beyond 15; what stays finite is the same.
    const isInfinite = expected.coefficients.map((coefficient) => Math.abs(coefficient ?? 0) > 15);
    expect(value.infinite.map((sign) => sign !== null)).toEqual(isInfinite);
    if (name.includes("control of R")) return;
    for (const [j, coefficient] of expected.coefficients.entries())
      close(value.coefficients[j], isInfinite[j] === true ? null : coefficient, `coefficient ${j}`, 1e-6);
  });
});

// From R 4.2.2 with epsilon = 1e-12, begun again sixty times from its own coefficients.
const otherLinks = [
  {
    // glm(case ~ spontaneous + education, binomial("log"), infert, start = c(log(mean(case)), 0, 0, 0))
    args: { formula: "case ~ spontaneous + education", family: "binomial", link: "log" },
    data: "infert.csv",
    coefficients: [-1.5981515753059021, 0.5881698779497843, 0.08696905575943012, 0.035529842696265725],
    errors: [0.4048296805911428, 0.09583418271723508, 0.4019806451700812, 0.40466335225701033],
    deviance: 284.6371395230751,
    nullDeviance: 316.1711108164044,
    aic: 292.6371395230751,
    pearson: 246.20689201286697,
  },
  {
    // glm(breaks ~ wool + tension, poisson("identity"), warpbreaks)
    args: { formula: "breaks ~ wool + tension", family: "poisson", link: "identity" },
    data: "warpbreaks.csv",
    coefficients: [24.05442984016365, -4.877131584387964, 14.3850246736248, 5.211827626910611],
    errors: [1.3429983590125405, 1.412922063775803, 1.7825500487245247, 1.6321612798633518],
    deviance: 214.69716668125326,
    nullDeviance: 297.37221180460534,
    aic: 497.361244336757,
    pearson: 218.3039949072243,
  },
  {
    // glm(breaks ~ wool + tension, poisson("sqrt"), warpbreaks)
    args: { formula: "breaks ~ wool + tension", family: "poisson", link: "sqrt" },
    data: "warpbreaks.csv",
    coefficients: [4.897639403114714, -0.5058602393056415, 1.3643769278856335, 0.5099082663547364],
    errors: [0.13608276348795426, 0.13608276348795434, 0.16666666666666669, 0.16666666666666666],
    deviance: 212.68209424813125,
    nullDeviance: 297.37221180460534,
    aic: 495.3461719036351,
    pearson: 215.80632070819,
  },
] as const;

describe.each(otherLinks.map((one) => [`${one.args.family}, ${one.args.link}`, one] as const))(
  "%s",
  (_name, one) => {
    it.each([1, 3])("is R's from %i sites", async (parts) => {
      const value = await run(goldenRows(one.data), parts, one.args);
      closeAll(value.coefficients, one.coefficients, "coefficients", 1e-8, one.errors);
      closeAll(value.standardErrors, one.errors, "standard errors");
      close(value.deviance, one.deviance, "deviance");
      close(value.nullDeviance, one.nullDeviance, "null deviance");
      close(value.aic, one.aic, "AIC");
      close(value.pearsonChiSquared, one.pearson, "Pearson");
    });
  },
);

describe("counts of few values", () => {
  const random = uniform(5);
  const rows = Array.from({ length: 240 }, (_, i) => ({
    x: Math.floor(50 * random()),
    days: 10 + Math.floor(90 * random()),
    // Four values, of which two people of each site have the last.
    visits: i % 40 === 0 ? 3 : Math.floor(3 * random()),
  }));
  const parts = [0, 1, 2].map((s) => ({ name: `s${s}`, rows: rows.slice(80 * s, 80 * (s + 1)) }));
  const sites = (policy: object) => localFederation(parts.map((part) => ({ ...part, ...policy })));

  it.each(["visits ~ x", "visits ~ x + offset(log(days))"])(
    "have the same estimates without deviance, likelihood and AIC: %s",
    async (formula) => {
      const [few, open] = [
        await sites({ policy: {} }),
        await sites({ policy: "open", reason: "made up by a test" }),
      ];
      const value = await few.run(glm, { formula, family: "poisson" });
      const wanted = await open.run(glm, { formula, family: "poisson" });
      expect(value.report.sites.map(({ state }) => state)).toEqual(["answered", "answered", "answered"]);
      closeAll(value.coefficients, wanted.coefficients, "coefficients", 1e-10, wanted.standardErrors);
      closeAll(value.standardErrors, wanted.standardErrors, "standard errors", 1e-10);
      const { deviance, nullDeviance, logLikelihood, aic, bic, pearsonChiSquared } = value;
      for (const one of [deviance, nullDeviance, logLikelihood, aic, bic, pearsonChiSquared])
        expect(one).toBeNull();
      expect(value.warnings).toEqual([expect.stringContaining("Deviance, likelihood, AIC and Pearson's χ²")]);
      for (const one of [wanted.deviance, wanted.nullDeviance, wanted.aic]) expect(one).not.toBeNull();
      expect(wanted.warnings).toEqual([]);
      // R's starting means are one more form of the outcome.
      await expect(few.run(glm, { formula, family: "poisson", control: "R" })).rejects.toMatchObject({
        code: "CELL_TOO_SMALL",
      });
    },
  );

  it("are columns, as weights are, where a site has a policy", async () => {
    const few = await sites({ policy: {} });
    for (const args of [
      { formula: "I(50.5 - x) ~ days", family: "poisson" },
      { formula: "I(x / 49.5) ~ days", family: "binomial" },
    ] as const)
      await expect(few.run(glm, args)).rejects.toMatchObject({ code: "EXPRESSION_NOT_PERMITTED" });
    const { n } = await few.run(glm, { formula: "I(50.5 - x) ~ days", family: "gaussian" });
    expect(n).toBe(240);
  });
});

describe("weights of few values", () => {
  const random = uniform(6);
  const rows = Array.from({ length: 360 }, (_, i) => {
    const [x, y, sampling] = [Math.floor(50 * random()), 100 * random(), 1 + random()];
    // Nine values, of which two people of each site have the last.
    const trials = i % 60 === 0 ? 9 : 1 + Math.floor(8 * random());
    return {
      x,
      y,
      sampling,
      trials,
      share: ((i * 7) % (trials + 1)) / trials,
      uneven: trials / 4,
      yes: i % 3 > 0,
    };
  });
  const parts = [0, 1, 2].map((s) => ({ name: `s${s}`, rows: rows.slice(120 * s, 120 * (s + 1)) }));
  const sites = (policy: object) => localFederation(parts.map((part) => ({ ...part, ...policy })));

  it.each([
    ["trials", true],
    ["sampling", false],
  ])("leave a linear model all but likelihood, AIC and BIC: %s", async (weights, isFew) => {
    const args = { formula: "y ~ x", family: "gaussian", weights } as const;
    const { report, ...value } = await (await sites({ policy: {} })).run(glm, args);
    const { report: _, ...wanted } = await (await sites({ policy: "open", reason: "made up by a test" })).run(
      glm,
      args,
    );
    expect(report.sites.map(({ state }) => state)).toEqual(["answered", "answered", "answered"]);
    expect(wanted.aic).not.toBeNull();
    expect(wanted.warnings).toEqual([]);
    expect(value).toEqual({
      ...wanted,
      ...(isFew && {
        logLikelihood: null,
        aic: null,
        bic: null,
        warnings: [expect.stringContaining("Likelihood, AIC and BIC are left out")],
      }),
    });
  });

  it.each([
    ["share", "trials"],
    // What R rounds.
    ["yes", "uneven"],
  ])("leave a binomial model all but these: %s, weighted by %s", async (outcome, weights) => {
    const args = { formula: `${outcome} ~ x`, family: "binomial", weights } as const;
    const few = await sites({ policy: {} });
    const open = await sites({ policy: "open", reason: "made up by a test" });
    const [value, wanted] = [await few.run(glm, args), await open.run(glm, args)];
    expect(value.report.sites.map(({ state }) => state)).toEqual(["answered", "answered", "answered"]);
    closeAll(value.coefficients, wanted.coefficients, "coefficients", 1e-10, wanted.standardErrors);
    closeAll(value.standardErrors, wanted.standardErrors, "standard errors", 1e-10);
    close(value.deviance, wanted.deviance as number, "deviance");
    close(value.nullDeviance, wanted.nullDeviance as number, "null deviance");
    close(value.pearsonChiSquared, wanted.pearsonChiSquared as number, "Pearson");
    expect([value.logLikelihood, value.aic, value.bic]).toEqual([null, null, null]);
    expect(wanted.aic).not.toBeNull();
    expect(value.warnings).toEqual([
      ...wanted.warnings,
      expect.stringContaining("Likelihood, AIC and BIC are left out"),
    ]);
    // R's starting means are a form of the weights.
    await expect(few.run(glm, { ...args, control: "R" })).rejects.toMatchObject({ code: "CELL_TOO_SMALL" });
  });

  it("differ in AIC as the warning says", async () => {
    const federation = await sites({ policy: "open", reason: "made up by a test" });
    const of = async (
      formula: string,
      family: "gaussian" | "binomial",
    ): Promise<readonly [number, number]> => {
      const value = await federation.run(glm, { formula, family, weights: "trials" });
      const deviance = value.deviance ?? Number.NaN;
      const told = family === "gaussian" ? value.n * Math.log(deviance) : deviance;
      return [value.aic ?? Number.NaN, told + 2 * value.rank];
    };
    for (const [outcome, family] of [
      ["y", "gaussian"],
      ["share", "binomial"],
    ] as const) {
      const [aic, told] = await of(`${outcome} ~ x`, family);
      const [other, likewise] = await of(`${outcome} ~ x + sampling`, family);
      expect(aic - other).toBeCloseTo(told - likewise, 9);
    }
  });
});

describe("weights and proportions", () => {
  const rows = goldenRows("infert.csv");

  it("takes proportions of so many trials, as R", async () => {
    const shares = rows.map((row, i) => ({ ...row, share: ((i + 1) % 5) / 4, trials: 4 }));
    const value = await run(shares, 3, { formula: "share ~ age", family: "binomial", weights: "trials" });
    closeAll(value.coefficients, [0.12950538108970355, -0.004110761653132141], "coefficients");
    closeAll(value.standardErrors, [0.387001053021696, 0.012117716267525969], "standard errors");
    close(value.deviance, 647.96192210697, "deviance");
    close(value.aic, 922.6540908792111, "AIC");
    expect(value.events).toBeNull();
  });

  it("leaves out rows of weight zero, as R", async () => {
    const weighted = rows.map((row, i) => ({ ...row, zero: (i + 1) % 3 }));
    const args = { formula: "case ~ age + spontaneous", family: "binomial", weights: "zero" } as const;
    const value = await run(weighted, 3, args);
    expect([value.n, value.dfResidual, value.dfNull]).toEqual([166, 163, 165]);
    closeAll(
      value.standardErrors,
      [0.9246969048814212, 0.027739303566472893, 0.19076610602817154],
      "standard errors",
    );
    close(value.nullDeviance, 318.3523138465561, "null deviance");
    close(value.aic, 289.7613013427096, "AIC");
    expect(value.warnings).toEqual([expect.stringMatching(/^82 rows of weight zero in "zero" are left out/)]);
  });

  it("refuses negative weights", async () => {
    const weighted = rows.map((row, i) => ({ ...row, negative: i - 3 }));
    await expect(
      run(weighted, 1, { formula: "case ~ age", family: "binomial", weights: "negative" }),
    ).rejects.toMatchObject({ code: "DATA_INVALID" });
  });
});

describe("outcomes", () => {
  const rows = goldenRows("lung.csv").map((row) => ({
    ...row,
    dead: row["status"] === 1,
    word: row["status"] === 1 ? "dead" : "alive",
    code: row["status"] === 1 ? 2 : 1,
  }));

  it("are the same as numbers, yes/no, categories, chosen levels and comparisons", async () => {
    const number = await run(rows, 3, { formula: "status ~ age + sex", family: "binomial" });
    expect(number.events).toBe(165);
    const levels = { code: ["1", "2"], word: ["alive", "dead"] };
    for (const args of [
      { formula: "dead ~ age + sex" },
      { formula: "word ~ age + sex", levels },
      { formula: "code ~ age + sex", levels },
      { formula: "factor(code) ~ age + sex" },
      { formula: "(code == 2) ~ age + sex" },
      { outcome: "dead", terms: ["age", "sex"] },
    ]) {
      const value = await run(rows, 3, { ...args, family: "binomial" });
      expect(value.coefficients).toEqual(number.coefficients);
      expect(value.events).toBe(165);
    }
  });

  it("has the second level as the event", async () => {
    const levels = { word: ["dead", "alive"] };
    const value = await run(rows, 2, { formula: "word ~ 1", family: "binomial", levels });
    expect([value.event, value.events]).toEqual(["alive", 63]);
    close(value.coefficients[0], Math.log(63 / 165), "log odds");
  });

  it.each([
    ["inst ~ age", "binomial", "DATA_INVALID"],
    ["I(age - 100) ~ sex", "poisson", "DATA_INVALID"],
    ["sex ~ age", "poisson", "COLUMN_TYPE"],
    ["factor(ph.ecog) ~ age", "binomial", "COLUMN_TYPE"],
  ] as const)("says why %s is not %s", async (formula, family, code) => {
    await expect(run(rows, 1, { formula, family })).rejects.toMatchObject({ code });
  });
});

describe("arguments", () => {
  it.each([
    [{ family: "binomial" }, "ARGUMENT_INVALID"],
    [{ formula: "y ~ x", outcome: "y", family: "binomial" }, "ARGUMENT_INVALID"],
    [{ formula: "y ~ x", family: "gaussian", link: "log" }, "ARGUMENT_INVALID"],
    [{ formula: "y ~ x", family: "gamma" }, "ARGUMENT_INVALID"],
    [{ formula: "y ~ x + strata(site)", family: "binomial" }, "FORMULA_UNSUPPORTED"],
    [{ formula: "y ~ 0", family: "binomial" }, "FORMULA_UNSUPPORTED"],
    [{ formula: "~ x", family: "binomial" }, "FORMULA_VARIABLE"],
    [{ formula: "Surv(t, e) ~ x", family: "binomial" }, "FORMULA_VARIABLE"],
    [{ formula: "y ~ x", family: "binomial", iteration: 3 }, "ARGUMENT_UNKNOWN"],
  ])("%j is %s", (args, code) => {
    expect(() => glm.parse(args)).toThrow(expect.objectContaining({ code }));
  });

  it("points from strata(site) to a fixed effect", () => {
    expect(() => glm.parse({ formula: "y ~ x + strata(site)", family: "poisson" })).toThrow('"+ site"');
  });
});

describe("hard cases", () => {
  const open = { policy: "open", reason: "rows made up by a test" } as const;
  const numbers = [1, 2, 3, 4, 5, 6].map((x) => ({ x, y: 2 * x + 1, z: 7, g: x < 4 ? "a" : "b", w: x }));

  it("fits a line through points on it", async () => {
    const value = await run(numbers, 2, { formula: "y ~ x", family: "gaussian" });
    closeAll(value.coefficients, [1, 2], "coefficients", 1e-12);
    expect(value.deviance).toBeLessThan(1e-20);
    expect(value.converged).toBe(true);
  });

  it("leaves out a constant column", async () => {
    const value = await run(numbers, 2, { formula: "y ~ x + z", family: "gaussian" });
    expect(value.aliased).toEqual([false, false, true]);
    expect(value.coefficients[2]).toBeNull();
    expect(value.rank).toBe(2);
    expect(value.warnings.join()).toContain("z");
  });

  it("says of a column that is zero for everyone that it is", async () => {
    const columns = numbers.map((row) => ({ ...row, none: 0 }));
    const { warnings } = await run(columns, 2, { formula: "y ~ x + none + z", family: "gaussian" });
    expect(warnings).toEqual([
      expect.stringContaining("for none: its column is 0 for everyone at the sites that answered."),
      expect.stringContaining("for z: the columns before it add up to its column."),
    ]);
  });

  it("answers with sites that lack a level or have no row", async () => {
    const federation = await localFederation([
      { name: "a", rows: numbers.slice(0, 3), ...open },
      { name: "b", rows: numbers.slice(3), ...open },
      { name: "c", rows: rowsSource([], ["x", "y", "z", "g", "w"]), ...open },
    ]);
    const value = await federation.run(glm, { formula: "x ~ g", family: "gaussian" });
    closeAll(value.coefficients, [2, 3], "means", 1e-12);
    expect(value.n).toBe(6);
  });

  it("has no standard error for one row", async () => {
    const value = await run(numbers.slice(0, 1), 1, { formula: "y ~ x", family: "gaussian" });
    expect([value.n, value.rank, value.dfResidual]).toEqual([1, 1, 0]);
    expect(value.coefficients).toEqual([3, null]);
    expect(value.standardErrors).toEqual([null, null]);
    expect(value.dispersion).toBeNull();
  });

  it("says that a model of as many coefficients as rows tells nothing of chance", async () => {
    const rows = numbers.slice(0, 3).map((row, i) => ({ ...row, level: "abc"[i] }));
    const saturated = await run(rows, 3, { formula: "y ~ level", family: "gaussian" });
    expect([saturated.dfResidual, saturated.dispersion, saturated.logLikelihood, saturated.aic]).toEqual([
      0,
      null,
      null,
      null,
    ]);
    expect(saturated.coefficients).not.toContain(null);
    expect(saturated.warnings).toEqual([
      expect.stringContaining("as many coefficients as rows (3) and goes through each of them"),
    ]);
    const poisson = await run(rows, 3, { formula: "y ~ level", family: "poisson" });
    expect(poisson.standardErrors).not.toContain(null);
    expect(poisson.warnings).toEqual([]);
  });

  it("says when no row is left", async () => {
    const rows = numbers.map((row) => ({ ...row, w: 0 }));
    await expect(run(rows, 1, { formula: "y ~ x", family: "gaussian", weights: "w" })).rejects.toMatchObject({
      code: "DATA_EMPTY",
    });
  });

  it("says that nobody has an event", async () => {
    const rows = numbers.map((row) => ({ ...row, y: 0 }));
    const value = await run(rows, 2, { formula: "y ~ 1", family: "binomial" });
    expect([value.separation, value.infinite[0], value.events, value.nullDeviance]).toEqual([
      true,
      "negative",
      0,
      0,
    ]);
  });

  it("has the intercept's model as the null model", async () => {
    const plain = await run(numbers, 2, { formula: "w ~ 1 + offset(log(y))", family: "poisson" });
    close(plain.nullDeviance, plain.deviance, "null deviance");
  });

  it("says when a link has its best fit at the end of the range", async () => {
    const args = { formula: "death ~ nodes", family: "binomial", link: "log" } as const;
    await expect(run(goldenRows("rotterdam.csv"), 1, args)).rejects.toMatchObject({ code: "NOT_ESTIMABLE" });
  });

  it("says that it did not converge", async () => {
    const args = { formula: "case ~ age", family: "binomial", iterations: 1 } as const;
    const value = await run(goldenRows("infert.csv"), 1, args);
    expect(value.converged).toBe(false);
    expect(value.warnings.join()).toContain("did not converge");
  });
});

describe("under a hospital's policy", () => {
  const random = uniform(4);
  const rows = Array.from({ length: 600 }, () => {
    const x = Math.round(random() * 100);
    return { x, y: x > 50, z: random() < 0.3, spot: random() < 0.005 ? 1000 : random() };
  });
  const sites = splitSites(rows, 3, 1).map(({ name, rows: own }) => ({ name, rows: own }));

  it("answers what an open policy answers", async () => {
    const federation = await localFederation(sites);
    const value = await federation.run(glm, { formula: "z ~ x", family: "binomial" });
    const open = await run(rows, 3, { formula: "z ~ x", family: "binomial" }, 1);
    expect(value.coefficients).toEqual(open.coefficients);
  });

  it("ends when a separated fit comes to rest on few people, and says separation", async () => {
    const federation = await localFederation(sites);
    const value = await federation.run(glm, { formula: "y ~ x", family: "binomial" });
    expect([value.separation, value.converged]).toEqual([true, false]);
    expect(value.coefficients).toEqual([null, null]);
    expect(value.warnings.join()).toContain("fewer people");
  });

  it.each(["gaussian", "poisson", "binomial"] as const)(
    "refuses an outcome of two values of which one has few people: %s",
    async (family) => {
      const federation = await localFederation(
        ["a", "b", "c"].map((name) => ({
          name,
          rows: Array.from({ length: 60 }, (_, i) => ({
            x: i,
            rare: i === 7 || i === 30,
            common: i % 3 === 0,
            heavy: i === 7 || i === 30 ? 2 : 1,
          })),
        })),
      );
      const refused = federation.run(glm, { formula: "rare ~ x", family });
      await expect(refused).rejects.toMatchObject({ code: "CELL_TOO_SMALL" });
      const weighted = federation.run(glm, { formula: "common ~ x", family, weights: "heavy" });
      await expect(weighted).rejects.toMatchObject({ code: "CELL_TOO_SMALL" });
      expect((await federation.run(glm, { formula: "common ~ x", family })).n).toBe(180);
    },
  );

  it("refuses a column that singles out a few", async () => {
    const federation = await localFederation(sites);
    await expect(
      federation.run(glm, { formula: "z ~ I((x / 100)^200)", family: "binomial" }),
    ).rejects.toMatchObject({ code: "CELL_TOO_SMALL" });
    await expect(
      federation.run(glm, { formula: "z ~ I(x == 100)", family: "binomial" }),
    ).rejects.toMatchObject({ code: "EXPRESSION_NOT_PERMITTED" });
  });

  it("refuses it moved by a constant, as outcome, weights or offset too", async () => {
    const federation = await localFederation(
      ["a", "b", "c"].map((name) => ({
        name,
        rows: Array.from({ length: 200 }, (_, i) => {
          const age = i === 17 ? 97 : 40 + ((7 * i) % 41);
          return { age, z: i % 3 === 0, s: i % 10, heavy: 1 + ((age - 60) / 40) ** 40 };
        }),
      })),
    );
    const spotlight = "((age - 60) / 40)^40";
    for (const args of [
      { formula: `z ~ I(1 + ${spotlight})`, family: "binomial" },
      { formula: `z ~ 0 + I(1 + ${spotlight})`, family: "binomial" },
      { formula: `I(1 + ${spotlight}) ~ 1`, family: "gaussian" },
      { formula: `s ~ age + offset(${spotlight})`, family: "gaussian" },
      { formula: `s ~ age + offset(1 + ${spotlight})`, family: "poisson" },
      { formula: "s ~ age", family: "gaussian", weights: "heavy" },
    ] as const)
      await expect(federation.run(glm, args), args.formula).rejects.toMatchObject({ code: "CELL_TOO_SMALL" });
    const honest = { formula: "s ~ age + offset(log(age))", family: "poisson" } as const;
    expect((await federation.run(glm, honest)).converged).toBe(true);
  });

  it("answers with the long tails of the breast cancer study", async () => {
    const federation = await localFederation(hospitals("hospital"));
    const reference = await localFederation(hospitals("open"));
    for (const args of [
      { formula: "event ~ age + nodes + pgr + er + hormon", family: "binomial" },
      { formula: "nodes ~ age + pgr + hormon", family: "poisson" },
      { formula: "event ~ age + nodes + offset(log(days))", family: "poisson" },
      { formula: "log(days) ~ age * hormon + I(age^2) + er", family: "gaussian" },
    ] as const) {
      const value = await federation.run(glm, args);
      expect(value.converged, args.formula).toBe(true);
      const all = await reference.run(glm, args);
      if (value.n === all.n) expect(value.coefficients).toEqual(all.coefficients);
    }
  });
});

describe("the view", () => {
  it("has a forest of odds ratios with the reference, and broom's names", async () => {
    const value = await run(goldenRows("lung.csv"), 1, { formula: "status ~ age + sex", family: "binomial" });
    const view = glm.view(value);
    expect(view.tables?.[0]?.columns.map(({ name }) => name)).toEqual(
      "term estimate std.error statistic p.value conf.low conf.high odds.ratio odds.ratio.low odds.ratio.high".split(
        " ",
      ),
    );
    const [forest] = view.figures ?? [];
    expect(forest).toMatchObject({ kind: "forest", label: "Odds ratio", scale: "log" });
    expect(forest?.kind === "forest" ? forest.rows.map(({ kind, label }) => [kind, label]) : []).toEqual([
      ["estimate", "age"],
      ["heading", "sex"],
      ["reference", "female"],
      ["estimate", "male"],
    ]);
  });

  it("has no figure for differences of means", async () => {
    const value = await run(goldenRows("lung.csv"), 1, { formula: "time ~ age", family: "gaussian" });
    expect(glm.view(value).figures).toEqual([]);
    expect(value.expCoefficients).toBeNull();
  });
});
