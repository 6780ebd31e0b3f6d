import { byCodePoint } from "@konsil/core";

const asNumber = (level: string): number => (level.trim() === "" ? Number.NaN : Number(level));

/** Levels in the order of numbers when all are numbers, else by code point: the same at every desk. */
export function sortLevels(names: readonly string[]): readonly string[] {
  const numbers = names.every((name) => Number.isFinite(asNumber(name)));
  return [...names].sort(numbers ? (a, b) => asNumber(a) - asNumber(b) || byCodePoint(a, b) : byCodePoint);
}
