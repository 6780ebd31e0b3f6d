import type { DataSpecification } from "../data/index.ts";
import { type Policy, Withholding } from "../policy/index.ts";
import { innerKind, innermost, type Moments, type Sums } from "../statistics/index.ts";
import type { AnyStep } from "../step/index.ts";
import type { Column, Columns } from "../table/index.ts";
import type { Selection } from "./columns.ts";
import { storedBehind } from "./realised.ts";
import { joined, type Split, splitBy } from "./splits.ts";
import { type Built, requests } from "./table.ts";
import type { FormsOf } from "./transforms.ts";
import { combinations, rowsOf, type ValuesByCell, valuesByCell } from "./values-by-cell.ts";

/** More values than this are not few, however many sums there are: a bound on what is remembered of a cell. */
const mostValues = 100;

/** What a step sums over people: a column, or columns in one. */
interface Summed {
  /** Under which the step's table has it; null of what is behind columns. */
  readonly key: string | null;
  readonly name: string;
  /** The columns of the database behind it. */
  readonly sources: readonly string[];
  /** How many columns it is at least: of one that is the weight as well, two. */
  readonly columns: number;
  /** Its values, or a number for each combination of values of its sources. */
  readonly values: Float64Array;
  /** Whether functions of it are added up besides products, in sums that a step can do without. */
  readonly isAdded: boolean;
  readonly weighs: boolean;
  /** Whether the step computes from it what it cannot do without. */
  readonly isComputed: boolean;
  /** Sets of other columns, with the levels of which it is multiplied. */
  readonly within: readonly (readonly string[])[];
}

/** How a column that a step asks for tells rows apart, if it does: found when it is needed. */
interface ColumnSplit {
  readonly key: string;
  readonly name: string;
  readonly cells: () => Split | undefined;
  readonly weighs: boolean;
}

/**
 * Sums over a number of few values tell how many people have each: n, Σx and Σx² are three equations for the people of three
 * values. So each value has to be of k people, or of none, as each level of a category has to be, where there are no more
 * values than sums.
 *
 * Products of two of 1 and m columns are (m + 1)(m + 2)/2 sums, over all rows, in each group, and in each level with which
 * a column is multiplied. The m are the column and the forms of arithmetic on it that were ever asked for: what was answered
 * before is known as well. In each level of another column of a model there are m + 1, and as many as over all rows where
 * subtraction leaves one level. With m = 1 a model tells in levels what two columns of two values have in common, since hardly
 * any could be fitted without.
 *
 * Sums that are weighed are of whom the weight leaves in, or of those who have one of its two values; and by a weight that is
 * the column itself they are of one more power of it.
 *
 * Where a step adds up other functions of a column as well, as the deviance of counts does, these are left out where there
 * are no more values than sums with them. Of two values every function is a line, which tells nothing new. A function of
 * weights is left out where these have few values at all, however many sums there are: people are whole numbers, and dozens of
 * such follow from one sum of logarithms in all its digits. Where a step cannot do without, the site abstains.
 */
export class FewValues {
  readonly #summed: readonly Summed[];
  readonly #splits: readonly ColumnSplit[];
  readonly #weights: readonly ColumnSplit[];
  readonly #found = new Map<string, ValuesByCell>();

