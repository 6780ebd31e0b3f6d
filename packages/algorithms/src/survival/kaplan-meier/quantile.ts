import type { Curve } from "./curve.ts";

/** A time by which a share of people had the event, with its confidence limits; null where a curve does not get there. */
export interface Quantile {
  readonly probability: number;
  readonly estimate: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
}

/** Curves closer than this to a level are on it: the square root of the double's epsilon, as R's. */
const tolerance = Math.sqrt(Number.EPSILON);

/**
 * Where a falling curve passes `level`. Where it lies on the level, the middle between there and where it leaves it; a
 * curve that stays on it to its end gives the middle to the last time (`toEnd`, as R's quantile) or its first time
 * (as R's summary).
 */
function passes(
  times: readonly number[],
  values: readonly (number | null)[],
  level: number,
  toEnd: boolean,
): number | null {
  const first = values.findIndex((value) => value !== null && value < level + tolerance);
  if (first < 0) return null;
  const time = times[first] as number;
  if (Math.abs((values[first] as number) - level) >= tolerance) return time;
  const next = values.findIndex((value, i) => i > first && value !== null && value < level - tolerance);
  if (next >= 0) return (time + (times[next] as number)) / 2;
  return toEnd ? (time + (times.at(-1) as number)) / 2 : time;
}

function quantile(curve: Curve, probability: number, toEnd: boolean): Quantile {
  const at = (values: readonly (number | null)[]): number | null =>
    passes(curve.time, values, 1 - probability, toEnd);
  return { probability, estimate: at(curve.survival), lower: at(curve.lower), upper: at(curve.upper) };
}

/** Quartiles with limits where the curve's limits pass (Brookmeyer and Crowley 1982), as R's quantile(). */
export function quartiles(curve: Curve): readonly Quantile[] {
  return [0.25, 0.5, 0.75].map((probability) => quantile(curve, probability, true));
}

/** The median as R's summary() prints it. */
export function median(curve: Curve): Omit<Quantile, "probability"> {
  const { estimate, lower, upper } = quantile(curve, 0.5, false);
  return { estimate, lower, upper };
}
