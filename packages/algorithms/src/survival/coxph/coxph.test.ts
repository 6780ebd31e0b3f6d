import { isKonsilError } from "@konsil/core";
import { localFederation } from "@konsil/sdk";
import { afterAll, describe, expect, it } from "vitest";
import { type GoldenCase, goldenCases, goldenRows, splitSites } from "../../../test/goldens.ts";
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
    ...(weights === undefined ? {} : { weights: String(weights) }),
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
    close(value.z[i], expected.z[i], `${at} z`, tolerance, 1);
    // A p value changes by its z times as much as z does.
    close(value.p[i], expected.p[i], `${at} p`, tolerance * (1 + (expected.z[i] ?? 0) ** 2));
    close(value.lower[i], expected.lower[i], `${at} lower`, tolerance, error);
    close(value.upper[i], expected.upper[i], `${at} upper`, tolerance, error);
    close(value.hazardRatioLower[i], expected.exp_lower[i], `${at} ratio, lower`, tolerance * 2);
    close(value.hazardRatioUpper[i], expected.exp_upper[i], `${at} ratio, upper`, tolerance * 2);
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
    close(actual?.statistic, wanted.statistic, `${where} ${name}`, tolerance, 1e-2);
    close(actual?.p, wanted.p, `${where} ${name} p`, tolerance * (1 + wanted.statistic));
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

  it.each(regular.map((golden) => [golden.name, golden] as const))("%s", async (name, golden) => {
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
      const value = await federation.run(coxph, args);
      compare(value, golden.expected, `${name}, ${parts} sites`, tolerance, isRobust);
      if (args.control === "R") expect(value.iterations).toBe(golden.expected.iterations);
      expect(value.strata.bySite).toBe(false);
    }
    // With one site, strata(site) is one stratum more of everything.
    const federation = await localFederation([{ name: "only", rows, ...open }]);
    const bySite = await federation.run(coxph, { ...args, formula: `${args.formula} + strata(site)` });
    compare(bySite, golden.expected, `${name}, by site`, tolerance, isRobust);
    expect(bySite.strata.bySite).toBe(true);
  });

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
        for (const formula of parts === 1
          ? [args.formula, `${args.formula} + strata(site)`]
          : [args.formula]) {
          const value = await federation.run(coxph, { ...args, formula });
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
