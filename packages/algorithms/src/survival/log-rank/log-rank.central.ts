import { ArgumentError, type Central, exactnessWords, isKonsilError, listing } from "@konsil/core";
import type { z } from "zod";
import { type Formula, formulaVariables, groupLabels, nameText, strataLabels } from "../../formula/index.ts";
import { knowVariables, noRowLeft, type variablesStep } from "../../model/index.ts";
import { chiSquaredCdf, cholesky, solve, unitDiagonal } from "../../numeric/index.ts";
import {
  formulaOf,
  parseSurvivalFormula,
  questionOf,
  separateSite,
  strataAndGroups,
  stratifiedFormula,
} from "../arguments.ts";
import { departuresStep } from "../kaplan-meier/departures.step.ts";
import type { logRankArguments } from "./arguments.ts";
import { logRankStep } from "./log-rank.step.ts";
import { addStratum, type LogRankSums, noSums } from "./sums.ts";

export interface LogRankGroup {
  readonly label: string;
  readonly levels: Readonly<Record<string, string>>;
  readonly n: number;
  /** Events; weighted when rho is not 0, and by site then only those while another group is at risk, as `expected`. */
  readonly observed: number;
  readonly expected: number;
}

/** Observed and expected events by group within one stratum. */
export interface LogRankStratum {
  readonly label: string;
  readonly observed: readonly number[];
  readonly expected: readonly number[];
}

export interface LogRankValue {
  /** Which test it is: "Log-rank test, stratified by site". */
  readonly test: string;
  readonly formula: string;
  /** Whether each site is a stratum of its own; else the test is pooled over sites. */
  readonly stratifiedBySite: boolean;
  readonly rho: number;
  readonly n: number;
  readonly events: number;
  readonly groups: readonly LogRankGroup[];
  /** Covariance of observed − expected. */
  readonly variance: readonly (readonly number[])[];
  /** Null when fewer than two groups are ever at risk of an event. */
  readonly chisq: number | null;
  readonly df: number;
  readonly p: number | null;
  /** Where strata are columns and not sites. */
  readonly strata: readonly LogRankStratum[] | null;
  readonly exactness: string | null;
}

type Arguments = z.output<typeof logRankArguments>;
type Context = Central<typeof variablesStep | typeof departuresStep | typeof logRankStep>;

/** χ² of observed against expected over the groups that expect anything, as R's survdiff. */
function statistic({ observed, expected, variance }: LogRankSums): {
  readonly chisq: number | null;
  readonly df: number;
} {
  const size = observed.length;
  const used = Array.from(expected.keys()).filter((g) => (expected[g] as number) > 0);
  const tested = used.slice(1);
  const df = Math.max(0, tested.length);
  if (df === 0) return { chisq: null, df };
  const difference = tested.map((g) => (observed[g] as number) - (expected[g] as number));
  const { matrix, scale } = unitDiagonal(
    Float64Array.from(tested.flatMap((g) => tested.map((h) => variance[g * size + h] as number))),
    df,
  );
  const decomposed = cholesky(matrix, df, 1e-10);
  if (decomposed.rank < df) return { chisq: null, df };
  const scaled = difference.map((d, i) => d / (scale[i] as number));
  const solved = solve(decomposed, scaled);
  return { chisq: scaled.reduce((sum, d, i) => sum + d * (solved[i] as number), 0), df };
}

function add(into: LogRankSums, more: LogRankSums): void {
  for (const key of ["observed", "expected", "variance"] as const) {
    const [target, source] = [into[key], more[key]];
    for (let i = 0; i < target.length; i++) target[i] = (target[i] as number) + (source[i] as number);
  }
}

function titleOf(rho: number, bySite: boolean, strata: boolean): string {
  const name =
    rho === 0
      ? "Log-rank test"
      : rho === 1
        ? "Peto and Peto test"
        : `Fleming and Harrington test (ρ = ${rho})`;
  if (bySite) return `${name}, stratified by site${strata ? " and by columns" : ""}`;
  return `${name}, ${strata ? "stratified by columns, " : ""}pooled over sites`;
}

/** Whether the groups are the sites, which nothing within a site compares. */
function comparesSites({ variables }: Formula, groups: readonly number[]): boolean {
  return groups.some((g) => variables[g]?.columns.includes("site") === true);
}

const insteadOfPooling =
  "Leave stratifyBySite: false out: then groups are compared within each site, and no time leaves one.";

/** Another test is never made in place of the one that was asked for: the researcher chooses it. */
function withinSites(error: unknown): unknown {
  if (!isKonsilError(error) || error.code !== "EVENT_TIMES_NOT_PERMITTED") return error;
  return new ArgumentError(
    "EVENT_TIMES_NOT_PERMITTED",
    `A log-rank test pooled over sites needs the times of events. ${insteadOfPooling} ${error.message.replace(/ {2}\[[A-Z_]+\]$/, "")}`,
    { cause: error },
  );
}

/** Batches spread over their cells are not what the test is made for: χ² of 8.6 from exact times came out as 4.9. */
function notInBatches(comparesSites: boolean, sites: readonly string[]): ArgumentError {
  const instead = comparesSites
    ? "Sites themselves can be compared only where times leave more exactly."
    : insteadOfPooling;
  return new ArgumentError(
    "EVENT_TIMES_NOT_PERMITTED",
    `A log-rank test pooled over sites needs the times of events, and by their policies (eventTimes "batches") these sites release them only in batches: ${listing(sites)}. ${instead}`,
  );
}

