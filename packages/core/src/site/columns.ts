import {
  convertColumn,
  type DataSpecification,
  declareColumn,
  derivationOrder,
  evaluate,
  LinearExpressions,
  referencedColumns,
} from "../data/index.ts";
import { DataError, suggestion } from "../errors/index.ts";
import { type Permission, type Policy, permits, Withholding } from "../policy/index.ts";
import {
  type Column,
  type ColumnData,
  type ColumnType,
  type Frame,
  markMissing,
  type Source,
  type SourceColumn,
  selectRows,
} from "../table/index.ts";
import { requireLevelsOfNumber } from "./levels-of-number.ts";
import { type ColumnTypes, type Judged, requirePermitted } from "./permitted-expressions.ts";
import { sourcesOf, standInOf } from "./stand-in.ts";

/** The reserved column that says at which site a row is, unless the data have one of that name. */
export const siteColumn = "site";

/** What a site may read for one specification: its source, less what the policy denies. */
export interface Readable {
  readonly source: Source;
  readonly columns: readonly SourceColumn[];
  readonly permission: Permission;
  readonly site: string;
}

/** The columns that a request may read here, in a fixed order, and those that it derives. */
function namesThere(readable: Readable, data: DataSpecification): readonly string[] {
  const permitted = readable.columns
    .map(({ name }) => name)
    .filter((name) => permits(readable.permission, name));
  return [...permitted, ...data.derive.map(({ name }) => name)];
}

/** The columns that a request for this specification may name, in a fixed order. */
export function namesOffered(readable: Readable, data: DataSpecification): readonly string[] {
  const { columns, derive } = data;
  const isDerived = (name: string): boolean => derive.some((derived) => derived.name === name);
  return namesThere(readable, data).filter(
    (name) => columns === null || Object.hasOwn(columns, name) || isDerived(name),
  );
}

function requireColumn(name: string, readable: Readable, data: DataSpecification): void {
  const exists = readable.columns.some((column) => column.name === name);
  if (exists && !permits(readable.permission, name)) {
    throw new Withholding(
      "COLUMN_NOT_PERMITTED",
      `The policy of {site} does not permit reading the column "${name}" (columns). ${suggestion("", namesOffered(readable, data), "Columns permitted there")}`,
    );
  }
  if (!exists) {
    throw new Withholding(
      "COLUMN_UNKNOWN",
      `Column "${name}" is not at {site}. ${suggestion(name, namesThere(readable, data), "Columns there")}`,
    );
  }
  if (data.columns !== null && !Object.hasOwn(data.columns, name)) {
    throw new Withholding(
      "COLUMN_UNKNOWN",
      `Column "${name}" is at {site}, but not among the columns that the data declare. Declare it in data({ columns }) as well. ${suggestion("", namesOffered(readable, data), "Declared columns")}`,
    );
  }
}

/** The types of columns of the database, as it has them and as the data declare them. */
function typesAt({ columns }: Readable, data: DataSpecification): ColumnTypes {
  const stored = (name: string): ColumnType | undefined =>
    columns.find((column) => column.name === name)?.type ?? (name === siteColumn ? "category" : undefined);
  const declared = (name: string): ColumnType | undefined =>
    data.columns !== null && Object.hasOwn(data.columns, name) ? data.columns[name]?.type : undefined;
  return { stored, read: (name) => declared(name) ?? stored(name) };
}

/** Columns in memory after declarations, derivations and the filter. */
export interface Selection {
  readonly read: number;
  readonly selected: number;
  /** Where the selected rows are among all; null: all are selected. */
  readonly positions: Int32Array | null;
  /** The rows that are selected. */
  column(name: string): ColumnData;
  /** All rows that were read. */
  whole(name: string): ColumnData;
  /** What stands in for a number or date that a row lacks, of all rows that were read; NaN where nothing does. */
  standIn(name: string): number;
  /** The columns on which a derived column rests, that are not derived themselves; none of one that is not derived. */
  sources(name: string): readonly string[];
  /** The columns that were read, as the database has them. */
  readonly stored: ReadonlyMap<string, ColumnData>;
}

