import type { DuckDBConnection, DuckDBVector } from "@duckdb/node-api";
import { type ColumnData, type Frame, missingBoolean } from "@konsil/core";
import { columnData, type Target, targetFor } from "./column-data.ts";
import type { Relation } from "./relation.ts";
import { queryRows } from "./session.ts";
import type { StoredColumn } from "./stored-column.ts";
import { unreadable } from "./unreadable.ts";

/** Every column arrives as DOUBLE without NULL, so that this loop meets one kind of vector. */
function copyChunk(vector: DuckDBVector, target: Target, offset: number, rows: number): void {
  for (let i = 0; i < rows; i++) target[offset + i] = vector.getItem(i) as number;
}

/** SQL of the code that stands for the value of the column at `position` in the table of kept columns. */
function codeSql(column: StoredColumn, position: number): string {
  if (column.type === "category") return `coalesce(enum_code(v${position}::level${position}), -1)::DOUBLE`;
  if (column.type === "boolean") return `coalesce(v${position}, ${missingBoolean})`;
  return `coalesce(v${position}, 'nan'::DOUBLE)`;
}

async function fetchTargets(
  connection: DuckDBConnection,
  columns: readonly StoredColumn[],
  rows: number,
  label: string,
): Promise<readonly Target[]> {
  const targets = columns.map((column) => targetFor(column.type, rows));
  if (columns.length === 0) return targets;
  const result = await connection.stream(`SELECT ${columns.map(codeSql).join(", ")} FROM kept`);
  let offset = 0;
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) break;
    const count = chunk.rowCount;
    targets.forEach((target, position) => {
      copyChunk(chunk.getColumnVector(position), target, offset, count);
    });
    offset += count;
  }
  if (offset !== rows) throw unreadable(label, "It changed while it was read. Run the analysis again.");
  return targets;
}

/** Makes the dictionary of a category, in the order of code points so that it is the same on every machine. */
async function levelsOf(connection: DuckDBConnection, position: number): Promise<readonly string[]> {
  const distinct = `SELECT DISTINCT v${position} AS level FROM kept WHERE v${position} IS NOT NULL ORDER BY level`;
  await connection.run(`CREATE TYPE level${position} AS ENUM (${distinct})`);
  const rows = await queryRows(connection, `SELECT unnest(enum_range(NULL::level${position}))`);
  return rows.map((row) => String(row[0]));
}

/**
 * Reads columns of a relation in the order of its rows: the dictionaries of its categories, its number of rows, then
 * its values straight into arrays of that length.
 * @throws DataError DATA_INVALID naming the column that holds something that does not fit its type
 */
export async function fetchColumns(
  connection: DuckDBConnection,
  relation: Relation,
  columns: readonly StoredColumn[],
  label: string,
): Promise<Frame> {
  const values = columns.map((column, position) => `${column.value} AS v${position}`);
  const kept = values.length > 0 ? values.join(", ") : "1 AS nothing";
  const table = relation.parsed ? "TABLE" : "VIEW";
  await connection.run(`CREATE TEMP ${table} kept AS SELECT ${kept} FROM ${relation.sql}`);
  const rows = Number((await queryRows(connection, "SELECT count(*) FROM kept"))[0]?.[0]);
  const levels: (readonly string[])[] = [];
  for (const [position, column] of columns.entries())
    levels.push(column.type === "category" ? await levelsOf(connection, position) : []);
  const targets = await fetchTargets(connection, columns, rows, label);
  const read = columns.map((column, position): [string, ColumnData] => [
    column.name,
    columnData(column, targets[position] as Target, levels[position] ?? []),
  ]);
  return { rows, columns: new Map(read) };
}
