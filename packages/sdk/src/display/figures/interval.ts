import type { Interval } from "@konsil/core";

/** Both ends of a number that may be masked, or null where there is none. */
export function ends(
  value: number | Interval | null | undefined,
): { readonly lower: number; readonly upper: number } | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "number") return Number.isFinite(value) ? { lower: value, upper: value } : null;
  const { lower, upper } = value;
  return lower === null || upper === null ? null : { lower, upper };
}
