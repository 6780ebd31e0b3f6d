import { resolve } from "node:path";
import type { Source } from "@konsil/core";
import { describedRelation } from "./described-relation.ts";
import { identifier, literal } from "./quoting.ts";
import { relationSource } from "./relation-source.ts";
import { queryRows } from "./session.ts";
import { unreadable } from "./unreadable.ts";

export interface DuckdbOptions {
  /** The table, spelled as it was created. Not a view: the order of its rows is not fixed. */
  readonly table: string;
  /** The schema that holds the table. Default "main". */
  readonly schema?: string | undefined;
  /** The label that errors call this database by. Default "default". */
  readonly label?: string | undefined;
}

/**
 * The rows of one table of a DuckDB file, opened read-only. Types as in `parquetSource`.
 * @throws DataError (when used) DATA_UNREADABLE, without path or content
 */
export function duckdbSource(path: string, options: DuckdbOptions): Source {
  const { table, schema = "main", label = "default" } = options;
  return relationSource({
    label,
    file: { kind: "attach", path: resolve(path) },
    advice:
      "Check that it is a DuckDB file, that no other process writes to it, and that DuckDB 1.5 can open it.",
    relation: async (connection) => {
      const found = await queryRows(
        connection,
        `SELECT 1 FROM duckdb_tables() WHERE database_name = 'data' AND schema_name = ${literal(schema)} AND table_name = ${literal(table)}`,
      );
      if (found.length === 0) {
        throw unreadable(
          label,
          "It has no table of the name that its configuration gives. A view is not read: its rows have no fixed order, so store it with CREATE TABLE … AS.",
        );
      }
      return describedRelation(connection, `data.${identifier(schema)}.${identifier(table)}`);
    },
  });
}
