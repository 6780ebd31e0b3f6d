import {
  AnalysisError,
  ArgumentError,
  byCodePoint,
  type Central,
  counted,
  exactnessWords,
  isKonsilError,
  listing,
  type Pooled,
} from "@konsil/core";
import type { z } from "zod";
import { formulaVariables } from "../../formula/index.ts";
import { knowVariables, noRowLeft, type variablesStep } from "../../model/index.ts";
import { isRunawayRefusal, Withheld } from "../../model/withheld.ts";
import { finiteOrNull, unpackLower } from "../../numeric/index.ts";
import { coxFormula, type coxphArguments } from "./arguments.ts";
import { type CoxModel, coxDesign, positions, readModel, type Scaling } from "./cox-model.ts";
import { type CoxphSite, type CoxphValue, coxphValue, withoutEvents } from "./coxph-value.ts";
import { coxEventTimesStep } from "./event-times.step.ts";
import { coxInformationStep } from "./information.step.ts";
import { coxMomentsStep } from "./moments.step.ts";
import { maximize } from "./newton.ts";
import type { PartialLikelihood } from "./partial-likelihood.ts";
import { pooledLikelihood, type StratumTimes } from "./pooled-likelihood.ts";
import { coxRiskSumsStep } from "./risk-sums.step.ts";
import { coxSiteStep } from "./site.step.ts";
import { coxStrataStep } from "./strata.step.ts";

type Steps =
  | typeof variablesStep
  | typeof coxMomentsStep
  | typeof coxStrataStep
  | typeof coxEventTimesStep
  | typeof coxRiskSumsStep
  | typeof coxInformationStep
  | typeof coxSiteStep;

type Arguments = z.output<typeof coxphArguments>;

interface Evaluated extends PartialLikelihood {
  readonly n: number;
  readonly events: number;
}

type Evaluate = (beta: Float64Array) => Promise<Evaluated | undefined>;

/** A variance this small beside the square of the mean is rounding. */
const constantBelow = 1e-13;

function scalingOf(moments: {
  /** Σ w, and Σ w·offset. */
  readonly totals: Float64Array;
  readonly sum: Float64Array;
  readonly squares: Float64Array;
}): Scaling {
  const total = moments.totals[0] as number;
  const centre = Array.from(moments.sum, (sum) => sum / total);
  const factor = centre.map((mean, j) => {
    const square = (moments.squares[j] as number) / total;
    const variance = square - mean * mean;
    return variance > constantBelow * square ? 1 / Math.sqrt(variance) : 0;
  });
  return { centre, factor, offset: (moments.totals[1] as number) / total };
}

const insteadOfPooling =
  "A Cox model that is pooled over sites needs every event time exactly. Leave stratifyBySite: false out: then each site is a stratum of its own, and no event time leaves it.";

/** Where no site will answer, nothing is asked of one. @throws ArgumentError EVENT_TIMES_NOT_PERMITTED */
function requireExactTimes({ eventTimes }: Pick<Central<Steps>, "eventTimes">): void {
  const modes = [...eventTimes().values()];
  if (modes.length > 0 && !modes.includes("exact"))
    throw new ArgumentError(
      "EVENT_TIMES_NOT_PERMITTED",
      `${insteadOfPooling} ${modes.length === 1 ? "The site does not release" : `None of the ${modes.length} sites releases`} exact event times (eventTimes ${listing([...new Set(modes)].map((mode) => `"${mode}"`))}).`,
    );
}

