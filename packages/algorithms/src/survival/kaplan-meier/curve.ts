import type { Increments } from "@konsil/core";
import { normalQuantile } from "../../numeric/index.ts";
import { stepAt } from "../step-at.ts";
import type { ConfidenceType } from "./arguments.ts";
import { type Envelope, outcomes } from "./envelope.ts";

/** A step curve at each time at which somebody leaves, ascending. Arrays of equal length; counts are weighted. */
export interface Curve {
  readonly time: readonly number[];
  /** Just before each time. */
  readonly atRisk: readonly number[];
  readonly events: readonly number[];
  readonly censored: readonly number[];
  readonly survival: readonly number[];
  /** Of the survival; null once nobody survives. */
  readonly standardError: readonly (number | null)[];
  /** Of its logarithm. */
  readonly standardErrorLog: readonly (number | null)[];
  /** Confidence limits; where times are not exact, as wide as those from the exact times can be. */
  readonly lower: readonly (number | null)[];
  readonly upper: readonly (number | null)[];
}

/** Numbers at risk before each time: whoever leaves then or later. Added from the end, where sums are small. */
function atRiskBefore(events: Float64Array, censored: Float64Array): Float64Array {
  const atRisk = new Float64Array(events.length);
  let remaining = 0;
  for (let i = events.length - 1; i >= 0; i--) {
    remaining += (events[i] as number) + (censored[i] as number);
    atRisk[i] = remaining;
  }
  return atRisk;
}

/** Confidence limits of S(t) as R's survfit computes them (Kalbfleisch and Prentice 2002, section 1.4). */
function limits(
  survival: number,
  errorLog: number | null,
  z: number,
  type: ConfidenceType,
): readonly [number | null, number | null] {
  if (type === "none" || errorLog === null) return [null, null];
  switch (type) {
    case "plain":
      return [
        Math.max(0, survival - z * survival * errorLog),
        Math.min(1, survival + z * survival * errorLog),
      ];
    case "log":
      return [
        Math.exp(Math.log(survival) - z * errorLog),
        Math.min(1, Math.exp(Math.log(survival) + z * errorLog)),
      ];
    case "log-log": {
      // log(−log 1) is infinite: R has no limits there either.
      if (survival >= 1) return [null, null];
      const width = (z * errorLog) / Math.log(survival);
      const middle = Math.log(-Math.log(survival));
      return [Math.exp(-Math.exp(middle - width)), Math.exp(-Math.exp(middle + width))];
    }
  }
}

/** How confidence limits are made. */
export interface Confidence {
  readonly level: number;
  readonly type: ConfidenceType;
}

/**
 * Limits that hold those of the exact times, whatever S(t) and its variance between the bounds are. An upper limit holds until
 * the next time, a lower one since the last; where nobody may be left, there is no limit short of 0 and 1.
 *
 * All but one rise with S(t) and widen with the variance, so that the ends of both decide. Not the log-log type's lower
 * limit, exp(−L·exp(zσ/L)) with L = −log S: L·exp(zσ/L) falls in L until L = zσ and rises from there, so that either end may
 * be the worst.
 */
function limitsWithin(
  { least, most, varianceLog, until }: Envelope,
  { level, type }: Confidence,
): Pick<Curve, "lower" | "upper"> {
  if (type === "none") return { lower: least.map(() => null), upper: most.map(() => null) };
  const z = zOf(level);
  const side = (survival: number, variance: number, which: 0 | 1): number =>
    // Without an event there is no log-log limit, and S(t) is 1.
    Number.isFinite(variance) ? (limits(survival, Math.sqrt(variance), z, type)[which] ?? 1) : which;
  return {
    lower: least.map((survival, i) => {
      const variance = varianceLog[i] as number;
      const before = most[i - 1] ?? 1;
      const highest = Math.max(survival, Math.min(before, mostWithVariance(variance)));
      return type === "log-log"
        ? Math.min(side(survival, variance, 0), side(highest, variance, 0))
        : side(survival, variance, 0);
    }),
    upper: until.map((here) => {
      let highest = 0;
      for (const [survival, variance] of outcomes(here))
        highest = Math.max(highest, side(survival, variance, 1));
      return highest;
    }),
  };
}

/**
 * The most that S(t) can be when log S(t) has a variance; people are whole, as they are where times are not exact. d events
 * among n add ℓ = log(n/(n − d)) to L = −log S and d/(n(n − d)) = 4 sinh²(ℓ/2)/d to the variance, which is therefore at most
 * 4 sinh²(L/2): L is at least 2 asinh(σ/2). Nearer to 1 the variance is less, and L·exp(zσ/L) is at most
 * L·exp(z·sinh(L/2)/(L/2)), which rises with L up to there.
 */
const mostWithVariance = (variance: number): number => Math.exp(-2 * Math.asinh(Math.sqrt(variance) / 2));

const zOf = (level: number): number => normalQuantile((1 - level) / 2, { tail: "upper" });

/**
 * The Kaplan–Meier estimate (1958) with Greenwood's variance (1926) from who left when. Where times are only known to a
 * cell of a lattice, people are taken to leave evenly within it, as in a life table: events there happen among those
 * at risk less half of those who are censored (Böhmer 1912; Cutler & Ederer 1958).
 */
