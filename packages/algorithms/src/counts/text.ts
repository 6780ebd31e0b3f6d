import { bounds, type Cell, type Masked } from "@konsil/core";
import type { Share } from "./masked.ts";

/** What stands in a cell of text where there is no number. */
export const absent = "–";

/** Decimals that show three digits of `size`, at most three. */
function decimalsFor(size: number): number {
  if (!(size > 0)) return 1;
  return Math.min(3, Math.max(0, 2 - Math.floor(Math.log10(size))));
}

function fixed(value: number, decimals: number): string {
  const text = Math.abs(value).toFixed(decimals);
  return value < 0 && /[1-9]/.test(text) ? `−${text}` : text;
}

/**
 * Days since 1 January 1970 as the day itself, in the calendar of ISO 8601. Years are counted from 1 March, so that a leap
 * day is the last of its year; 400 years have 146,097 days.
 */
export function dayText(days: number): string {
  const sinceMarch = Math.round(days) + 719_468;
  const era = Math.floor(sinceMarch / 146_097);
  const dayOfEra = sinceMarch - era * 146_097;
  // Every fourth year has a leap day, every hundredth has none, the last of the era has one.
  const leapless =
    dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor(leapless / 365);
  const day = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  // Months from March on are 31, 30, 31, 30, 31 days, twice and a rest: 153 days for five.
  const month = Math.floor((5 * day + 2) / 153);
  const dayOfMonth = day - Math.floor((153 * month + 2) / 5) + 1;
  const calendarMonth = month < 10 ? month + 3 : month - 9;
  const year = yearOfEra + 400 * era + (calendarMonth <= 2 ? 1 : 0);
  const two = (part: number): string => String(part).padStart(2, "0");
  return `${String(year).padStart(4, "0")}-${two(calendarMonth)}-${two(dayOfMonth)}`;
}

/** Both ends, or one where they are written the same. */
export function endsText(value: Masked, write: (end: number) => string): string {
  const { lower, upper } = bounds(value);
  const [low, high] = [write(lower), write(upper)];
  return low === high ? low : `${low}–${high}`;
}

/** `54.7 (12.5)`: as many decimals as show three digits of the standard deviation. `54.6–54.8 (12.4–12.6)` of bounds. */
export function meanText(mean: Masked | null, deviation: Masked | null, type: "numeric" | "date"): string {
  if (mean === null) return absent;
  const decimals = decimalsFor(deviation === null ? Math.abs(bounds(mean).upper) : bounds(deviation).upper);
  const written = (end: number): string => fixed(end, decimals);
  const spread = deviation === null ? "" : ` (${endsText(deviation, written)}${type === "date" ? " d" : ""})`;
  return `${endsText(mean, type === "date" ? dayText : written)}${spread}`;
}

export function countText(count: Masked): string {
  const { lower, upper } = bounds(count);
  return lower === upper ? String(lower) : `${lower}–${upper}`;
}

/** `1502 (48.7%)`, with bounds where the count has them. */
export function shareText(count: Masked, share: Share): string {
  if (share === null) return countText(count);
  const { lower, upper } = bounds(share);
  const [low, high] = [fixed(100 * lower, 1), fixed(100 * upper, 1)];
  return `${countText(count)} (${low === high ? low : `${low}–${high}`}%)`;
}

/** The ends of a p value, or one number where both are written the same. */
export function pCell({ lower, upper }: { readonly lower: number; readonly upper: number }): Cell {
  return upper < 0.001 ? upper : { lower, upper };
}