/** Asks for the pooled times of events by stratum. @throws ArgumentError EVENT_TIMES_NOT_PERMITTED */
async function poolTimes(context: Central<Steps>, model: CoxModel): Promise<readonly StratumTimes[]> {
  const { times } = await context.pool(coxEventTimesStep, { model }).catch((error: unknown) => {
    if (isKonsilError(error) && error.code === "EVENT_TIMES_NOT_PERMITTED")
      throw new ArgumentError(
        "EVENT_TIMES_NOT_PERMITTED",
        `${insteadOfPooling} ${error.message.replace(/ {2}\[[A-Z_]+\]$/, "")}`,
        { cause: error },
      );
    throw error;
  });
  if (times.exactness.mode !== "exact")
    throw new ArgumentError(
      "EVENT_TIMES_NOT_PERMITTED",
      `${insteadOfPooling} Some sites release event times (eventTimes) only so: ${exactnessWords(times.exactness)}.`,
    );
  return times.cells.map(({ at, people, weight }) => ({
    at: Array.from(at),
    tied: positions(at.length).filter((k) => (people.event[k] as number) > 1),
    deaths: people.event,
    weights: weight.event,
  }));
}

/** Every stratum lies inside one site: sites answer with the likelihood itself. */
function evaluateByStrata(
  context: Central<Steps>,
  model: CoxModel,
  ties: Arguments["ties"],
  scaling: Scaling,
): Evaluate {
  let isTold = false;
  return async (beta) => {
    const pooled = await context.pool(coxStrataStep, { model, ties, scaling, beta: Array.from(beta) });
    if (pooled.ownSites.any[0] === true && !isTold) {
      isTold = true;
      context.warn(
        'The data of some sites have a column "site" of their own. Its levels were taken as strata within each site.',
      );
    }
    if (pooled.overflow.any[0] === true) return undefined;
    const { events, score } = pooled;
    return {
      n: events + pooled.censored,
      events,
      score,
      logLikelihood: pooled.logLikelihood[0] as number,
      information: unpackLower(pooled.information, score.length),
    };
  };
}

/** A rule of thumb (Peduzzi et al. 1995). */
const eventsPerParameter = 10;

/** After the first evaluation, a site's refusal to go on is told to the search, which knows whether coefficients run away. */
function orWithheld(evaluate: Evaluate): (beta: Float64Array) => Promise<Evaluated | Withheld | undefined> {
  return (beta) =>
    evaluate(beta).catch((error: unknown) => {
      if (isRunawayRefusal(error)) return new Withheld(error);
      throw error;
    });
}

/** Strata reach over sites: sites answer with sums by time of events. */
function evaluatePooled(
  context: Central<Steps>,
  model: CoxModel,
  ties: Arguments["ties"],
  scaling: Scaling,
  strata: readonly StratumTimes[],
): Evaluate {
  const times = strata.map(({ at, tied }) => ({ at: [...at], tied: [...tied] }));
  return async (coefficients) => {
    const asked = { model, ties, scaling, times, beta: Array.from(coefficients) };
    const pooled = await context.pool(coxRiskSumsStep, asked);
    if (pooled.overflow.any[0] === true) return undefined;
    const first = pooledLikelihood(pooled, strata, coefficients.length, ties);
    if (first === undefined) return undefined;
    const { logLikelihood, score, outer, hazard, tiedHazard } = first;
    const second = await context.pool(coxInformationStep, {
      ...asked,
      hazard: Array.from(hazard),
      tiedHazard: Array.from(tiedHazard),
    });
    if (second.overflow.any[0] === true) return undefined;
    const information = unpackLower(second.information, score.length).map(
      (value, at) => value - (outer[at] as number),
    );
    return { logLikelihood, score, information, n: pooled.events + pooled.censored, events: pooled.events };
  };
}

