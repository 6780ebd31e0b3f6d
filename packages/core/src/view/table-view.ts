/** Two bounds between which a value lies: a masked count, a confidence interval. `null` is an end that cannot be estimated. */
export interface Interval {
  readonly lower: number | null;
  readonly upper: number | null;
}

/** What a cell of a table holds; `null` is not estimable or not applicable. */
export type Cell = number | string | boolean | null | Interval;

/**
 * How a column's numbers are written for people.
 *
 * - `number`: significant digits, 3 unless `digits` says otherwise; whole digits are never rounded away
 * - `integer`: counts
 * - `p`: p values, `<0.001` or 2 to 3 digits
 * - `percent`: fractions from 0 to 1 with `digits` decimals, 1 unless said otherwise
 * - `time`: what was measured, with the decimals that it has, but no more than `digits`, 3 unless said otherwise
 * - `interval`: `{ lower, upper }` with significant digits as in `number`
 * - `text`: as it is
 */
export type CellFormat = "number" | "integer" | "p" | "percent" | "time" | "interval" | "text";

export interface TableColumn {
  /** The name that a program reads, in broom's words where there is one: `term`, `estimate`, `std.error`, `p.value`. */
  readonly name: string;
  /** The name that people read. */
  readonly label: string;
  /** Without it, numbers are written as `number` and everything else as it is. */
  readonly format?: CellFormat;
  readonly digits?: number;
  /** Numbers stand at the end and text at the start unless this says otherwise. */
  readonly align?: "start" | "center" | "end";
  /** A heading over this column and its neighbours of the same group. */
  readonly group?: string;
  /** Less prominent than the others: there for those who look for it. */
  readonly muted?: boolean;
}

/** A table as plain JSON: what its columns are, and one array of values for each, all of the same length. */
export interface TableView {
  readonly title?: string;
  readonly columns: readonly TableColumn[];
  /** The values of each column by the column's name. */
  readonly values: { readonly [column: string]: readonly Cell[] };
  /** The name of a column that is shown as a heading over each run of rows in which its value stays the same. */
  readonly rowGroup?: string;
  readonly notes?: readonly string[];
}