  constructor(selection: Selection, built: Built, columns: Columns, data: DataSpecification) {
    const table: Readonly<Record<string, unknown>> = built.table;
    const asked = requests(columns).map(([key, position, request]) => {
      const held = position < 0 ? table[key] : (table[key] as readonly unknown[])[position];
      return { key, request, held };
    });
    this.#splits = asked.map(({ key, request, held }) => {
      let made: { readonly split: Split | undefined } | undefined;
      const cells = (): Split | undefined => {
        made ??= { split: splitBy(held, request) };
        return made.split;
      };
      return { key, name: request.name, cells, weighs: request.weighs === true };
    });
    this.#weights = this.#splits.filter(({ weighs }) => weighs);
    const weighed = new Set(
      this.#weights.flatMap(({ name }) => storedBehind([name], selection.stored, data.derive)),
    );
    const own = asked.flatMap(({ key, request, held }): Summed[] => {
      const { name, within = [], weighs = false, added = [], computed = [] } = request;
      if (!isSummed(request) || !(held instanceof Float64Array)) return [];
      const sources = storedBehind([name], selection.stored, data.derive);
      const columns = !weighs && sources.some((source) => weighed.has(source)) ? 2 : 1;
      const of = { isAdded: added.length > 0, weighs, isComputed: computed.length > 0 };
      return [{ key, name, sources, columns, values: held, within, ...of }];
    });
    const derived = own.filter(({ name, sources }) => sources.some((source) => source !== name));
    const products = productsIn(columns).map((names) => own.filter(({ name }) => names.includes(name)));
    this.#summed = [
      ...own,
      ...derived.flatMap((one) => behind(one, selection, built)),
      ...[...derived.map((one) => [one]), ...products].flatMap((parts) => together(parts, selection, built)),
    ];
  }

  /**
   * @param told how many forms of arithmetic on some columns were asked for, and how many functions added up
   * @returns the keys of columns of which functions that are added up are to be left out
   * @throws Withholding CELL_TOO_SMALL where few people have one of few values; the site abstains
   */
  require(policy: Policy, step: AnyStep, told: FormsOf): ReadonlySet<string> {
    const sums = sumsOf(step);
    const few = new Set<string>();
    if (policy.open || sums.length === 0) return few;
    const groups = new Set(sums.flatMap(({ within }) => within ?? []));
    const grouping = this.#splits.filter(({ key }) => groups.has(key));
    for (const column of this.#summed) {
      const { forms, added } = told(column.sources);
      const m = column.columns + forms;
      const products = column.weighs && column.isComputed ? mostValues : productsOf(m);
      const multiplied = column.within.map((names) =>
        this.#splits.filter(({ name }) => names.includes(name)),
      );
      const levels = groups.size > 0 || m < 2 ? [] : this.#splits;
      const fewest = [
        ...[grouping, ...multiplied].map((splits) => this.#in(column, splits, products).fewest),
        ...levels.map((split) => this.#inLevels(column, split, m + 1, products)),
      ];
      if (Math.min(...fewest) < policy.minimumCell) throw tooFew(column.name, policy);
      if (added === 0 || (column.sources.length > 1 && !column.isAdded)) continue;
      const hasFew = (products: number, all = products + added): boolean =>
        Math.min(
          ...[grouping, ...multiplied].map((splits) => this.#in(column, splits, all, 3).fewest),
          ...this.#splits.map((split) => this.#inLevels(column, split, products, all, 3)),
        ) < policy.minimumCell;
      if (column.key !== null && column.isAdded && hasFew(products, column.weighs ? mostValues : undefined))
        few.add(column.key);
      // What was no secret before there were forms has been told.
      if (hasFew(products) && !hasFew(productsOf(1))) throw tooFew(column.name, policy);
    }
    return few;
  }

  #inLevels(column: Summed, split: ColumnSplit, inLevel: number, overall: number, least = 1): number {
    if (split.cells() === undefined) return Number.POSITIVE_INFINITY;
    const { fewest, cellsOfMore } = this.#in(column, [split], inLevel, least);
    const isTold = cellsOfMore <= 1 || this.#in(column, [], overall).cellsOfMore === 0;
    return isTold ? this.#in(column, [split], overall, least).fewest : fewest;
  }

  /** Cells of `least` or more values, and no more than `sums`. */
  #in(column: Summed, within: readonly ColumnSplit[], sums: number, least = 1): ValuesByCell {
    const splits = [...within, ...this.#weights];
    const most = Math.min(mostValues, sums);
    const key = [
      this.#summed.indexOf(column),
      most,
      least,
      ...splits.map((split) => this.#splits.indexOf(split)),
    ].join(" ");
    const known = this.#found.get(key);
    if (known !== undefined) return known;
    const cells = splits.reduce<Split | undefined>((all, one) => joined(all, one.cells()), undefined);
    const found = valuesByCell(column.values, cells, most, least);
    this.#found.set(key, found);
    return found;
  }
}

/** How many products there are of two of 1 and m columns. */
function productsOf(m: number): number {
  return ((m + 1) * (m + 2)) / 2;
}

/** The outputs that add up numbers. */
export function sumsOf({ output }: AnyStep): readonly { readonly within: string | null }[] {
  return Object.values(output).flatMap((statistic) =>
    ["sums", "moments"].includes(innerKind(statistic))
      ? [innermost(statistic) as Sums<string> | Moments<string, string>]
      : [],
  );
}

function tooFew(name: string, { minimumCell }: Policy): Withholding {
  return new Withholding(
    "CELL_TOO_SMALL",
    `{site} abstains: "${name}" has so few different values there that sums tell how many people have each, and fewer have one of them than the policy there permits (minimumCell ${minimumCell}). Read it as a category (by factor() in a formula, by its levels in a table), leave it out, or ask for fewer or wider groups.`,
    true,
  );
}

function isSummed({ type, orders, summed = true }: Column<unknown>): boolean {
  return (type === "numeric" || type === "date") && orders === undefined && summed;
}

/** The names of columns that have a form of arithmetic in common: their product, for one. */
function productsIn(columns: Columns): readonly (readonly string[])[] {
  const names = new Map<string, Set<string>>();
  for (const [, , { name, computed = [] }] of requests(columns))
    for (const form of computed) names.set(form, (names.get(form) ?? new Set()).add(name));
  return [...names.values()].filter(({ size }) => size > 1).map((factors) => [...factors]);
}

/** Of what a step does not ask for itself. */
const onlyBehind = { key: null, isAdded: false, weighs: false, isComputed: false } as const;

/** The columns behind a derived one, each by itself: x and x + z are x and z. */
function behind(
  { sources, columns, within }: Summed,
  selection: Selection,
  { kept }: Built,
): readonly Summed[] {
  return sources.flatMap((name): Summed[] => {
    const column = rowsOf(selection.column(name), kept);
    return column.type === "numeric" || column.type === "date"
      ? [{ ...onlyBehind, name, sources: [name], columns, values: column.values, within }]
      : [];
  });
}

/** The combinations of what the sources of these columns have, where they are few. */
function together(parts: readonly Summed[], selection: Selection, { kept }: Built): readonly Summed[] {
  const sources = [...new Set(parts.flatMap((part) => part.sources))].sort();
  const columns = sources.map((source) => rowsOf(selection.column(source), kept));
  const values = combinations(columns, mostValues)?.map((code, i) =>
    parts.some((part) => Number.isNaN(part.values[i])) ? Number.NaN : code,
  );
  const name = parts.map((part) => part.name).join('" × "');
  const within = parts.flatMap((part) => part.within);
  return values === undefined
    ? []
    : [{ ...onlyBehind, name, sources, columns: sources.length, values, within }];
}
