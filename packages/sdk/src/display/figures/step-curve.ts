import type { SurvivalCurve } from "@konsil/core";
import { px } from "../svg.ts";

/**
 * A curve from its start on: the estimate and its bounds on [times[i], times[i + 1]). Where times are not exact, a line: the
 * estimate falls evenly between times, as tables of survival at times have it.
 */
export interface StepCurve {
  readonly times: readonly number[];
  readonly estimate: readonly number[];
  readonly lower: readonly (number | null)[];
  readonly upper: readonly (number | null)[];
  readonly end: number;
  readonly isLine: boolean;
  readonly median?: number | null | undefined;
}

/** Lets a curve begin at time zero with everyone alive, or with nobody having had the event. */
export function fromStart(curve: SurvivalCurve, start: 0 | 1): StepCurve {
  const begins = curve.times[0] === 0;
  const bounds = (values: readonly (number | null)[] | undefined): (number | null)[] => {
    const known = curve.times.map((_, i) => values?.[i] ?? null);
    return begins ? known : [values === undefined ? null : start, ...known];
  };
  // Of a curve from inexact times, and of no other, bounds are drawn.
  const isLine = curve.bounds !== undefined;
  const lastStep = curve.times.at(-1) ?? 0;
  return {
    times: begins ? curve.times : [0, ...curve.times],
    estimate: begins ? curve.estimate : [start, ...curve.estimate],
    lower: bounds(curve.lower),
    upper: bounds(curve.upper),
    end: Math.max(lastStep, curve.end ?? 0, ...(curve.censored?.slice(-1) ?? [])),
    isLine,
    median: curve.median,
  };
}

/** The estimate at a time. */
export function estimateAt(curve: StepCurve, time: number): number {
  const step = stepAt(curve, time);
  const here = curve.estimate[step] ?? 0;
  const [from = 0, to] = [curve.times[step], curve.times[step + 1]];
  if (!curve.isLine || to === undefined) return here;
  return here + ((time - from) / (to - from)) * ((curve.estimate[step + 1] ?? here) - here);
}

/** The limits at a time. Between times that are not exact, the lower one is already what the next time has. */
export function limitsAt(
  curve: StepCurve,
  time: number,
): { readonly lower: number | null; readonly upper: number | null } {
  const step = stepAt(curve, time);
  const isBetween = curve.isLine && curve.times[step] !== time;
  return {
    lower: curve.lower[isBetween ? Math.min(step + 1, curve.times.length - 1) : step] ?? null,
    upper: curve.upper[step] ?? null,
  };
}

/** The index of the step that a time falls on. */
export function stepAt(curve: StepCurve, time: number): number {
  let [low, high] = [0, curve.times.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((curve.times[middle] ?? 0) <= time) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The median that the curve came with; else the first time at which survival is one half or less, or null if it never is. */
export function medianOf(curve: StepCurve): number | null {
  if (curve.median !== undefined) return curve.median;
  // Products of many factors miss one half by a few of the last bits, as in R's survival (Therneau).
  const index = curve.estimate.findIndex((estimate) => estimate <= 0.5 + 1e-9);
  const time = curve.times[index];
  if (time === undefined) return null;
  const [before, from] = [curve.estimate[index - 1], curve.times[index - 1]];
  if (!curve.isLine || before === undefined || from === undefined) return time;
  return from + ((before - 0.5) / (before - (curve.estimate[index] ?? 0.5))) * (time - from);
}

type Scale = (value: number) => number;

/** The line of a curve. */
export function curvePath(curve: StepCurve, x: Scale, y: Scale): string {
  if (curve.isLine) {
    const points = curve.times.map((time, i) => `${px(x(time))},${px(y(curve.estimate[i] ?? 0))}`);
    return `M${points.join("L")}H${px(x(curve.end))}`;
  }
  return `M${px(x(0))},${px(y(curve.estimate[0] ?? 0))}${forward(curve, curve.estimate, 0, curve.times.length - 1, x, y)}`;
}

/** The band between the bounds of a curve, in one piece for each run of steps in which both are known. */
export function bandPath(curve: StepCurve, x: Scale, y: Scale): string {
  const lower = curve.isLine ? curve.lower.map((own, i) => curve.lower[i + 1] ?? own) : curve.lower;
  const known = (i: number): boolean => lower[i] != null && curve.upper[i] != null;
  let path = "";
  for (let first = 0; first < curve.times.length; first++) {
    if (!known(first)) continue;
    let last = first;
    while (known(last + 1)) last++;
    const start = `${px(x(curve.times[first] ?? 0))},${px(y(curve.upper[first] ?? 0))}`;
    path += `M${start}${forward(curve, curve.upper, first, last, x, y)}${backward(curve, lower, first, last, x, y)}Z`;
    first = last;
  }
  return path;
}

/** Steps from the level of the first to the end of the last; those in the same tenth of a pixel become one. */
function forward(
  curve: StepCurve,
  values: readonly (number | null)[],
  first: number,
  last: number,
  x: Scale,
  y: Scale,
): string {
  let path = "";
  let drawn = px(y(values[first] ?? 0));
  for (let i = first + 1; i <= last; i++) {
    const here = px(x(curve.times[i] ?? 0));
    const level = px(y(values[i] ?? 0));
    if (level === drawn || (i < last && here === px(x(curve.times[i + 1] ?? 0)))) continue;
    path += `H${here}V${level}`;
    drawn = level;
  }
  return `${path}H${px(x(curve.times[last + 1] ?? curve.end))}`;
}

/** The same from the end of the last step back to the start of the first. */
function backward(
  curve: StepCurve,
  values: readonly (number | null)[],
  first: number,
  last: number,
  x: Scale,
  y: Scale,
): string {
  let drawn = px(y(values[last] ?? 0));
  let path = `V${drawn}`;
  for (let i = last; i > first; i--) {
    const here = px(x(curve.times[i] ?? 0));
    const level = px(y(values[i - 1] ?? 0));
    if (level === drawn || (i - 1 > first && here === px(x(curve.times[i - 1] ?? 0)))) continue;
    path += `H${here}V${level}`;
    drawn = level;
  }
  return `${path}H${px(x(curve.times[first] ?? 0))}`;
}

/** The two lines between which a curve lies. The lower one falls to what the next time has, the upper one waits for it. */
export function boundsPath(
  { times, least, most }: NonNullable<SurvivalCurve["bounds"]>,
  { end }: StepCurve,
  x: Scale,
  y: Scale,
): string {
  const steps = { lower: [], upper: [], end, isLine: false };
  const lower: StepCurve = { ...steps, times: [0, ...times.slice(0, -1)], estimate: least };
  const upper: StepCurve = { ...steps, times: [0, ...times], estimate: [1, ...most] };
  return [lower, upper].map((curve) => curvePath(curve, x, y)).join("");
}

/** Marks of censoring on a curve, one for each pixel that has any. */
export function censoringPath(curve: StepCurve, times: readonly number[], x: Scale, y: Scale): string {
  const columns = new Map<number, number>();
  for (const time of times) columns.set(Math.round(x(time)), y(estimateAt(curve, time)));
  return [...columns].map(([column, level]) => `M${column},${px(level - 3)}v6`).join("");
}
