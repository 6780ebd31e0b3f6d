import type { Source } from "@konsil/core";
import { describedRelation } from "./described-relation.ts";
import type { DuckdbOptions } from "./duckdb-source.ts";
import { identifier, literal } from "./quoting.ts";
import { relationSource } from "./relation-source.ts";
import { queryRows } from "./session.ts";
import { unreadable } from "./unreadable.ts";

/** The source of a table of the DuckDB file at an absolute path. */
export function duckdbFile(file: string, options: DuckdbOptions): Source {
  const { table, schema = "main", label = "default" } = options;
  return relationSource({
    label,
    file: { kind: "attach", path: file },
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
