import type { DuckDBConnection } from "@duckdb/node-api";
import { inWords } from "@konsil/core";
import type { CsvFile } from "./csv-relation.ts";
import { type DecimalMark, looksLike } from "./csv-text.ts";
import type { Relation } from "./relation.ts";
import { queryRows } from "./session.ts";
import type { StoredColumn } from "./stored-column.ts";

/** How many rows of a column are named. */
const mostNamed = 3;

interface Misfits {
  /** Values that have the form, and values that have not. */
  readonly fit: number;
  readonly misfit: number;
  /** The first rows without it. The header is row 1, as in an editor. */
  readonly rows: readonly number[];
}

/** Which values of each column are no number, in all of `relation`. */
async function misfits(
  connection: DuckDBConnection,
  relation: string,
  columns: readonly StoredColumn[],
  decimal: DecimalMark,
): Promise<readonly Misfits[]> {
  const parts = columns.flatMap(({ value }) => {
    const isNumber = looksLike("numeric", value, decimal);
    const isOther = `(${value} IS NOT NULL AND NOT (${isNumber}))`;
    return [
      `count(*) FILTER (WHERE ${isNumber})`,
      `count(*) FILTER (WHERE ${isOther})`,
      `min(row, ${mostNamed}) FILTER (WHERE ${isOther})`,
    ];
  });
  const [row = []] = await queryRows(
    connection,
    `SELECT ${parts.join(", ")} FROM (SELECT 1 + row_number() OVER () AS row, * FROM ${relation})`,
  );
  return columns.map((_, i) => ({
    fit: Number(row[3 * i]),
    misfit: Number(row[3 * i + 1]),
    rows: ((row[3 * i + 2] ?? []) as readonly unknown[]).map(Number),
  }));
}

function noteOf({ name }: StoredColumn, { misfit, rows }: Misfits, others: string): string {
  const left = misfit - rows.length;
  const at = [...rows.map(String), ...(left > 0 ? [`${left} more`] : [])];
  return `Column "${name}" is read as text, since row${misfit === 1 ? "" : "s"} ${inWords(at)} (the header is row 1) hold${misfit === 1 ? "s" : ""} no number, as ${others} do. Mend them, name what stands there as missing, or, if it is meant as text, give the column the type "category".`;
}

/**
 * Why columns that are nearly all numbers are text, for the owner of the file: one bad cell makes a whole column a
 * category. Names rows, and no value.
 */
export async function csvNotes(
  connection: DuckDBConnection,
  csv: CsvFile,
  { sql, columns }: Relation,
): Promise<readonly string[]> {
  const text = columns.filter(({ name, type }) => type === "category" && !Object.hasOwn(csv.types, name));
  if (text.length === 0) return [];
  // Most text is that from its first rows on, and then no more is read.
  const likely = async (decimal: DecimalMark): Promise<readonly StoredColumn[]> => {
    const first = await misfits(connection, `(FROM ${sql} LIMIT 1000)`, text, decimal);
    return text.filter((_, i) => (first[i]?.fit ?? 0) > (first[i]?.misfit ?? 0));
  };
  const notes: string[] = [];
  const told = new Set<StoredColumn>();
  const other: DecimalMark = csv.decimal === "." ? "," : ".";
  for (const decimal of [csv.decimal, other]) {
    const candidates = (await likely(decimal)).filter((column) => !told.has(column));
    const found = candidates.length === 0 ? [] : await misfits(connection, sql, candidates, decimal);
    for (const [i, column] of candidates.entries()) {
      const of = found[i];
      if (of === undefined || of.fit <= of.misfit) continue;
      told.add(column);
      if (decimal === csv.decimal) notes.push(noteOf(column, of, `its ${of.fit} other values`));
      else
        notes.push(
          `Column "${column.name}" is read as text, since its decimals stand behind a "${decimal}". If they are numbers, describe the database with decimal "${decimal}".`,
        );
    }
  }
  return notes;
}
