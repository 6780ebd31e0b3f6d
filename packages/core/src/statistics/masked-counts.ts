import { mask } from "../policy/index.ts";
import { addCells, readWholeCells, wholeCells } from "./counts.ts";
import { cellCount, type Kind, type Statistic } from "./statistic.ts";

/** Bounds of counts by cell, both possible; equal where a count is known. */
export interface Bounds {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** Numbers of people by cell, where a cell of 1…k−1 leaves as the interval [1, k−1]. Pooled: sums of the bounds. */
export interface MaskedCounts<D extends string> extends Statistic<ArrayLike<number>, Bounds, D> {
  readonly kind: "maskedCounts";
}

export function maskedCounts<const D extends readonly string[]>(dimensions: D): MaskedCounts<D[number]> {
  return { kind: "maskedCounts", dimensions, visibility: "pooled" };
}

interface Wire {
  readonly lower: readonly number[];
  readonly upper: readonly number[];
}

export const maskedCountsKind: Kind<MaskedCounts<string>, Wire> = {
  problem: (statistic, value, dimensions) => wholeCells(value, cellCount(statistic.dimensions, dimensions)),
  release(_statistic, value, { policy }) {
    const lower = Array.from(value as ArrayLike<number>);
    const upper = [...lower];
    let masked = 0;
    let below = 0;
    let above = 0;
    for (let i = 0; i < lower.length; i++) {
      const people = lower[i] as number;
      const shown = mask(people, policy.minimumCell);
      if (typeof shown === "number") continue;
      lower[i] = shown.lower;
      upper[i] = shown.upper;
      below += people - shown.lower;
      above += shown.upper - people;
      masked++;
    }
    const rule =
      policy.minimumCell <= 1
        ? "open policy: as it is"
        : `cells of 1 to ${policy.minimumCell - 1} people as that interval`;
    return { wire: { lower, upper }, cells: lower.length, masked, slack: { below, above }, rule };
  },
  read(statistic, wire, dimensions) {
    if (typeof wire !== "object" || wire === null || !("lower" in wire) || !("upper" in wire))
      return undefined;
    const length = cellCount(statistic.dimensions, dimensions);
    const lower = readWholeCells(wire.lower, length);
    const upper = readWholeCells(wire.upper, length);
    if (lower === undefined || upper === undefined || lower.some((low, i) => low > (upper[i] as number)))
      return undefined;
    return { lower, upper };
  },
  pool(statistic, parts, { dimensions }): Bounds {
    const length = cellCount(statistic.dimensions, dimensions);
    return {
      lower: addCells(
        parts.map(({ wire }) => wire.lower),
        length,
      ),
      upper: addCells(
        parts.map(({ wire }) => wire.upper),
        length,
      ),
    };
  },
};
