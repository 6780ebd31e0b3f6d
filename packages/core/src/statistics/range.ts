import { type Policy, Withholding } from "../policy/index.ts";
import { isPoint, listedLattice } from "../policy/lattice.ts";
import { isFiniteArray, type Kind, type Statistic } from "./statistic.ts";

/** The smallest interval that is known to hold all values; null when there is none. */
export interface Extent {
  readonly lower: number;
  readonly upper: number;
  /** Its ends are multiples of these at sites that round outwards; absent where no site does. */
  readonly roundedTo?: readonly number[];
}

/** The number to whose multiples a policy rounds the smallest and largest value of a column; without one they stay. */
export function rangeWidth(policy: Policy, column: string): number | undefined {
  const listed = listedLattice(policy, column);
  return typeof listed === "number" ? listed : undefined;
}

/** Whether multiples of a number are so narrow that all values are among them, and none would be rounded. */
export function roundsNothing(values: Float64Array, width: number): boolean {
  return values.every((one) => isPoint(one, width));
}

/** Smallest and largest value of a numeric column, released only on the column's rounding lattice. Pooled: the hull. */
export interface Range extends Statistic<Extent | null, Extent | null> {
  readonly kind: "range";
  /** The key under which the step's table has the column. */
  readonly column: string;
}

export function range(column: string): Range {
  return { kind: "range", dimensions: [], visibility: "pooled", column };
}

export const rangeKind: Kind<Range, readonly [lower: number, upper: number, width: number] | null> = {
  problem(_statistic, value) {
    if (value === null) return undefined;
    const extent = value as Partial<Extent>;
    const finite =
      typeof value === "object" && Number.isFinite(extent.lower) && Number.isFinite(extent.upper);
    return finite && (extent.lower as number) <= (extent.upper as number)
      ? undefined
      : "must be null or { lower, upper }";
  },
  release(statistic, value, { policy, columnName, measured }) {
    const extent = value as Extent | null;
    if (extent === null) return { wire: null, cells: 2, masked: 0, rule: "no value" };
    if (policy.open)
      return {
        wire: [extent.lower + 0, extent.upper + 0, 0],
        cells: 2,
        masked: 0,
        rule: "open policy: as it is",
      };
    const column = columnName(statistic.column);
    const width = rangeWidth(policy, column);
    const own = `The smallest and largest value of "${column}" belong to single people.`;
    const source = measured(statistic.column);
    if (source?.isMeasured !== true)
      throw new Withholding(
        "RANGE_NOT_PERMITTED",
        `${own} {site} rounds those of columns as its database has them, and this one is derived. Leave "range" out.`,
      );
    // The points at which any number may be cut do not do: a cut leaves k people on either side, an extreme is of one.
    if (width === undefined)
      throw new Withholding(
        "RANGE_NOT_PERMITTED",
        `${own} {site} rounds them to multiples of a number only where its steward has written one for this column; the points at which a column may be cut by default do not permit it. Leave "range" out, or ask the steward (lattices.${column}).`,
      );
    if (roundsNothing(source.values, width))
      throw new Withholding(
        "RANGE_NOT_PERMITTED",
        `${own} {site} rounds them to multiples of ${width}, and all values there are such: they would be told as they are. Leave "range" out, or ask the steward for a wider lattice (lattices.${column}).`,
      );
    const lower = Math.floor(extent.lower / width) * width + 0;
    const upper = Math.ceil(extent.upper / width) * width + 0;
    return {
      wire: [lower, upper, width],
      cells: 2,
      masked: 0,
      rule: `rounded outwards to multiples of ${width}`,
    };
  },
  read(_statistic, wire) {
    if (wire === null) return null;
    if (!isFiniteArray(wire, 3)) return undefined;
    const [lower, upper, width] = wire as readonly [number, number, number];
    return lower <= upper && width >= 0 ? [lower, upper, width] : undefined;
  },
  pool(_statistic, parts): Extent | null {
    const told = parts.flatMap(({ wire }) => (wire === null ? [] : [wire]));
    if (told.length === 0) return null;
    const roundedTo = [...new Set(told.map(([, , width]) => width))].filter((width) => width > 0);
    return {
      lower: Math.min(...told.map(([lower]) => lower)),
      upper: Math.max(...told.map(([, upper]) => upper)),
      ...(roundedTo.length === 0 ? {} : { roundedTo: roundedTo.sort((a, b) => a - b) }),
    };
  },
};
