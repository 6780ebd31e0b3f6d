import type { Comparison } from "../data/expression.ts";
import type { BooleanVariable, CategoryVariable, DateVariable, NumericVariable } from "../data/variable.ts";
import { checkOptionNames } from "../errors/index.ts";
import type { ColumnType } from "./frame.ts";

/** A category as a step sees it: positions in `levels`, -1 where missing (only with `missing: "keep"`). */
export interface Category {
  readonly codes: Int32Array;
  readonly levels: readonly string[];
}

/** A column as a step sees it when it takes any type (`variable(name)`): tells by `type` what it holds. */
export type AnyColumn =
  | { readonly type: "numeric" | "date"; readonly values: Float64Array }
  | { readonly type: "boolean"; readonly values: Uint8Array }
  | ({ readonly type: "category" } & Category);

/** What becomes of rows in which the column is missing: dropped from the step's table, or kept. */
export interface ColumnOptions {
  readonly missing?: "drop" | "keep" | undefined;
}

/**
 * What becomes of rows whose level was not asked for: the site refuses (LEVEL_RARE), or they count as missing. "exclude"
 * does so with rows of levels that too few people have at the site as well; `merge` puts both into one of the levels asked
 * for, and where that is not asked for they are missing.
 */
export type OtherLevels = "refuse" | "missing" | "exclude" | { readonly merge: string };

/** That a step compares a column with a number; null stands for a comparison of arithmetic. */
export interface Compared {
  readonly op: Comparison;
  readonly value: number | null;
}

export interface NumericOptions extends ColumnOptions {
  /** With what the step compares the column: each comparison tells people apart, and the site's policy says where it may. */
  readonly compared?: readonly Compared[] | undefined;
  /**
   * Arithmetic in which the step uses the column, as text, other than moving and scaling it: each form is one more equation
   * about the same people, and the site's policy says how many it answers.
   */
  readonly computed?: readonly string[] | undefined;
  /** That the step puts people in the order of the column, as of times, or in that of arithmetic on it. */
  readonly orders?: "column" | "arithmetic" | undefined;
  /**
   * That the step refuses values beyond a bound, such as negative weights, of the column or of arithmetic on it: whoever
   * computes it chooses the bound.
   */
  readonly checked?: "column" | "arithmetic" | undefined;
  /**
   * Functions of the column, as text, that the step adds up besides products of columns, in sums that it can do without
   * (which name its key as `added`): each is one more equation about how many people have which value.
   */
  readonly added?: readonly string[] | undefined;
  /** Whether the step's sums are of the column or of arithmetic on it. Default true, but of a column that orders. */
  readonly summed?: boolean | undefined;
  /**
   * Other columns, by name, with the levels of which the step multiplies the column, or with what is compared of them: one
   * list for each product.
   */
  readonly within?: readonly (readonly string[])[] | undefined;
  /** Whether the step's sums are weighed by the column: two values of it are two groups, and so are zero and all others. */
  readonly weighs?: boolean | undefined;
}

export interface CategoryOptions extends ColumnOptions {
  /** The levels that the codes shall refer to, in this order. */
  readonly levels?: readonly string[] | undefined;
  /** Default "refuse". */
  readonly others?: OtherLevels | undefined;
}

/** A step's request for one column. `T` is what its table will hold. */
export interface Column<T> {
  readonly name: string;
  readonly type: ColumnType | "any";
  readonly missing: "drop" | "keep";
  readonly levels?: readonly string[] | undefined;
  readonly others?: OtherLevels | undefined;
  readonly compared?: readonly Compared[] | undefined;
  readonly computed?: readonly string[] | undefined;
  readonly orders?: "column" | "arithmetic" | undefined;
  readonly checked?: "column" | "arithmetic" | undefined;
  readonly added?: readonly string[] | undefined;
  /** That not the values are asked for, but what stands in for one that is missing. */
  readonly standsIn?: true;
  readonly summed?: boolean | undefined;
  readonly within?: readonly (readonly string[])[] | undefined;
  readonly weighs?: boolean | undefined;
  readonly "~type"?: T;
}

/** Requests by the name under which the step's table has them; a list becomes a list of columns. */
export interface Columns {
  readonly [key: string]: Column<unknown> | readonly Column<unknown>[];
}