export function curveOf(
  { at, weight }: Increments<"event" | "censored">,
  envelope: Envelope | null,
  confidence: Confidence,
): Curve {
  const { event, censored } = weight;
  const atRisk = atRiskBefore(event, censored);
  const z = zOf(confidence.level);
  const survival: number[] = [];
  const standardErrorLog: (number | null)[] = [];
  const lower: (number | null)[] = [];
  const upper: (number | null)[] = [];
  let estimate = 1;
  let variance = 0;
  for (let i = 0; i < at.length; i++) {
    const d = event[i] as number;
    const n = (atRisk[i] as number) - (envelope === null ? 0 : (censored[i] as number) / 2);
    if (d > 0) {
      // Weighted counts of those at risk and of the dead differ by rounding when all die.
      const allDie = n - d <= 1e-12 * n;
      estimate = allDie ? 0 : estimate * ((n - d) / n);
      variance += allDie ? Number.POSITIVE_INFINITY : d / (n * (n - d));
    }
    const error = Number.isFinite(variance) ? Math.sqrt(variance) : null;
    survival.push(estimate);
    standardErrorLog.push(error);
    const [low, high] = limits(estimate, error, z, confidence.type);
    lower.push(low);
    upper.push(high);
  }
  return {
    time: Array.from(at),
    atRisk: Array.from(atRisk),
    events: Array.from(event),
    censored: Array.from(censored),
    survival,
    standardError: standardErrorLog.map((error, i) =>
      error === null ? null : error * (survival[i] as number),
    ),
    standardErrorLog,
    ...(envelope === null ? { lower, upper } : limitsWithin(envelope, confidence)),
  };
}

/** A curve at times of a table. `events` counts those since the time before. */
export interface AtTimes {
  readonly time: readonly number[];
  readonly atRisk: readonly number[];
  readonly events: readonly number[];
  readonly survival: readonly number[];
  readonly standardError: readonly (number | null)[];
  readonly lower: readonly (number | null)[];
  readonly upper: readonly (number | null)[];
}

/**
 * As R's summary(fit, times, extend = TRUE): before its first time a curve is 1, and so are its limits where it has any.
 * Where times are only known to a cell of a lattice (`isExact` false), the estimate at a time inside a cell lies on the line
 * between its ends, the lower limit is that of its end and the upper one that of its start.
 */
export function atTimes(
  curve: Curve,
  times: readonly number[],
  { type, isExact }: { readonly type: ConfidenceType; readonly isExact: boolean },
): AtTimes {
  const limitBefore = type === "none" ? null : 1;
  const sorted = [...times].sort((a, b) => a - b);
  const steps = sorted.map((time) => stepAt(curve.time, time));
  const at = <T extends number | null>(values: readonly T[], before: T): T[] =>
    steps.map((step) => (step < 0 ? before : (values[step] as T)));
  const onLine = <T extends number | null>(values: readonly T[], before: T): T[] =>
    at(values, before).map((here, i) => {
      const step = steps[i] as number;
      const next = values[step + 1];
      if (here === null || next === null || next === undefined) return here;
      const start = step < 0 ? 0 : (curve.time[step] as number);
      const share = ((sorted[i] as number) - start) / ((curve.time[step + 1] as number) - start);
      return (share > 0 ? here + share * (next - here) : here) as T;
    });
  const next = sorted.map((time, i) => {
    const step = steps[i] as number;
    return step >= 0 && curve.time[step] === time ? step : step + 1;
  });
  let counted = -1;
  return {
    time: sorted,
    atRisk: next.map((step) => curve.atRisk[step] ?? 0),
    events: steps.map((step) => {
      let events = 0;
      for (let i = counted + 1; i <= step; i++) events += curve.events[i] as number;
      counted = Math.max(counted, step);
      return events;
    }),
    survival: isExact ? at(curve.survival, 1) : onLine(curve.survival, 1),
    standardError: isExact ? at(curve.standardError, 0) : onLine<number | null>(curve.standardError, 0),
    lower: isExact
      ? at(curve.lower, limitBefore)
      : next.map((step) => curve.lower[step] ?? curve.lower.at(-1) ?? limitBefore),
    upper: at(curve.upper, limitBefore),
  };
}

/** The area under a curve up to a time, with its standard error. */
export interface RestrictedMean {
  readonly tau: number;
  readonly estimate: number;
  readonly standardError: number;
}

/** What the area under steps has more than that under the line through them, to `tau`. */
function aboveLine({ time, survival }: Curve, tau: number): number {
  let [more, before, here] = [0, 0, 1];
  for (let i = 0; i < time.length && before < tau; i++) {
    const [end, next] = [time[i] as number, survival[i] as number];
    const width = Math.min(end, tau) - before;
    if (width > 0) more += ((width * width) / (end - before)) * ((here - next) / 2);
    [before, here] = [end, next];
  }
  return more;
}

/**
 * Restricted mean survival time (Irwin 1949), its variance as R's survmean: Σ (area after t)² d / (n (n − d)). Where times are
 * not exact (`isExact` false), the area under the line on which survival at times lies.
 */
export function restrictedMean(curve: Curve, tau: number, isExact: boolean): RestrictedMean {
  const last = stepAt(curve.time, tau);
  let area = 0;
  let variance = 0;
  let end = tau;
  for (let i = last; i >= 0; i--) {
    area += (end - (curve.time[i] as number)) * (curve.survival[i] as number);
    const [n, d] = [curve.atRisk[i] as number, curve.events[i] as number];
    if (n - d > 0) variance += (area * area * d) / (n * (n - d));
    end = curve.time[i] as number;
  }
  return {
    tau,
    estimate: area + end - (isExact ? 0 : aboveLine(curve, tau)),
    standardError: Math.sqrt(variance),
  };
}
