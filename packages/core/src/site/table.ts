import type { ExpressionNode } from "../data/index.ts";
import { type Column, type ColumnData, type Columns, markMissing, type Table } from "../table/index.ts";
import { fewUnlisted, markAbsent, refuseUnlisted, requested, type Selection } from "./columns.ts";
import type { Comparing } from "./permitted-expressions.ts";
import { moveRareLevels } from "./rare-levels.ts";
import { smallestSet } from "./smallest-set.ts";
import { rowsOf } from "./values-by-cell.ts";

/** A step's table, and how many of the selected rows are complete. */
export interface Built {
  readonly table: Table<Columns>;
  readonly used: number;
  /** Where the rows used are among the selected ones; null: all are used. */
  readonly kept: Int32Array | null;
  /** The columns without which fewest rows would be added; null when all rows are complete. */
  readonly fewestAdded: FewestAdded | null;
}

/** Rows that lack just these columns. */
interface FewestAdded {
  readonly columns: readonly string[];
  readonly rows: number;
  /** The column of those asked for that is computed from these and others, and of which the rows are not left out. */
  readonly within: string | null;
}

/** The columns that a step asks for, one by one. */
export function requests(
  columns: Columns,
): readonly (readonly [key: string, position: number, request: Column<unknown>])[] {
  return Object.entries(columns).flatMap(([key, held]) =>
    Array.isArray(held)
      ? (held as readonly Column<unknown>[]).map((request, i) => [key, i, request] as const)
      : [[key, -1, held as Column<unknown>] as const],
  );
}

/** The names of all columns that a step asks for. */
export function requestedNames(columns: Columns): readonly string[] {
  return [...new Set(requests(columns).map(([, , request]) => request.name))];
}

/** The comparisons that a step makes itself, as expressions; what it compares after arithmetic is arithmetic here too. */
export function comparisonsIn(columns: Columns): readonly Comparing[] {
  return requests(columns).flatMap(([, , { name, compared = [] }]) =>
    compared.map(({ op, value }): Comparing => {
      const column = { op: "column", name } as const;
      const zero = { op: "literal", value: 0 } as const;
      return value === null
        ? { op, left: { op: "+", left: column, right: zero }, right: zero }
        : { op, left: column, right: { op: "literal", value } };
    }),
  );
}

/** By what a step puts people in order, or what it holds to bounds, as expressions. */
export function expressionsIn(columns: Columns, what: "orders" | "checked"): readonly ExpressionNode[] {
  return requests(columns).flatMap(([, , { name, [what]: of }]): ExpressionNode[] => {
    if (of === undefined) return [];
    const column = { op: "column", name } as const;
    return [of === "column" ? column : { op: "+", left: column, right: { op: "literal", value: 0 } }];
  });
}

/** The columns that a step takes for categories, whatever they are. */
export function categoriesIn(columns: Columns): readonly string[] {
  return requests(columns).flatMap(([, , { name, type, levels }]) =>
    type === "category" || levels !== undefined ? [name] : [],
  );
}

/** The names of the categories of which a step leaves out rows with a level that it does not ask for, or a rare one. */
export function namesLeavingLevels(columns: Columns): readonly string[] {
  return requests(columns).flatMap(([, , { name, levels, others }]) =>
    levels !== undefined && (others === "missing" || others === "exclude") ? [name] : [],
  );
}

/** What a step sees of a column: a typed array, or codes and levels. */
function held(column: ColumnData, request: Column<unknown>): unknown {
  if (request.type === "any") return column;
  if (column.type === "category") return { codes: column.codes, levels: column.levels };
  return column.values;
}

/** Looked for only where a row lacks the column: it takes all values in order. */
function standInFor(column: ColumnData, { name }: Column<unknown>, selection: Selection): number {
  return isComplete(column) ? Number.NaN : selection.standIn(name);
}

function isComplete(column: ColumnData): boolean {
  if (column.type !== "numeric" && column.type !== "date") return false;
  return !column.values.some(Number.isNaN);
}

