import type { DuckDBConnection } from "@duckdb/node-api";
import { type ColumnType, inWords } from "@konsil/core";
import type { CsvFile } from "./csv-relation.ts";
import { looksLike } from "./csv-text.ts";
import type { Relation } from "./relation.ts";
import { queryRows } from "./session.ts";
import type { StoredColumn } from "./stored-column.ts";

/** How many rows of a column are named. */
const mostNamed = 3;

/** SQL: whether the value of a column, where it has one, has a form. */
type Form = (column: StoredColumn) => string;

interface Misfits {
  readonly column: StoredColumn;
  /** Values that have the form, and values that have not. */
  readonly fit: number;
  readonly misfit: number;
  /** The first rows without it. The header is row 1, as in an editor. */
  readonly rows: readonly number[];
}

/** Which values of each column do not have the form, in all of `relation`. */
async function misfits(
  connection: DuckDBConnection,
  relation: string,
  columns: readonly StoredColumn[],
  form: Form,
): Promise<readonly Misfits[]> {
  if (columns.length === 0) return [];
  const parts = columns.flatMap((column) => {
    const has = form(column);
    const isOther = `(${column.value} IS NOT NULL AND NOT (${has}))`;
    return [
      `count(*) FILTER (WHERE ${has})`,
      `count(*) FILTER (WHERE ${isOther})`,
      `min(row, ${mostNamed}) FILTER (WHERE ${isOther})`,
    ];
  });
  const [row = []] = await queryRows(
    connection,
    `SELECT ${parts.join(", ")} FROM (SELECT 1 + row_number() OVER () AS row, * FROM ${relation})`,
  );
  return columns.map((column, i) => ({
    column,
    fit: Number(row[3 * i]),
    misfit: Number(row[3 * i + 1]),
    rows: ((row[3 * i + 2] ?? []) as readonly unknown[]).map(Number),
  }));
}

/** "row 7 (the header is row 1) holds", "rows 7, 8, 9 and 2 more (the header is row 1) hold". */
function rowsHold({ misfit, rows }: Misfits): string {
  const left = misfit - rows.length;
  const at = [...rows.map(String), ...(left > 0 ? [`${left} more`] : [])];
  const one = misfit === 1;
  return `row${one ? "" : "s"} ${inWords(at)} (the header is row 1) hold${one ? "s" : ""}`;
}

const nothingOf: Readonly<Record<Exclude<ColumnType, "category">, string>> = {
  numeric: "no number",
  boolean: "neither true nor false",
  date: "no date (YYYY-MM-DD)",
};

function textNote(found: Misfits, type: "numeric" | "date"): string {
  const { column, fit } = found;
  return `Column "${column.name}" is read as text, since ${rowsHold(found)} ${nothingOf[type]}, as its ${fit} other values do. Mend them, name what stands there as missing, or, if it is meant as text, give the column the type "category".`;
}

/** Why columns that are nearly all numbers, or dates, are text. */
async function ofText(
  connection: DuckDBConnection,
  csv: CsvFile,
  { sql, columns }: Relation,
): Promise<readonly string[]> {
  const other = csv.decimal === "." ? "," : ".";
  const forms: readonly (readonly [Form, (found: Misfits) => string])[] = [
    [({ value }) => looksLike("numeric", value, csv.decimal), (found) => textNote(found, "numeric")],
    [
      ({ value }) => looksLike("numeric", value, other),
      ({ column: { name } }) =>
        `Column "${name}" is read as text, since its decimals stand behind a "${other}". If they are numbers, describe the database with decimal "${other}".`,
    ],
    [({ value }) => looksLike("date", value, csv.decimal), (found) => textNote(found, "date")],
  ];
  let left = columns.filter(({ name, type }) => type === "category" && !Object.hasOwn(csv.types, name));
  const notes: string[] = [];
  for (const [form, noteOf] of forms) {
    // Most text is that from its first rows on, and then no more is read.
    const first = await misfits(connection, `(FROM ${sql} LIMIT 1000)`, left, form);
    const likely = first.filter(({ fit, misfit }) => fit > misfit).map(({ column }) => column);
    const found = await misfits(connection, sql, likely, form);
    const told = found.filter(({ fit, misfit }) => fit > misfit);
    notes.push(...told.map(noteOf));
    left = left.filter((column) => !told.some((one) => one.column === column));
  }
  return notes;
}

/** Where columns do not hold what their owner says. */
async function ofTypes(
  connection: DuckDBConnection,
  csv: CsvFile,
  { sql, columns }: Relation,
): Promise<readonly string[]> {
  const given = columns.filter(({ name, type }) => type !== "category" && Object.hasOwn(csv.types, name));
  const fits: Form = ({ type, value }) => (type === "boolean" ? `${value} < 2` : `NOT isinf(${value})`);
  const found = await misfits(connection, sql, given, fits);
  return found.flatMap((one) => {
    const { name, type } = one.column;
    return one.misfit === 0 || type === "category"
      ? []
      : `Column "${name}" is described as of type "${type}", and ${rowsHold(one)} ${nothingOf[type]}. Mend them, or name what stands there as missing.`;
  });
}

/**
 * Which rows keep a column from being what it is meant to be, for the owner of the file: one bad cell makes a whole
 * column a category, and one that does not fit a type that was given is refused. Names rows, and no value.
 */
export async function csvNotes(
  connection: DuckDBConnection,
  csv: CsvFile,
  relation: Relation,
): Promise<readonly string[]> {
  return [...(await ofTypes(connection, csv, relation)), ...(await ofText(connection, csv, relation))];
}
