import { Withholding } from "../policy/index.ts";
import { cellRule, refuseSmallCells } from "./counts.ts";
import { exactSums } from "./exact-sum.ts";
import { cellCount, isFiniteArray, isNumbers, type Kind, type Statistic } from "./statistic.ts";

export interface SumsOptions {
  /** The field of the same output that counts the people behind each cell: a `count`, or `counts` over some of the same dimensions. */
  readonly people: string;
}

/** Sums of real numbers over people, row-major over its dimensions. Pooled: correctly rounded sums by cell. */
export interface Sums<D extends string> extends Statistic<ArrayLike<number>, Float64Array, D> {
  readonly kind: "sums";
  readonly people: string;
}

export function sums<const D extends readonly string[]>(
  dimensions: D,
  options: SumsOptions,
): Sums<D[number]> {
  return { kind: "sums", dimensions, visibility: "pooled", people: options.people };
}

export const sumsKind: Kind<Sums<string>, readonly number[]> = {
  problem(statistic, value, dimensions) {
    const length = cellCount(statistic.dimensions, dimensions);
    return isNumbers(value, length) ? undefined : `must be ${length} numbers`;
  },
  release(statistic, value, context) {
    const people = context.other(statistic.people);
    refuseSmallCells(typeof people === "number" ? [people] : (people as ArrayLike<number>), {
      ...context,
      field: statistic.people,
    });
    // Adding zero turns −0, which JSON does not keep, into 0.
    const cells = Array.from(value as ArrayLike<number>, (cell) => cell + 0);
    if (!cells.every(Number.isFinite)) {
      throw new Withholding(
        "NOT_FINITE",
        `A sum of "${context.field}" is not a finite number at this site. Look for extreme values, or for the logarithm of zero.`,
      );
    }
    return { wire: cells, cells: cells.length, masked: 0, rule: cellRule(context) };
  },
  read(statistic, wire, dimensions) {
    const length = cellCount(statistic.dimensions, dimensions);
    return isFiniteArray(wire, length) ? wire : undefined;
  },
  pool: (statistic, parts, { dimensions }) =>
    exactSums(
      parts.map(({ wire }) => wire),
      cellCount(statistic.dimensions, dimensions),
    ),
};