/** Types the columns, leaves out rows that lack one that must be there, and lays the rest out by key. */
export function buildTable(selection: Selection, columns: Columns, minimumCell: number): Built {
  const typed = requests(columns).map(([key, position, request]) => ({
    key,
    position,
    request,
    column: requested(selection.column(request.name), request),
  }));
  const missing = new Uint8Array(selection.selected);
  const absent = new Map<string, Uint8Array>();
  const lacking = (name: string): Uint8Array => {
    const known = absent.get(name) ?? new Uint8Array(selection.selected);
    absent.set(name, known);
    return known;
  };
  const mark = (name: string, marks: Uint8Array): void => {
    // Most columns are complete, which is found in no time.
    if (!marks.includes(1)) return;
    for (let i = 0; i < marks.length; i++) if (marks[i] === 1) missing[i] = 1;
    for (const [wanting, rows] of wantingIn(name, marks, selection, null)) {
      const own = lacking(wanting);
      for (let i = 0; i < rows.length; i++) if (rows[i] === 1) own[i] = 1;
    }
  };
  const marks = new Uint8Array(selection.selected);
  do {
    for (const { request, column } of typed) {
      if (request.missing !== "drop") continue;
      marks.fill(0);
      markAbsent(column, request, marks);
      mark(request.name, marks);
    }
  } while (moveRareLevels(typed, missing, minimumCell));
  // Under the open policy, whose cells may hold one person, a single one is a reason to refuse.
  for (const { request, column } of typed)
    if (request.levels !== undefined) mark(request.name, fewUnlisted(column, missing, minimumCell));
  let used = missing.length;
  if (missing.includes(1)) for (let i = 0; i < missing.length; i++) used -= missing[i] as number;
  let rows: Int32Array | null = null;
  if (used < missing.length) {
    rows = new Int32Array(used);
    for (let i = 0, k = 0; i < missing.length; i++) if (missing[i] === 0) rows[k++] = i;
  }
  const table: Record<string, unknown> = { rows: used };
  for (const [key, value] of Object.entries(columns)) if (Array.isArray(value)) table[key] = [];
  for (const { key, position, request, column } of typed) {
    const kept = rowsOf(column, rows);
    refuseUnlisted(kept, request);
    const value = request.standsIn === true ? standInFor(kept, request, selection) : held(kept, request);
    if (position < 0) table[key] = value;
    else (table[key] as unknown[])[position] = value;
  }
  const added = [
    ...(rows === null ? [] : [fewestAdded(absent, missing)]),
    ...typed.flatMap(({ request }) =>
      request.missing === "drop" ? [] : [fewestLacking(request, selection, rows, minimumCell)],
    ),
  ].filter((fewest) => fewest !== null);
  const [least = null] = added.sort((a, b) => a.rows - b.rows);
  return { table: table as Table<Columns>, used, kept: rows, fewestAdded: least };
}

/**
 * For want of what the rows marked lack a column: of a derived one its sources, since of each another question could be asked,
 * or, where a row has these, itself.
 */
function wantingIn(
  name: string,
  marks: Uint8Array,
  selection: Selection,
  rows: Int32Array | null,
): ReadonlyMap<string, Uint8Array> {
  const itself = marks.slice();
  const wanting = new Map([[name, itself]]);
  for (const source of selection.sources(name)) {
    const lacking = new Uint8Array(marks.length);
    markMissing(rowsOf(selection.column(source), rows), lacking);
    for (let i = 0; i < marks.length; i++) {
      if (marks[i] === 0) lacking[i] = 0;
      if (lacking[i] === 1) itself[i] = 0;
    }
    wanting.set(source, lacking);
  }
  return wanting;
}

/**
 * Of a derived column that rows are kept without: the fewest rows that lack it for want of the same of its sources. How many
 * lack each of these can be asked as well, and the difference is how many lack another alone. Where few lack it at all, how
 * many is told as an interval, but of a number with its sums, for which nothing stands in that is computed from several.
 */
function fewestLacking(
  { name, standsIn }: Column<unknown>,
  selection: Selection,
  rows: Int32Array | null,
  minimumCell: number,
): FewestAdded | null {
  const sources = selection.sources(name).length;
  if (sources === 0 || (standsIn === true && sources === 1)) return null;
  const missing = new Uint8Array(rows?.length ?? selection.selected);
  markMissing(rowsOf(selection.column(name), rows), missing);
  const people = missing.reduce((sum, mark) => sum + mark, 0);
  if (people === 0 || (standsIn !== true && people < minimumCell)) return null;
  const fewest = fewestAdded(wantingIn(name, missing, selection, rows), missing);
  return fewest === null ? null : { ...fewest, within: name };
}

function fewestAdded(absent: ReadonlyMap<string, Uint8Array>, missing: Uint8Array): FewestAdded | null {
  const columns = [...absent].map(([name, marks], i) => ({ name, marks, bit: 1n << BigInt(i) }));
  const sets = new Map<bigint, number>();
  for (let i = 0; i < missing.length; i++) {
    if (missing[i] === 0) continue;
    let lacking = 0n;
    for (const { marks, bit } of columns) if (marks[i] === 1) lacking |= bit;
    sets.set(lacking, (sets.get(lacking) ?? 0) + 1);
  }
  const fewest = smallestSet(sets);
  if (fewest === undefined) return null;
  const names = columns.filter(({ bit }) => (fewest.parts & bit) !== 0n).map(({ name }) => name);
  return { columns: names, rows: fewest.people, within: null };
}
