import { type ColumnData, selectRows } from "../table/index.ts";
import type { Split } from "./splits.ts";

/** What the values of a column are in the cells of a split. */
export interface ValuesByCell {
  /** The fewest people who share a value in a cell that has no more values than were asked for; infinite without such a cell. */
  readonly fewest: number;
  /** How many cells have more. */
  readonly cellsOfMore: number;
}

/** Rows that are counted value by value, while they are in the nearest cache. */
const blockRows = 512;

/**
 * Looks for cells of at most `most` values, and of `least` or more. Most columns have more within a few rows, and are not
 * read any further.
 */
export function valuesByCell(
  values: Float64Array,
  split: Split | undefined,
  most: number,
  least = 1,
): ValuesByCell {
  const tally = new Tally(split?.cells ?? 1, most);
  for (let from = 0; from < values.length && tally.open > 0; from += blockRows) {
    const end = Math.min(values.length, from + blockRows);
    if (split === undefined && tally.addKnown(values, from, end)) continue;
    for (let i = from; i < end; i++)
      tally.add(split === undefined ? 0 : (split.codes[i] as number), values[i] as number);
  }
  return { fewest: tally.fewest(least), cellsOfMore: tally.cells - tally.open };
}

class Tally {
  readonly cells: number;
  /** Cells that do not have more values than are few. */
  open: number;
  readonly #most: number;
  readonly #found: Int32Array;
  readonly #values: Float64Array;
  readonly #people: Float64Array;

  constructor(cells: number, most: number) {
    this.cells = cells;
    this.open = cells;
    this.#most = most;
    this.#found = new Int32Array(cells);
    this.#values = new Float64Array(cells * most);
    this.#people = new Float64Array(cells * most);
  }

  add(cell: number, value: number): void {
    if (cell < 0 || Number.isNaN(value)) return;
    const found = this.#found[cell] as number;
    if (found > this.#most) return;
    const start = cell * this.#most;
    const end = start + found;
    let at = start;
    while (at < end && this.#values[at] !== value) at++;
    if (at < end) this.#people[at]!++;
    else {
      this.#found[cell] = found + 1;
      if (found === this.#most) this.open--;
      else {
        this.#values[at] = value;
        this.#people[at] = 1;
      }
    }
  }

  /**
   * Adds rows of the only cell, if they have no other values than it had before, and says whether. No branch depends on a
   * row: which of few values it has is what a processor cannot foresee.
   */
  addKnown(rows: Float64Array, from: number, end: number): boolean {
    const found = this.#found[0] as number;
    const counts = new Float64Array(found);
    let left = end - from;
    for (let at = 0; at < found; at++) {
      const value = this.#values[at] as number;
      let count = 0;
      for (let i = from; i < end; i++) count += Number(rows[i] === value);
      counts[at] = count;
      left -= count;
    }
    if (left > 0) return false;
    for (let at = 0; at < found; at++) this.#people[at]! += counts[at] as number;
    return true;
  }

  fewest(least: number): number {
    let fewest = Number.POSITIVE_INFINITY;
    for (let cell = 0; cell < this.cells; cell++) {
      const found = this.#found[cell] as number;
      const start = cell * this.#most;
      if (found >= least && found <= this.#most)
        for (let at = start; at < start + found; at++) fewest = Math.min(fewest, this.#people[at] as number);
    }
    return fewest;
  }
}

/** A number for each combination of values that columns have, a missing one too; undefined where there are more than `most`. */
export function combinations(columns: readonly ColumnData[], most: number): Float64Array | undefined {
  let found: Float64Array | undefined;
  for (const column of columns) {
    const codes = encoded(codesOf(column), most);
    if (codes === undefined) return undefined;
    const before = found;
    found =
      before === undefined
        ? codes
        : encoded(
            codes.map((code, i) => code + most * (before[i] as number)),
            most,
          );
    if (found === undefined) return undefined;
  }
  return found;
}

/** The rows of a column at these positions. */
export function rowsOf(column: ColumnData, kept: Int32Array | null): ColumnData {
  return kept === null ? column : selectRows(column, kept);
}

function codesOf(column: ColumnData): ArrayLike<number> {
  return column.type === "category" ? column.codes : column.values;
}

/** Values in the order in which they are met, from 0 on; undefined where there are more than `most`. */
function encoded(values: ArrayLike<number>, most: number): Float64Array | undefined {
  const met = new Map<number, number>();
  const codes = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    let code = met.get(value);
    if (code === undefined) {
      if (met.size === most) return undefined;
      code = met.size;
      met.set(value, code);
    }
    codes[i] = code;
  }
  return codes;
}