/**
 * Reads what is needed for the columns named, derives, and keeps the rows that the filter selects: as far as the policy
 * permits to tell rows apart in this way.
 * @throws Withholding for a column that is not there or not permitted; DataError for what does not fit
 */
export async function select(
  readable: Readable,
  data: DataSpecification,
  { names, ...judged }: Judged & { readonly names: readonly string[] },
  policy: Policy,
): Promise<Selection> {
  if (readable.columns.length === 0)
    throw new Withholding(
      "DATA_EMPTY",
      "{site} abstains: the database there has no column and no row. Ask another database of the site, or its steward to fill this one.",
      true,
    );
  for (const { name } of data.derive) {
    if (readable.columns.some((column) => column.name === name)) {
      throw new Withholding(
        "EXPRESSION_INVALID",
        `The derived column "${name}" has the name of a column at {site}. Choose another.`,
      );
    }
  }
  const derived = new Map(data.derive.map(({ name, expression }) => [name, expression]));
  const needed = new Set<string>();
  const isConstant = (name: string): boolean =>
    name === siteColumn && !derived.has(name) && !readable.columns.some((column) => column.name === name);
  // Derived columns that share others are looked at once: their number of paths grows without bound.
  const done = new Set<string>();
  const visit = (name: string, trail: readonly string[]): void => {
    if (needed.has(name) || isConstant(name)) return;
    const expression = derived.get(name);
    if (expression === undefined) {
      requireColumn(name, readable, data);
      needed.add(name);
      return;
    }
    if (done.has(name)) return;
    if (trail.includes(name))
      throw new Withholding("EXPRESSION_INVALID", `The derived column "${name}" depends on itself.`);
    for (const inner of referencedColumns(expression)) visit(inner, [...trail, name]);
    done.add(name);
  };
  for (const name of names) visit(name, []);
  if (data.filter !== null) for (const name of referencedColumns(data.filter)) visit(name, []);

  const types = typesAt(readable, data);
  const declared = [...needed].filter((name) => types.read(name) === "category");
  const numbersByLevel = policy.open
    ? []
    : requirePermitted(
        policy,
        data,
        derivationOrder(data.derive, [...done]),
        { ...judged, categories: [...judged.categories, ...declared] },
        types,
      );

  // Some column is read in any case: it tells how many rows there are.
  const first = [...needed][0] ?? namesOffered(readable, data).find((name) => !derived.has(name));
  const wanted = needed.size > 0 ? [...needed] : first === undefined ? [] : [first];
  const frame: Frame = await readable.source.read(wanted);
  // Before a declaration of levels can disagree with single values. Of fewer rows the site abstains, which says less.
  if (frame.rows >= policy.minimumRows)
    for (const name of numbersByLevel) requireLevelsOfNumber(policy, name, frame);
  const sums = new LinearExpressions((name) => derived.get(name));
  const cache = new Map<string, ColumnData>();
  const whole = (name: string): ColumnData => {
    const known = cache.get(name);
    if (known !== undefined) return known;
    const made = make(name);
    cache.set(name, made);
    return made;
  };
  const make = (name: string): ColumnData => {
    if (isConstant(name))
      return { type: "category", codes: new Int32Array(frame.rows), levels: [readable.site] };
    const expression = derived.get(name);
    if (expression !== undefined) return evaluate(expression, whole, frame.rows, sums);
    const column = frame.columns.get(name);
    if (column === undefined)
      throw new DataError("DATA_UNREADABLE", `The column "${name}" could not be read at {site}.`);
    const variable = data.columns?.[name];
    return variable === undefined ? column : declareColumn(column, variable, name);
  };
  const stored = frame.columns;
  const shared = {
    read: frame.rows,
    whole,
    stored,
    standIn: (name: string): number => standInOf(name, data, whole, policy.minimumCell),
    sources: (name: string): readonly string[] => sourcesOf(name, data),
  };
  if (data.filter === null) return { ...shared, selected: frame.rows, positions: null, column: whole };

  const keep = evaluate(data.filter, whole, frame.rows, sums);
  if (keep.type !== "boolean")
    throw new Withholding(
      "EXPRESSION_INVALID",
      "A filter must be a comparison or another yes/no expression.",
    );
  const rows = rowsWhere(keep.values);
  const filtered = new Map<string, ColumnData>();
  return {
    ...shared,
    selected: rows.length,
    positions: rows,
    column(name) {
      let column = filtered.get(name);
      if (column === undefined) {
        column = selectRows(whole(name), rows);
        filtered.set(name, column);
      }
      return column;
    },
  };
}

