import type { DuckDBConnection } from "@duckdb/node-api";
import type { ColumnType } from "@konsil/core";
import { readCsvHeader } from "./csv-header.ts";
import { type DecimalMark, type DetectedType, detectedTypes, looksLike, textColumn } from "./csv-text.ts";
import { literal, literalList } from "./quoting.ts";
import type { Relation } from "./relation.ts";
import { queryRows } from "./session.ts";
import { unreadable } from "./unreadable.ts";

/** A CSV file with every option decided but the delimiter. */
export interface CsvFile {
  readonly file: string;
  readonly label: string;
  readonly missing: readonly string[];
  readonly types: Readonly<Record<string, ColumnType>>;
  readonly delimiter: string | undefined;
  readonly decimal: DecimalMark;
}

/** Inside SQL the columns are c0, c1, …: DuckDB would take "Age" and "age" for one name. */
const column = (position: number): string => `c${position}`;

/** The file as text. DuckDB guesses nothing: what it would guess differs between hospitals with the same columns. */
function readText(csv: CsvFile, delimiter: string, width: number): string {
  const columns = Array.from({ length: width }, (_, i) => `'${column(i)}': 'VARCHAR'`).join(", ");
  return `read_csv(${literal(csv.file)}, auto_detect = false, header = true, skip = 0, delim = ${literal(delimiter)}, quote = '"', escape = '"', comment = '', nullstr = ${literalList(csv.missing)}, columns = {${columns}})`;
}

type Candidates = ReadonlyMap<number, readonly DetectedType[]>;

/** Those of the candidates of each column that all its values in `relation` look like. */
async function narrow(
  connection: DuckDBConnection,
  relation: string,
  candidates: Candidates,
  { decimal, allMissing }: { readonly decimal: DecimalMark; readonly allMissing: boolean },
): Promise<Candidates> {
  const tests = [...candidates].flatMap(([position, types]) =>
    types.map((type) => {
      const text = column(position);
      return `coalesce(bool_and(${looksLike(type, text, decimal)}) FILTER (WHERE ${text} IS NOT NULL), ${allMissing})`;
    }),
  );
  // Without a test the rows are read all the same, so that a malformed one is found now.
  const [answers = []] = await queryRows(
    connection,
    `SELECT ${["count(*)", ...tests].join(", ")} FROM ${relation}`,
  );
  let next = 1;
  return new Map(
    [...candidates].map(([position, types]) => [position, types.filter(() => answers[next++] === true)]),
  );
}

/**
 * The types that hold for every row, for the columns at `positions`. The first rows leave few candidates, so that
 * the rest need few tests.
 */
async function detectTypes(
  connection: DuckDBConnection,
  relation: string,
  positions: readonly number[],
  decimal: DecimalMark,
): Promise<ReadonlyMap<number, ColumnType>> {
  const all: Candidates = new Map(positions.map((position) => [position, detectedTypes]));
  const likely = await narrow(connection, `(FROM ${relation} LIMIT 1000)`, all, {
    decimal,
    allMissing: true,
  });
  const certain = await narrow(connection, relation, likely, { decimal, allMissing: false });
  return new Map([...certain].map(([position, types]) => [position, types[0] ?? "category"]));
}

/** The relation of a CSV file: its columns with types that hold for every row. */
export async function csvRelation(connection: DuckDBConnection, csv: CsvFile): Promise<Relation> {
  const { delimiter, names } = await readCsvHeader(csv.file, csv.label, csv.delimiter);
  for (const name of Object.keys(csv.types)) {
    if (!names.includes(name))
      throw unreadable(
        csv.label,
        `Its configuration gives a type to "${name}", which is none of its columns.`,
      );
  }
  const sql = readText(csv, delimiter, names.length);
  const named = [...names.entries()].filter(([, name]) => name !== "");
  const undeclared = named.filter(([, name]) => !Object.hasOwn(csv.types, name));
  const detected = await detectTypes(
    connection,
    sql,
    undeclared.map(([position]) => position),
    csv.decimal,
  );
  const columns = named.map(([position, name]) => {
    const found = detected.get(position);
    const read = textColumn(name, column(position), found ?? csv.types[name] ?? "category", csv.decimal);
    // A number is exact unless it is declared to be a measurement.
    return { ...read, exact: found === "numeric" };
  });
  return { sql, columns, parsed: true, notOffered: [] };
}
