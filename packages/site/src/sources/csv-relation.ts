import type { DuckDBConnection } from "@duckdb/node-api";
import type { ColumnType } from "@konsil/core";
import { type CsvHeader, readCsvHeader } from "./csv-header.ts";
import { isoMoment, textColumn } from "./csv-text.ts";
import { literal, literalList } from "./quoting.ts";
import type { Relation } from "./relation-source.ts";
import { queryRows } from "./session.ts";
import { type StoredColumn, storedColumn } from "./stored-column.ts";
import { unreadable } from "./unreadable.ts";

/** A CSV file with every option decided but the delimiter. */
export interface CsvFile {
  readonly file: string;
  readonly label: string;
  readonly missing: readonly string[];
  readonly types: Readonly<Record<string, ColumnType>>;
  readonly delimiter: string | undefined;
}

/** Inside SQL the columns are c0, c1, …: DuckDB would take "Age" and "age" for one name. */
const column = (position: number): string => `c${position}`;

function readCsv({ file, missing }: CsvFile, header: CsvHeader, types: string): string {
  const { delimiter } = header;
  return `read_csv(${literal(file)}, header = true, skip = 0, delim = ${literal(delimiter)}, quote = '"', escape = '"', comment = '', nullstr = ${literalList(missing)}, ${types})`;
}

function typed(types: readonly string[]): string {
  return `auto_detect = false, columns = {${types.map((type, i) => `'${column(i)}': '${type}'`).join(", ")}}`;
}

/** DuckDB's types of the columns: numbers and ISO dates are recognised, everything else is text. */
async function detectTypes(
  connection: DuckDBConnection,
  csv: CsvFile,
  header: CsvHeader,
): Promise<readonly string[]> {
  const names = literalList(header.names.map((_name, i) => column(i)));
  const detection = `names = ${names}, sample_size = -1, dateformat = '%Y-%m-%d', auto_type_candidates = ['BIGINT', 'DOUBLE', 'DATE', 'VARCHAR']`;
  const rows = await queryRows(
    connection,
    `SELECT column_type FROM (DESCRIBE FROM ${readCsv(csv, header, detection)})`,
  );
  return rows.map((row) => String(row[0]));
}

/** Which text columns hold nothing but true and false, or nothing but dates with a time. */
async function readTexts(
  connection: DuckDBConnection,
  relation: string,
  positions: readonly number[],
): Promise<ReadonlyMap<number, ColumnType>> {
  const found = new Map<number, ColumnType>();
  if (positions.length === 0) return found;
  const tests = positions.flatMap((i) => [
    `coalesce(bool_and(lower(${column(i)}) IN ('true', 'false')), false)`,
    `coalesce(bool_and(${isoMoment(column(i))}), false)`,
  ]);
  const [answers = []] = await queryRows(connection, `SELECT ${tests.join(", ")} FROM ${relation}`);
  positions.forEach((position, i) => {
    if (answers[2 * i] === true) found.set(position, "boolean");
    else if (answers[2 * i + 1] === true) found.set(position, "date");
  });
  return found;
}

/** The relation of a CSV file: its columns with types that hold for every row. */
export async function csvRelation(connection: DuckDBConnection, csv: CsvFile): Promise<Relation> {
  const header = await readCsvHeader(csv.file, csv.label, csv.delimiter);
  for (const name of Object.keys(csv.types)) {
    if (!header.names.includes(name))
      throw unreadable(
        csv.label,
        `Its configuration gives a type to "${name}", which is none of its columns.`,
      );
  }
  const declared = header.names.map((name) => (Object.hasOwn(csv.types, name) ? csv.types[name] : undefined));
  const detected = await detectTypes(connection, csv, header);
  const types = header.names.map((_name, i) =>
    declared[i] === undefined ? (detected[i] ?? "VARCHAR") : "VARCHAR",
  );
  const sql = readCsv(csv, header, typed(types));
  const undecided = types.flatMap((type, i) => (type === "VARCHAR" && declared[i] === undefined ? [i] : []));
  const texts = await readTexts(connection, sql, undecided);
  const columns: StoredColumn[] = [];
  for (const [i, name] of header.names.entries()) {
    if (name === "") continue;
    const type = declared[i];
    const stored =
      type !== undefined
        ? textColumn(name, column(i), type)
        : types[i] === "VARCHAR"
          ? textColumn(name, column(i), texts.get(i) ?? "category")
          : storedColumn(column(i), types[i] as string);
    // A number with too many digits for BIGINT is detected as DOUBLE: in a CSV file every number is held to be exact.
    if (stored !== undefined)
      columns.push({ ...stored, name, exact: type === undefined && stored.type === "numeric" });
  }
  return { sql, columns, notOffered: [] };
}
