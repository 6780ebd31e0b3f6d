import type { Increments, Spans } from "@konsil/core";
import { stepAt } from "../step-at.ts";
import type { Curve } from "./curve.ts";
import type { Envelope } from "./envelope.ts";
import { type Between, passesBetween } from "./quantile.ts";

/** Bounds at several times. Arrays of equal length. */
export interface Bounds {
  readonly least: readonly number[];
  readonly most: readonly number[];
}

/** Between which values the numbers of a group would lie if they came from the exact times. */
export interface Within {
  /** At each time of the curve. */
  readonly survival: Bounds;
  /** Just before each time of the curve. */
  readonly atRisk: Bounds;
  readonly median: Between;
  /** Of the probabilities 0.25, 0.5 and 0.75. */
  readonly quantiles: readonly Between[];
  readonly restrictedMean: Between | null;
  /** Survival at the times that were asked for. */
  readonly atTimes: Bounds | null;
}

/** People known to have left before a time, and people who may have. */
function goneBefore({ from, to, people }: Spans, time: number): readonly [surely: number, perhaps: number] {
  let surely = 0;
  let perhaps = 0;
  for (let i = 0; i < people.length; i++) {
    if ((to[i] as number) < time) surely += people[i] as number;
    if ((from[i] as number) < time) perhaps += people[i] as number;
  }
  return [surely, perhaps];
}

/** Survival at a time between steps: at least what it is at the next one, at most what it was at the last. */
function boundsAt(time: readonly number[], { least, most }: Bounds, at: number): readonly [number, number] {
  const step = stepAt(time, at);
  const next = step >= 0 && time[step] === at ? step : Math.min(step + 1, time.length - 1);
  return [least[next] ?? 1, step < 0 ? 1 : (most[step] as number)];
}

function area(time: readonly number[], bounds: Bounds, tau: number): Between {
  let [lower, upper, before] = [0, 0, 0];
  for (const end of [...time.filter((t) => t < tau), tau]) {
    const width = end - before;
    lower += width * boundsAt(time, bounds, end)[0];
    upper += width * boundsAt(time, bounds, before)[1];
    before = end;
  }
  return { lower, upper };
}

/** The bounds of a group's numbers, or null where its times are exact. */
export function withinOf(
  cell: Increments<"event" | "censored">,
  { time }: Curve,
  survival: Envelope | null,
  asked: { readonly times: readonly number[] | null; readonly tau: number | null },
): Within | null {
  const { spans, total } = cell;
  if (spans === null || survival === null) return null;
  const n = total.event + total.censored;
  const gone = time.map((t) => {
    const [event, censored] = [goneBefore(spans.event, t), goneBefore(spans.censored, t)];
    return [event[0] + censored[0], event[1] + censored[1]] as const;
  });
  const { least, most } = survival;
  const at = asked.times?.map((t) => boundsAt(time, survival, t));
  const quantiles = [0.25, 0.5, 0.75].map((probability) => passesBetween(time, survival, 1 - probability));
  return {
    survival: { least, most },
    atRisk: { least: gone.map(([, perhaps]) => n - perhaps), most: gone.map(([surely]) => n - surely) },
    median: passesBetween(time, survival, 0.5),
    quantiles,
    restrictedMean: asked.tau === null ? null : area(time, survival, asked.tau),
    atTimes:
      at === undefined ? null : { least: at.map(([least]) => least), most: at.map(([, most]) => most) },
  };
}
