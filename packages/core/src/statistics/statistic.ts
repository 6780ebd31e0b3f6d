import type { Policy } from "../policy/index.ts";

/** The kinds of statistic that can leave a site. There are no others. */
export type KindName =
  | "count"
  | "counts"
  | "maskedCounts"
  | "moments"
  | "sums"
  | "weights"
  | "comparedPeople"
  | "distribution"
  | "levels"
  | "range"
  | "flags"
  | "perSite";

/**
 * One declared output of a step. `Value` is what the step returns, `Pooled` what central receives, `D` the names of
 * its dimensions, whose sizes follow from the arguments and never from the data.
 */
export interface Statistic<Value, Pooled, D extends string = never> {
  readonly kind: KindName;
  readonly dimensions: readonly D[];
  /** "site" when central needs the value of each single site, which secure aggregation cannot hide. */
  readonly visibility: "site" | "pooled";
  readonly "~types"?: { readonly value: Value; readonly pooled: Pooled };
}

/** A statistic of any kind. */
export type AnyStatistic = Statistic<unknown, unknown, string>;

/** The labels of each dimension, known from the arguments. */
export type Dimensions = Readonly<Record<string, readonly string[]>>;

/** What a rule may look at beside the statistic that it judges. */
export interface ReleaseContext {
  /** The site's policy, made stricter as the researcher wished. */
  readonly policy: Policy;
  /**
   * The site's policy as it is, unless it is the same: what a wish would move, such as the ends of batches, would tell more
   * by every wish.
   */
  readonly own?: Policy | undefined;
  /** Keys of columns with so few values that what a step adds up of them would tell how many people have each. */
  readonly few?: ReadonlySet<string> | undefined;
  readonly field: string;
  /** What each field of the output is, in the step's own words. */
  readonly words?: Readonly<Record<string, string>> | undefined;
  /** Rows of the step's table. */
  readonly rows: number;
  readonly dimensions: Dimensions;
  /** Another field of the same output. */
  readonly other: (field: string) => unknown;
  /**
   * A numeric column that the step's table has under this key, and whether it was measured: read from the database, or days
   * between two dates that were. A lattice holds for nothing else, since a column can be stretched by deriving it.
   */
  readonly measured: (
    key: string,
  ) =>
    | { readonly values: Float64Array; readonly isMeasured: boolean; readonly unit?: string | undefined }
    | undefined;
  /** The name of the column that the step's table has under this key. */
  readonly columnName: (key: string) => string;
}

/** What a refusal calls a field: never by its name in the code, unless its step has no words for it. */
export function fieldInWords(
  field: string,
  { words = {} }: { readonly words?: Readonly<Record<string, string>> | undefined },
): string {
  return (Object.hasOwn(words, field) ? words[field] : undefined) ?? `"${field}"`;
}

/** A statistic as it leaves. */
export interface Release {
  readonly wire: unknown;
  /** Numbers in it. */
  readonly cells: number;
  /** How many of them are intervals. */
  readonly masked: number;
  /** How many people fewer, and more, there could be by these intervals than there are. */
  readonly slack?: { readonly below: number; readonly above: number };
  /** The rule that it passed, in words. */
  readonly rule: string;
}

/** One site's part of a statistic, read and checked. */
export interface Part<Wire> {
  readonly site: string;
  readonly wire: Wire;
}

/** What the runtime knows about a kind: how to check, release, read and pool it. */
export interface Kind<S, Wire> {
  /** What is wrong with a value that a step returned, or undefined. */
  problem(statistic: S, value: unknown, dimensions: Dimensions): string | undefined;
  /** Applies the site's rule. @throws Withholding */
  release(statistic: S, value: unknown, context: ReleaseContext): Release;
  /** Reads the wire form; undefined when it is not what the declaration says. */
  read(statistic: S, wire: unknown, dimensions: Dimensions): Wire | undefined;
  pool(statistic: S, parts: readonly Part<Wire>[], context: PoolContext): unknown;
}

export interface PoolContext {
  readonly dimensions: Dimensions;
  /** The largest of the sites' settings. */
  readonly minimumOrganizations: number;
  /** The largest of the sites' settings. */
  readonly minimumCell: number;
}

/** Number of cells of a dense array over the dimensions named. */
export function cellCount(names: readonly string[], dimensions: Dimensions): number {
  let cells = 1;
  for (const name of names) cells *= dimensions[name]?.length ?? 0;
  return cells;
}

/** Whether `value` is an array (typed or not) of `length` numbers. */
export function isNumbers(value: unknown, length: number): value is ArrayLike<number> {
  if (Array.isArray(value))
    return value.length === length && value.every((entry) => typeof entry === "number");
  return (
    ArrayBuffer.isView(value) &&
    "length" in value &&
    value.length === length &&
    !(value instanceof BigInt64Array) &&
    !(value instanceof BigUint64Array)
  );
}

/** Whether `value` is a plain array of `length` finite numbers, as a message holds them. */
export function isFiniteArray(value: unknown, length: number): value is readonly number[] {
  return (
    Array.isArray(value) &&
    value.length === length &&
    value.every((entry) => typeof entry === "number" && Number.isFinite(entry))
  );
}

export function isWhole(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
