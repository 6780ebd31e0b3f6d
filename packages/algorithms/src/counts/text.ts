import { bounds, type Masked } from "@konsil/core";
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

/** Days since 1 January 1970 as the day itself, or undefined beyond the calendar. */
export function dayText(days: number): string | undefined {
  const day = new Date(Math.round(days) * 86_400_000);
  return Number.isNaN(day.getTime()) ? undefined : day.toISOString().slice(0, 10);
}

/** `54.7 (12.5)`: as many decimals as show three digits of the standard deviation. */
export function meanText(mean: number | null, deviation: number | null, type: "numeric" | "date"): string {
  if (mean === null) return absent;
  const decimals = decimalsFor(deviation ?? Math.abs(mean));
  const spread = deviation === null ? "" : ` (${fixed(deviation, decimals)}${type === "date" ? " d" : ""})`;
  return `${type === "date" ? (dayText(mean) ?? absent) : fixed(mean, decimals)}${spread}`;
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
