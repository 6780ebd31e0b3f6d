/** Round numbers from a first to a last, about as many as asked for, in steps of 1, 2 or 5 times a power of ten. */
export function linearTicks(first: number, last: number, about: number): number[] {
  const step = niceStep((last - first) / Math.max(1, about));
  const ticks: number[] = [];
  for (let i = Math.ceil(first / step - 1e-9); i * step <= last + step * 1e-9; i++)
    ticks.push(tidy(i * step));
  return ticks;
}

/** The smallest round number at or above a value that linear ticks about so many end on. */
export function roundUp(value: number, about: number): number {
  const step = niceStep(value / Math.max(1, about));
  return tidy(Math.ceil(value / step - 1e-9) * step);
}

/**
 * Ticks of a log scale: powers of two around one where that range is short, as ratios are read; else 1, 2 and 5 times
 * powers of ten, or powers of ten only; never more than `most`.
 */
export function logTicks(first: number, last: number, most: number): number[] {
  const within = (candidates: readonly number[]): number[] =>
    candidates.filter((tick) => tick >= first * (1 - 1e-9) && tick <= last * (1 + 1e-9));
  const powers = (base: number, factors: readonly number[]): number[] => {
    const from = Math.floor(Math.log(first) / Math.log(base)) - 1;
    const to = Math.ceil(Math.log(last) / Math.log(base)) + 1;
    const all: number[] = [];
    for (let i = from; i <= to; i++) for (const factor of factors) all.push(tidy(factor * base ** i));
    return within(all);
  };
  const choices = [
    last / first <= 3 ? linearTicks(first, last, 5) : [],
    last / first <= 40 ? powers(2, [1]) : [],
    powers(10, [1, 2, 5]),
    powers(10, [1, 3]),
    powers(10, [1]),
    powers(100, [1]),
    powers(1000, [1]),
  ];
  const fitting = choices.find((ticks) => ticks.length >= 2 && ticks.length <= most);
  if (fitting !== undefined) return fitting;
  return [first, last].map((tick) => Number(tick.toPrecision(2)));
}

/** "units" is a time whose unit nobody said. */
export type TimeUnit = "days" | "weeks" | "months" | "years" | "units";

/** A tick of a time axis: where it stands in the data's unit, and what it says in the axis's. */
export interface TimeTick {
  readonly at: number;
  readonly label: string;
}

/** Ticks in the order of time, and the unit in which they are labelled. */
export interface TimeAxis {
  readonly unit: TimeUnit;
  readonly ticks: readonly TimeTick[];
}

const daysIn: Readonly<Record<TimeUnit, number>> = {
  days: 1,
  weeks: 7,
  months: 30.4375,
  years: 365.25,
  units: 1,
};
const steps: Readonly<Record<Exclude<TimeUnit, "units">, readonly number[]>> = {
  days: [1, 2, 5, 10, 20, 30, 60, 90, 180, 360],
  weeks: [1, 2, 4, 8, 13, 26, 52, 104, 208, 520],
  // Where counts stand at every second year, each other one of them is shown before only each fifth is.
  months: [1, 2, 3, 6, 12, 24, 36, 60, 48, 120, 240],
  years: [0.25, 0.5, 1, 2, 5, 4, 10, 20, 50],
};

/** The steps that readers of a unit know; where nobody said which, 1, 2 and 5 times the powers of ten below the last time. */
function stepsOf(unit: TimeUnit, last: number): readonly number[] {
  if (unit !== "units") return steps[unit];
  const power = Math.floor(Math.log10(last));
  return [power - 2, power - 1, power].flatMap((exponent) =>
    [1, 2, 5].map((one) => tidy(one * 10 ** exponent)),
  );
}

/**
 * The ticks of a time axis from zero to the last time, at most `most` of them. Days become years from two years on.
 * Where counts are printed under the axis, `preferred` holds their times: ticks stand on them, in a unit in which they
 * are round.
 */
export function timeTicks(
  unit: TimeUnit,
  last: number,
  most: number,
  preferred: readonly number[] = [],
): TimeAxis {
  const wanted = preferred.filter((time) => time <= last);
  const lastWanted = Math.max(...wanted);
  const fits = (ticks: readonly TimeTick[]): boolean =>
    ticks.length > 1 &&
    (wanted.length === 0 || ticks.every((tick) => tick.at > lastWanted || wanted.includes(tick.at))) &&
    (!(lastWanted > 0) || ticks.some((tick) => tick.at > 0 && wanted.includes(tick.at)));
  for (const shown of unitsFor(unit, last)) {
    const scale = daysIn[shown] / daysIn[unit];
    const ticks = stepsOf(shown, last)
      // Too many are never made: of minutes in ten years there are millions.
      .filter((step) => (last * (1 + 1e-9)) / (step * scale) < most)
      .map((step) => multiples(step, shown, unit, last, wanted))
      .find(fits);
    if (ticks !== undefined) return { unit: shown, ticks };
  }
  if (wanted.length > 0) {
    const kept: number[] = [];
    for (const at of wanted) if (at - (kept.at(-1) ?? Number.NEGATIVE_INFINITY) > last / most) kept.push(at);
    const label = (at: number): string => String(at < 1000 ? Number(at.toPrecision(4)) : Math.round(at));
    return { unit, ticks: kept.map((at) => ({ at, label: label(at) })) };
  }
  return { unit, ticks: linearTicks(0, last, most - 1).map((at) => ({ at, label: String(at) })) };
}

function unitsFor(unit: TimeUnit, last: number): readonly TimeUnit[] {
  if (unit !== "days") return [unit];
  return last > 2 * daysIn.years ? ["years", "months", "days"] : ["days", "months", "years"];
}

/** The multiples of a step, moved to the wanted times that they stand for. */
function multiples(
  step: number,
  shown: TimeUnit,
  unit: TimeUnit,
  last: number,
  wanted: readonly number[],
): TimeTick[] {
  const scale = daysIn[shown] / daysIn[unit];
  const ticks: TimeTick[] = [];
  for (let i = 0; i * step * scale <= last * (1 + 1e-9); i++) {
    const exact = i * step * scale;
    // A year may be written as 365 or as 365.25 days: both stand under the tick of one year.
    const tolerance = shown === unit ? 1e-9 * exact : Math.min(0.01 * exact, 4 / daysIn[unit]);
    const near = wanted.find((time) => Math.abs(time - exact) <= tolerance);
    ticks.push({ at: near ?? exact, label: String(tidy(i * step)) });
  }
  return ticks;
}

/** The smallest of 1, 2, 5 and 10 times a power of ten that is not below a step. */
function niceStep(step: number): number {
  if (!(step > 0) || !Number.isFinite(step)) return 1;
  const power = 10 ** Math.floor(Math.log10(step));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= step * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/** Takes away the last bits that multiplying leaves: 0.30000000000000004 is 0.3. */
function tidy(value: number): number {
  return Number(value.toPrecision(12));
}