export async function testGroups(args: Arguments, context: Context): Promise<LogRankValue> {
  const given = args.group ?? [];
  const groupColumns = typeof given === "string" ? [given] : given;
  const strataTerm =
    (args.strata ?? []).length > 0 ? [`strata(${(args.strata ?? []).map(nameText).join(", ")})`] : [];
  const written = formulaOf(
    args,
    [...groupColumns.map(nameText), ...strataTerm],
    "time, event, group and strata",
  );
  const text = stratifiedFormula(written, args.stratifyBySite);
  const { formula, bySite } = separateSite(parseSurvivalFormula(text));
  const { strata, groups } = strataAndGroups(formula);
  const odd =
    groups.length === 0 ||
    formula.offsets.length > 0 ||
    formula.terms.some((term) => term.length > 1) ||
    formula.variables.some(({ kind }) => kind === "numeric");
  if (odd) {
    throw new ArgumentError(
      "FORMULA_VARIABLE",
      `The terms of "${written}" must be at least one group, and strata() if you like: "Surv(days, event) ~ grade + strata(stage)". Ranges of numbers are derived in the data with cut().`,
    );
  }
  const question = questionOf(formula, undefined);
  const { asked, shown } = await knowVariables(context, {
    columns: [],
    factors: [...question.columns, ...question.factors],
    complete: question.complete,
    levels: args.levels,
    rareLevels: args.rareLevels,
  });
  const labels = groupLabels(formula, shown, groups);
  const size = labels.length;
  const total = noSums(size);
  let n: ArrayLike<number>;
  let events = 0;
  let byStratum: readonly LogRankStratum[] | null = null;
  let exactness: string | null = null;
  if (bySite) {
    if (args.rho !== 0 && args.rho !== 1) {
      throw new ArgumentError(
        "ARGUMENT_INVALID",
        `Stratified by site, rho is 0 (log-rank) or 1 (Peto and Peto), not ${args.rho}: answers at many weights could be solved for single events. Pooled over sites (stratifyBySite: false), any rho from -5 to 5 is computed.`,
      );
    }
    const pooled = await context.pool(logRankStep, { formula: text, ...asked, rho: args.rho });
    n = pooled.events.map((d, g) => d + (pooled.censored[g] as number));
    events = pooled.events.reduce((sum, d) => sum + d, 0);
    total.observed.set(pooled.observed);
    total.expected.set(pooled.expected);
    total.variance.set(pooled.variance);
  } else {
    const requireTimes = (): void => {
      const inBatches = [...context.eventTimes()].flatMap(([site, mode]) =>
        mode === "batches" ? [site] : [],
      );
      if (inBatches.length > 0) throw notInBatches(comparesSites(formula, groups), inBatches);
    };
    // Where sites were asked for levels, this is known: nothing more leaves one for a test that cannot be made.
    requireTimes();
    const { departures: pooled } = await context
      .pool(departuresStep, { formula: text, ...asked, by: [...strata, ...groups], weights: null })
      .catch((error: unknown) => {
        throw comparesSites(formula, groups) ? error : withinSites(error);
      });
    requireTimes();
    exactness = exactnessWords(pooled.exactness);
    const cells = pooled.cells.map(({ at, people }) => ({
      at,
      event: people.event,
      censored: people.censored,
    }));
    const sizes = cells.map(({ event, censored }) =>
      event.reduce((sum, d, i) => sum + d + (censored[i] as number), 0),
    );
    n = labels.map((_, g) =>
      sizes.reduce((sum, people, cell) => (cell % size === g ? sum + people : sum), 0),
    );
    events = cells.reduce((sum, { event }) => sum + event.reduce((more, d) => more + d, 0), 0);
    const found = strataLabels(formula, shown).flatMap((label, layer): LogRankStratum[] => {
      const own = noSums(size);
      const here = cells.slice(layer * size, (layer + 1) * size);
      addStratum(own, here, args.rho);
      add(total, own);
      return here.some(({ at }) => at.length > 0)
        ? [{ label, observed: Array.from(own.observed), expected: Array.from(own.expected) }]
        : [];
    });
    if (strata.length > 0) byStratum = found;
  }
  const kept = labels.map((_, g) => g).filter((g) => (n[g] as number) > 0);
  if (kept.length === 0) throw noRowLeft(formulaVariables(formula).all);
  const { chisq, df } = statistic(total);
  if (chisq === null)
    context.warn(
      "The groups cannot be compared: fewer than two of them, or none apart from the others, are at risk when an event happens.",
    );
  return {
    test: titleOf(args.rho, bySite, strata.length > 0),
    formula: text,
    stratifiedBySite: bySite,
    rho: args.rho,
    n: kept.reduce((sum, g) => sum + (n[g] as number), 0),
    events,
    groups: kept.map((g) => ({
      ...(labels[g] as { label: string; levels: Record<string, string> }),
      n: n[g] as number,
      observed: total.observed[g] as number,
      expected: total.expected[g] as number,
    })),
    variance: kept.map((g) => kept.map((h) => total.variance[g * size + h] as number)),
    chisq,
    df,
    p: chisq === null ? null : chiSquaredCdf(chisq, df, { tail: "upper" }),
    strata:
      byStratum?.map(({ label, observed, expected }) => ({
        label,
        observed: kept.map((g) => observed[g] as number),
        expected: kept.map((g) => expected[g] as number),
      })) ?? null,
    exactness,
  };
}
