import type { Policy } from "../policy/index.ts";
import { addCells, readWholeCells } from "./counts.ts";
import type { PoolContext } from "./statistic.ts";

/** Bounds of counts by cell, both possible; equal where a count is known. */
export interface Bounds {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** Of the orders of magnitude by which cells of few organizations are told: 5, 10, 20, … */
const firstStep = 5;

/** The smallest, or the largest, whole number that rounds to the same multiple; halves round up. */
function roundedOutwards(count: number, multiple: number, end: "lower" | "upper"): number {
  const nearest = Math.floor(count / multiple + 0.5);
  return end === "lower"
    ? Math.max(0, Math.ceil((nearest - 0.5) * multiple))
    : Math.ceil((nearest + 0.5) * multiple) - 1;
}

/** Bounds as a message has them. */
export interface BoundsWire {
  readonly lower: readonly number[];
  readonly upper: readonly number[];
}

/** Rounded outwards as the policy has it. */
export function roundedCounts({ lower, upper }: Bounds, { rounding }: Policy): BoundsWire {
  const round = (ends: Float64Array, end: "lower" | "upper"): readonly number[] =>
    Array.from(ends, (count) => (rounding > 1 ? roundedOutwards(count, rounding, end) : count));
  return { lower: round(lower, "lower"), upper: round(upper, "upper") };
}

/** How many of the bounds are intervals. */
export function intervalsAmong({ lower, upper }: BoundsWire): number {
  return lower.reduce((total, low, i) => total + (low === upper[i] ? 0 : 1), 0);
}

/** Bounds of `length` numbers of people, or undefined. */
export function readBounds(wire: unknown, length: number): BoundsWire | undefined {
  if (typeof wire !== "object" || wire === null || !("lower" in wire) || !("upper" in wire)) return undefined;
  const lower = readWholeCells(wire.lower, length);
  const upper = readWholeCells(wire.upper, length);
  if (lower === undefined || upper === undefined || lower.some((low, i) => low > (upper[i] as number)))
    return undefined;
  return { lower, upper };
}

/** The sums of bounds, end by end. */
export function addBounds(parts: readonly BoundsWire[], length: number): Bounds {
  const added = (end: "lower" | "upper"): Float64Array =>
    addCells(
      parts.map((part) => part[end]),
      length,
    );
  return { lower: added("lower"), upper: added("upper") };
}

/** The sums of bounds; what rests on few organizations by its order of magnitude only. */
export function poolCounts(
  parts: readonly BoundsWire[],
  length: number,
  { minimumOrganizations, minimumCell }: Pick<PoolContext, "minimumOrganizations" | "minimumCell">,
): Bounds {
  const { lower, upper } = addBounds(parts, length);
  for (let cell = 0; cell < length; cell++) {
    if (upper[cell] === 0) continue;
    // Those that surely have people in it: an interval from zero is told of none as well.
    const organizations = parts.filter((part) => (part.lower[cell] as number) > 0).length;
    if (organizations >= minimumOrganizations) continue;
    // The number of few organizations is one of them by subtraction: only its order of magnitude is told, on steps that no
    // wish for more people moves.
    let most = firstStep;
    while (most < Math.max(minimumCell, upper[cell] as number)) most *= 2;
    lower[cell] = Math.min(1, lower[cell] as number);
    upper[cell] = most;
  }
  return { lower, upper };
}
