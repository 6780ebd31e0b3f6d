import { localFederation } from "@konsil/sdk";
import { describe, expect, it } from "vitest";
import { type GoldenCase, goldenCases, goldenRows, splitSites } from "../../../test/goldens.ts";
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

let worst = { difference: 0, what: "" };

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
  if (tolerance === 1e-8 && difference / size > worst.difference)
    worst = { difference: difference / size, what };
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
      const tolerance = (one.arguments as { control?: unknown }).control === "R" ? 1e-6 : 1e-8;
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
      if (tolerance === 1e-6) expect(value.iterations).toBe(expected.iterations);
      const errors = expected.standard_errors;
      closeAll(value.coefficients, expected.coefficients, `${about}coefficients`, tolerance, errors);
      closeAll(value.standardErrors, errors, `${about}standard errors`, tolerance);
      closeAll(
        value.statistics,
        expected.statistics,
        `${about}statistics`,
        tolerance,
        errors.map(() => 1),
      );
      closeAll(value.p, expected.p, `${about}p`, Math.max(tolerance, 1e-6));
      closeAll(value.lower, expected.lower_t ?? expected.lower, `${about}lower`, tolerance, errors);
      closeAll(value.upper, expected.upper_t ?? expected.upper, `${about}upper`, tolerance, errors);
      for (const [a, term] of expected.variance_terms.entries())
        for (const [b, other] of expected.variance_terms.entries()) {
          const [i, j] = [value.terms.indexOf(term), value.terms.indexOf(other)];
          const scale = Math.sqrt((expected.variance[a]?.[a] ?? 0) * (expected.variance[b]?.[b] ?? 0));
          close(
            value.covariance[i]?.[j],
            expected.variance[a]?.[b] ?? null,
            `${about}covariance`,
            tolerance,
            scale,
          );
        }
      close(value.dispersion, expected.dispersion, `${about}dispersion`, tolerance);
      close(value.deviance, expected.deviance, `${about}deviance`, tolerance);
      close(value.nullDeviance, expected.null_deviance, `${about}null deviance`, tolerance);
      close(value.logLikelihood, expected.log_likelihood, `${about}log-likelihood`, tolerance);
      close(value.aic, expected.aic, `${about}AIC`, tolerance);
      close(value.bic, expected.bic, `${about}BIC`, tolerance);
      close(value.pearsonChiSquared, expected.pearson_chisq, `${about}Pearson`, tolerance);
      if (expected.certified !== undefined) {
        closeAll(value.coefficients, expected.certified.coefficients, `${about}certified coefficients`);
        closeAll(value.standardErrors, expected.certified.standard_errors, `${about}certified errors`);
      }
    });
  },
);

it("tells its largest difference from R", () => {
  if (process.env.SHOW === "1") console.log(worst);
  expect(worst.difference).toBeLessThan(1e-8);
});

describe.each(cases.filter(runsAway).map((one) => [one.name, one] as const))("%s", (_name, one) => {
  it.each([1, 4])("is said from %i sites", async (parts) => {
    const value = await run(goldenRows(one.data), parts, argumentsOf(one));
    if (process.env.SHOW === "1")
      console.log(
        _name,
        value.iterations,
        one.expected.iterations,
        value.deviance,
        one.expected.deviance,
        value.infinite,
        value.warnings,
        value.coefficients,
        one.expected.coefficients,
        one.expected.warnings,
      );
  });
});
