import type { Curve } from "./curve.ts";

/** A time by which a share of people had the event, with its confidence limits; null where a curve does not get there. */
export interface Quantile {
  readonly probability: number;
  readonly estimate: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
}

/** Two values between which a number lies; null where there is no end in sight. */
export interface Between {
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

/**
 * Where a falling curve passes `level`: as early as the end of the step before it can be there, and as late as where it must
 * be below it, since a curve that is flat on the level has its quantile in the middle of the flat part.
 */
export function passesBetween(
  time: readonly number[],
  { least, most }: { readonly least: readonly (number | null)[]; readonly most: readonly (number | null)[] },
  level: number,
): Between {
  const early = least.findIndex((value) => value !== null && value <= level + 1e-12);
  const late = most.findIndex((value) => value !== null && value < level - 1e-7);
  return {
    lower: early < 0 ? null : (time[early - 1] ?? 0),
    upper: late < 0 ? null : (time[late] as number),
  };
}

/** Where the line through a curve's points is at `level`, as survival at times lies on it. */
function crosses({ time, survival }: Curve, level: number): number | null {
  const next = survival.findIndex((value) => value < level + tolerance);
  if (next < 0) return null;
  const [here, from] = [survival[next - 1] ?? 1, time[next - 1] ?? 0];
  const fall = here - (survival[next] as number);
  const share = fall > 0 ? Math.min(1, (here - level) / fall) : 1;
  return from + share * ((time[next] as number) - from);
}

/** The limits of the exact times' quantile lie within those of a curve whose times are not exact (`isExact` false). */
function quantile(curve: Curve, probability: number, toEnd: boolean, isExact: boolean): Quantile {
  const level = 1 - probability;
  const at = (values: readonly (number | null)[]): number | null => passes(curve.time, values, level, toEnd);
  if (!isExact)
    return {
      probability,
      estimate: crosses(curve, level),
      ...passesBetween(curve.time, { least: curve.lower, most: curve.upper }, level),
    };
  return { probability, estimate: at(curve.survival), lower: at(curve.lower), upper: at(curve.upper) };
}

/** Quartiles with limits where the curve's limits pass (Brookmeyer and Crowley 1982), as R's quantile(). */
export function quartiles(curve: Curve, isExact: boolean): readonly Quantile[] {
  return [0.25, 0.5, 0.75].map((probability) => quantile(curve, probability, true, isExact));
}

/** The median as R's summary() prints it. */
export function median(curve: Curve, isExact: boolean): Omit<Quantile, "probability"> {
  const { estimate, lower, upper } = quantile(curve, 0.5, false, isExact);
  return { estimate, lower, upper };
}
