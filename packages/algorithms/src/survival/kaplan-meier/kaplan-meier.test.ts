import { localFederation } from "@konsil/sdk";
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
      1e-10 * Math.max(1, Math.abs(wanted)),
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
  },
);