function rowsWhere(values: Uint8Array): Int32Array {
  let count = 0;
  for (let i = 0; i < values.length; i++) if (values[i] === 1) count++;
  const rows = new Int32Array(count);
  for (let i = 0, k = 0; i < values.length; i++) if (values[i] === 1) rows[k++] = i;
  return rows;
}

/** The code of a value whose level was not asked for, until it is known whether its row is used. */
const unlisted = -2;

/** A column as a step asked for it: of its type, with its levels; other levels are missing, or unlisted. */
export function requested(column: ColumnData, request: Column<unknown>): ColumnData {
  const typed = request.type === "any" ? column : convertColumn(column, request.type, request.name);
  if (request.levels === undefined) return typed;
  if (typed.type !== "category") return requested(convertColumn(typed, "category", request.name), request);
  const position = new Map(request.levels.map((level, i) => [level, i]));
  const other =
    typeof request.others === "object"
      ? (position.get(request.others.merge) ?? -1)
      : request.others === "missing" || request.others === "exclude"
        ? -1
        : unlisted;
  const translation = Int32Array.from(typed.levels, (level) => position.get(level) ?? other);
  const codes = new Int32Array(typed.codes.length);
  for (let i = 0; i < codes.length; i++) {
    const code = typed.codes[i] as number;
    codes[i] = code < 0 ? -1 : (translation[code] as number);
  }
  return { type: "category", codes, levels: request.levels };
}

/** Marks rows without a value; an unlisted level is a value. */
export function markAbsent(column: ColumnData, request: Column<unknown>, into: Uint8Array): void {
  if (column.type !== "category" || request.levels === undefined) {
    markMissing(column, into);
    return;
  }
  const { codes } = column;
  for (let i = 0; i < into.length; i++) if (codes[i] === -1) into[i] = 1;
}

/** Rows with a level that was not asked for, where they are so few that a refusal would tell of them; else none. */
export function fewUnlisted(column: ColumnData, missing: Uint8Array, minimumCell: number): Uint8Array {
  const marks = new Uint8Array(missing.length);
  if (column.type !== "category") return marks;
  let people = 0;
  for (let i = 0; i < marks.length; i++) {
    if (column.codes[i] !== unlisted) continue;
    marks[i] = 1;
    if (missing[i] === 0) people++;
  }
  return people < minimumCell ? marks : marks.fill(0);
}

/** @throws Withholding LEVEL_RARE when a row that would be used has a level that was not asked for */
export function refuseUnlisted(column: ColumnData, request: Column<unknown>): void {
  if (column.type !== "category" || request.levels === undefined || !column.codes.includes(unlisted)) return;
  throw new Withholding(
    "LEVEL_RARE",
    `Column "${request.name}" has a level at {site} that is not among those asked for. Name the levels that count at every site in \`levels\`; or let sites put their own others together with rareLevels: { merge: "other" }, or leave their rows out with rareLevels: "exclude".`,
  );
}
