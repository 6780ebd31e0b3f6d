import type { DuckDBConnection } from "@duckdb/node-api";
import type { Relation } from "./relation.ts";
import { queryRows } from "./session.ts";
import { type StoredColumn, storedColumn } from "./stored-column.ts";

/** The columns of a relation whose types are stored with it. */
export async function describedRelation(connection: DuckDBConnection, sql: string): Promise<Relation> {
  const columns: StoredColumn[] = [];
  const notOffered: string[] = [];
  for (const row of await queryRows(
    connection,
    `SELECT column_name, column_type FROM (DESCRIBE FROM ${sql})`,
  )) {
    const name = String(row[0]);
    const column = storedColumn(name, String(row[1]));
    if (column === undefined) notOffered.push(name);
    else columns.push(column);
  }
  return { sql, columns, parsed: false, notOffered };
}