type Held<C> = C extends Column<infer T> ? T : C extends readonly Column<infer T>[] ? readonly T[] : never;

/** What a step's `run` receives: typed arrays of `rows` complete rows. */
export type Table<C> = { readonly [K in keyof C]: Held<C[K]> } & { readonly rows: number };

const columnOptions: readonly (keyof ColumnOptions)[] = ["missing"];
const categoryOptions: readonly (keyof CategoryOptions)[] = [...columnOptions, "levels", "others"];
const numericOptions: readonly (keyof NumericOptions)[] = [
  ...columnOptions,
  "compared",
  "computed",
  "orders",
  "checked",
  "added",
  "summed",
  "within",
  "weighs",
];

/** A numeric column: Float64Array. Booleans are read as 0 and 1; missing is NaN. */
export function numeric(name: string, options: NumericOptions = {}): Column<Float64Array> {
  checkOptionNames("numeric()", options, numericOptions);
  const { missing = "drop", compared = [], computed = [], added = [], summed = true, within = [] } = options;
  const { orders, checked } = options;
  return {
    name,
    type: "numeric",
    missing,
    ...(compared.length > 0 && { compared }),
    ...(computed.length > 0 && { computed }),
    ...(orders !== undefined && { orders }),
    ...(checked !== undefined && { checked }),
    ...(added.length > 0 && { added }),
    ...(!summed && { summed }),
    ...(within.length > 0 && { within }),
    ...(options.weighs === true && { weighs: true }),
  };
}

/**
 * In a step: the value with which a row is counted that must not be told to lack a number or date (`moments`): one number
 * for all rows of the database, whatever the filter; NaN where there is none.
 */
export function standIn(name: string, type: "numeric" | "date" = "numeric"): Column<number> {
  return { name, type, missing: "keep", standsIn: true };
}

/** A column of any type, as its data declare it. */
export function variable(name: string, options: ColumnOptions = {}): Column<AnyColumn> {
  checkOptionNames("variable()", options, columnOptions);
  return { name, type: "any", missing: options.missing ?? "drop" };
}

/** In a step: a yes/no column, Uint8Array of 0 and 1 (255 missing); a numeric column of 0 and 1 is read as well. */
export function boolean(name: string, options?: ColumnOptions): Column<Uint8Array>;
/** In data: declares a yes/no column. */
export function boolean(): BooleanVariable;
export function boolean(name?: string, options: ColumnOptions = {}): Column<Uint8Array> | BooleanVariable {
  checkOptionNames("boolean()", options, name === undefined ? [] : columnOptions);
  return name === undefined
    ? { type: "boolean" }
    : { name, type: "boolean", missing: options.missing ?? "drop" };
}

/** In a step: a category; numbers and booleans are read as levels "1", "2", "TRUE", "FALSE". */
export function category(name: string, options?: CategoryOptions): Column<Category>;
/** In data: declares a category, with its levels when they are known (the first is the reference). */
export function category<const L extends string = string>(levels?: readonly L[]): CategoryVariable<L>;
export function category(
  first?: string | readonly string[],
  options: CategoryOptions = {},
): Column<Category> | CategoryVariable<string> {
  const isDeclared = typeof first !== "string";
  checkOptionNames(
    isDeclared ? "category(levels)" : "category()",
    options,
    isDeclared ? [] : categoryOptions,
  );
  if (isDeclared) return first === undefined ? { type: "category" } : { type: "category", levels: first };
  return {
    name: first,
    type: "category",
    missing: options.missing ?? "drop",
    levels: options.levels,
    others: options.others,
  };
}

/** In a step: a date, as Float64Array of days since 1970-01-01 (NaN missing). */
export function date(name: string, options?: ColumnOptions): Column<Float64Array>;
/** In data: declares a date. */
export function date(): DateVariable;
export function date(name?: string, options: ColumnOptions = {}): Column<Float64Array> | DateVariable {
  checkOptionNames("date()", options, name === undefined ? [] : columnOptions);
  return name === undefined ? { type: "date" } : { name, type: "date", missing: options.missing ?? "drop" };
}

/** In data: declares a number, with its unit for axis labels. */
export function number(unit?: string): NumericVariable {
  return unit === undefined ? { type: "numeric" } : { type: "numeric", unit };
}