/** Fits a Cox model. @throws ArgumentError, DataError, AnalysisError, RefusalError, SiteError */
export async function coxphCentral(args: Arguments, outer: Central<Steps>): Promise<CoxphValue> {
  const warnings: string[] = [];
  const warn = (message: string): void => {
    warnings.push(message);
    outer.warn(message);
  };
  const context: Central<Steps> = { ...outer, warn };
  const text = coxFormula(args);
  const { formula, bySite } = readModel({ formula: text });
  const weights = args.weights ?? null;
  const needed = formulaVariables(formula);
  const { asked, shown } = await knowVariables(context, {
    columns: needed.columns,
    factors: needed.factors,
    complete: [
      ...needed.response,
      ...needed.numbers,
      ...(weights === null ? [] : [weights]),
      ...(bySite ? ["site"] : []),
    ],
    levels: args.levels,
    rareLevels: args.rareLevels,
  });
  if (!bySite) requireExactTimes(context);
  const model: CoxModel = {
    formula: text,
    variables: asked.variables as CoxModel["variables"],
    others: asked.others,
    weights,
  };
  const design = coxDesign(model);
  const named = { ...model, variables: shown as CoxModel["variables"] };
  const { ties, control, tolerance, confidenceLevel } = args;
  const iterations = args.iterations ?? (control === "R" ? 20 : 40);

  // Both are asked at once; what is wrong with the first is said first.
  const [moments, times] = await Promise.allSettled([
    context.pool(coxMomentsStep, { model }),
    bySite ? [] : poolTimes(context, model),
  ]);
  if (moments.status === "rejected") throw moments.reason;
  if (times.status === "rejected") throw times.reason;
  const { events } = moments.value;
  const n = events + moments.value.censored;
  if (n === 0) throw noRowLeft([...needed.all, ...(weights === null ? [] : [weights])]);
  const scaling = scalingOf(moments.value);
  const described = {
    formula: text,
    ties,
    weights,
    confidenceLevel,
    stratifiedBySite: bySite,
    // As a result names it: a level may be told apart at some sites only.
    model: named,
    design: coxDesign(named),
    means: scaling.centre,
    factor: scaling.factor,
    control,
    warnings,
    warn,
  };
  if (events === 0) return withoutEvents({ ...described, n, events });

  const evaluate = bySite
    ? evaluateByStrata(context, model, ties, scaling)
    : evaluatePooled(context, model, ties, scaling, times.value);
  const start = await evaluate(new Float64Array(design.columns.length));
  if (start === undefined)
    throw new AnalysisError(
      "NOT_ESTIMABLE",
      `The offset of the Cox model is out of the range of numbers: its exponential is infinite for some rows. Look at ${listing(formula.offsets.map((offset) => offset.text))}.`,
    );
  const fit = await maximize(start, orWithheld(evaluate), {
    control,
    tolerance,
    iterations,
    factor: scaling.factor,
  });
  if (fit.withheld !== null && fit.infinite.every((sign) => sign === 0)) throw fit.withheld.error;
  if (
    fit.converged &&
    fit.infinite.every((sign) => sign === 0) &&
    events < eventsPerParameter * design.columns.length
  )
    context.warn(
      `There ${events === 1 ? "is" : "are"} ${counted(events, "event")} for ${counted(design.columns.length, "coefficient")}: with fewer than ${eventsPerParameter} events for each, estimates are often far off and their intervals too narrow. Use fewer terms.`,
    );
  const sites = args.perSite
    ? await context.pool(coxSiteStep, { model, ties, scaling, tolerance, iterations })
    : null;
  return coxphValue(fit, {
    ...described,
    n: start.n,
    events: start.events,
    sites: sites === null ? null : estimatesBySite(sites, scaling.factor),
  });
}

/** Each site's own estimates, by name. */
function estimatesBySite(
  pooled: Pooled<(typeof coxSiteStep)["output"]>,
  factor: readonly number[],
): readonly CoxphSite[] {
  const names = [...pooled.events.keys()].sort(byCodePoint);
  return names.map((site) => {
    const estimable = pooled.estimable.get(site)?.all ?? [];
    // What a site withheld is not a number.
    const each = (values: ArrayLike<number> | undefined): readonly (number | null)[] =>
      factor.map((scale, j) => (estimable[j] === true ? finiteOrNull((values?.[j] ?? 0) * scale) : null));
    const events = pooled.events.get(site) ?? 0;
    return {
      site,
      n: events + (pooled.censored.get(site) ?? 0),
      events,
      coefficients: each(pooled.coefficients.get(site)),
      standardErrors: each(pooled.standardErrors.get(site)),
    };
  });
}
