import type { Literal } from "../data/index.ts";
import { parseDay } from "../table/index.ts";
import type { Lattice, Policy } from "./policy.ts";

/** Multiples at which numeric columns may be compared and cut unless the policy lists them. */
const ofNumbers = 5;
const ofDates = "quarter";

/** The lattice that a policy has written for a column. */
export function listedLattice({ lattices }: Policy, column: string): Lattice | undefined {
  return Object.hasOwn(lattices, column) ? lattices[column] : undefined;
}

/** The lattice of a measured column, or of days between two measured dates (null). */
export function latticeOf(policy: Policy, column: string | null, type: "numeric" | "date"): Lattice {
  if (column === null) return policy.resolution;
  return listedLattice(policy, column) ?? (type === "date" ? ofDates : ofNumbers);
}

/**
 * Whether a number is a multiple of the width. Each multiple is written in one way, so that no two points differ by less
 * than the width: 0.3 of 0.1, and not 0.30000000000000004, which people at 0.3 would not reach.
 */
function isMultiple(value: number, width: number): boolean {
  const times = Math.round(value / width);
  return Number.isSafeInteger(times) && Number((times * width).toPrecision(15)) === value;
}

/** Whether all points of a lattice are points of another: then whatever it tells can be worked out from the other's. */
export function isWithin(inner: Lattice, outer: Lattice): boolean {
  // Multiples of a day, or of a part of one, have all first days among them.
  if (typeof outer === "number") return isMultiple(typeof inner === "number" ? inner : 1, outer);
  return typeof inner !== "number" && monthsOf[inner] % monthsOf[outer] === 0;
}

const monthsOf: Readonly<Record<Extract<Lattice, string>, number>> = { month: 1, quarter: 3, year: 12 };

/** Whether a value is a point of a lattice. */
export function isPoint(value: Literal, lattice: Lattice): boolean {
  if (typeof value === "number") return typeof lattice === "number" && isMultiple(value, lattice);
  if (typeof value !== "object") return false;
  const day = parseDay(value.date);
  if (typeof lattice === "number") return isMultiple(day, lattice);
  const date = new Date(day * 86_400_000);
  return date.getUTCDate() === 1 && date.getUTCMonth() % monthsOf[lattice] === 0;
}

/** The number of the point of a lattice that is at or next below a number. */
export function cellOf(value: number, width: number): number {
  const point = (times: number): number => Number((times * width).toPrecision(15));
  const times = Math.floor(value / width);
  if (point(times + 1) <= value) return times + 1;
  return point(times) > value ? times - 1 : times;
}

/** "multiples of 5", "first days of a quarter". */
export function latticeWords(lattice: Lattice): string {
  return typeof lattice === "number" ? `multiples of ${lattice}` : `first days of a ${lattice}`;
}
