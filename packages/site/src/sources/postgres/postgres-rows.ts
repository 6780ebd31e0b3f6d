import type { ColumnData, Frame } from "@konsil/core";
import { BinaryRows } from "./binary-rows.ts";
import { GrowingColumn } from "./growing-column.ts";
import type { PostgresColumn } from "./postgres-column.ts";
import type { PostgresRelation } from "./postgres-relation.ts";
import type { PostgresSession } from "./postgres-session.ts";

/** Rows as they are stored, whatever index would be shorter and however many processes could look for them. */
const asStored = [
  "SET LOCAL enable_indexscan = off",
  "SET LOCAL enable_indexonlyscan = off",
  "SET LOCAL enable_bitmapscan = off",
  "SET LOCAL max_parallel_workers_per_gather = 0",
];

async function orderBy(session: PostgresSession, { order }: PostgresRelation): Promise<string> {
  if (order.by === "columns") return order.sql.length > 0 ? ` ORDER BY ${order.sql.join(", ")}` : "";
  for (const statement of asStored) await session.rows(statement);
  return "";
}

/**
 * Reads columns of a relation, all of one moment and in one order of rows, straight into arrays.
 * @throws DataError DATA_INVALID naming the column that holds something that does not fit its type
 */
export async function readRows(
  session: PostgresSession,
  relation: PostgresRelation,
  columns: readonly PostgresColumn[],
): Promise<Frame> {
  if (columns.length === 0) {
    const [counted] = await session.rows(`SELECT count(*) FROM ${relation.sql}`);
    return { rows: Number(counted?.[0]), columns: new Map() };
  }
  const order = await orderBy(session, relation);
  const growing = columns.map((column) => new GrowingColumn(column));
  const rows = new BinaryRows(growing);
  const values = columns.map(({ value }) => value).join(", ");
  await session.copy(
    `COPY (SELECT ${values} FROM ${relation.sql}${order}) TO STDOUT (FORMAT binary)`,
    (message) => rows.take(message),
  );
  const read = columns.map((column, place): [string, ColumnData] => [
    column.name,
    (growing[place] as GrowingColumn).finish(rows.rows),
  ]);
  return { rows: rows.rows, columns: new Map(read) };
}
