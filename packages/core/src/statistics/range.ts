import { Withholding } from "../policy/index.ts";
import { isFiniteArray, type Kind, type Statistic } from "./statistic.ts";

/** The smallest interval that is known to hold all values; null when there is none. */
export interface Extent {
  readonly lower: number;
  readonly upper: number;
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

export const rangeKind: Kind<Range, readonly [number, number] | null> = {
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
        wire: [extent.lower + 0, extent.upper + 0],
        cells: 2,
        masked: 0,
        rule: "open policy: as it is",
      };
    const column = columnName(statistic.column);
    const width = Object.hasOwn(policy.lattices, column) ? policy.lattices[column] : undefined;
    const own = `The smallest and largest value of "${column}" belong to single people.`;
    if (measured(statistic.column)?.isMeasured !== true)
      throw new Withholding(
        "RANGE_NOT_PERMITTED",
        `${own} {site} rounds those of columns as its database has them, and this one is derived. Leave "range" out.`,
      );
    // The points at which any number may be cut do not do: a cut leaves k people on either side, an extreme is of one.
    if (typeof width !== "number")
      throw new Withholding(
        "RANGE_NOT_PERMITTED",
        `${own} {site} rounds them to multiples of a number only where its steward has written one for this column; the points at which a column may be cut by default do not permit it. Leave "range" out, or ask the steward (lattices.${column}).`,
      );
    const lower = Math.floor(extent.lower / width) * width + 0;
    const upper = Math.ceil(extent.upper / width) * width + 0;
    return { wire: [lower, upper], cells: 2, masked: 0, rule: `rounded outwards to multiples of ${width}` };
  },
  read(_statistic, wire) {
    if (wire === null) return null;
    return isFiniteArray(wire, 2) && (wire[0] as number) <= (wire[1] as number)
      ? [wire[0] as number, wire[1] as number]
      : undefined;
  },
  pool(_statistic, parts): Extent | null {
    let hull: Extent | null = null;
    for (const { wire } of parts) {
      if (wire === null) continue;
      const [lower, upper] = wire;
      hull =
        hull === null
          ? { lower, upper }
          : { lower: Math.min(hull.lower, lower), upper: Math.max(hull.upper, upper) };
    }
    return hull;
  },
};
