import { cellCount, type Kind, type Statistic } from "./statistic.ts";

/** For each cell: whether any site, and whether every site, says yes. */
export interface AnyAll {
  readonly any: readonly boolean[];
  readonly all: readonly boolean[];
}

/** Yes or no by cell, about the computation and not about a person: a fitted probability of 0 or 1, an overflow. */
export interface Flags<D extends string> extends Statistic<readonly boolean[], AnyAll, D> {
  readonly kind: "flags";
}

export function flags<const D extends readonly string[]>(dimensions: D): Flags<D[number]> {
  return { kind: "flags", dimensions, visibility: "pooled" };
}

function isBooleans(value: unknown, length: number): value is readonly boolean[] {
  return (
    Array.isArray(value) && value.length === length && value.every((entry) => typeof entry === "boolean")
  );
}

export const flagsKind: Kind<Flags<string>, readonly boolean[]> = {
  problem(statistic, value, dimensions) {
    const length = cellCount(statistic.dimensions, dimensions);
    return isBooleans(value, length) ? undefined : `must be ${length} booleans`;
  },
  release: (_statistic, value) => ({
    wire: value,
    cells: (value as readonly boolean[]).length,
    masked: 0,
    rule: "yes or no about the computation",
  }),
  read: (statistic, wire, dimensions) =>
    isBooleans(wire, cellCount(statistic.dimensions, dimensions)) ? wire : undefined,
  pool(statistic, parts, { dimensions }): AnyAll {
    const cells = Array.from({ length: cellCount(statistic.dimensions, dimensions) }, (_, i) => i);
    return {
      any: cells.map((i) => parts.some(({ wire }) => wire[i] === true)),
      all: cells.map((i) => parts.length > 0 && parts.every(({ wire }) => wire[i] === true)),
    };
  },
};
