import type { Source } from "@konsil/core";
import { findColumn } from "../find-column.ts";
import { postgresRelation, type Wanted } from "./postgres-relation.ts";
import { readRows } from "./postgres-rows.ts";
import { type PostgresServer, withPostgres } from "./postgres-session.ts";
import type { PostgresOptions } from "./postgres-source.ts";

function wantedOf(options: PostgresOptions): Wanted {
  return options.query === undefined
    ? { schema: options.schema ?? "public", table: options.table }
    : { query: options.query };
}

/** The source of a table, view or query of the PostgreSQL at an address. */
export function postgresDatabase(url: string, options: PostgresOptions): Source {
  const { password, passwordFile, timeout = 300, label = "default" } = options;
  const server: PostgresServer = { label, url, password, passwordFile, timeout: Math.ceil(timeout * 1000) };
  const wanted = wantedOf(options);
  return {
    describe: () =>
      withPostgres(server, async (session) =>
        (await postgresRelation(session, wanted, label)).columns.map(({ name, type }) => ({ name, type })),
      ),
    read: (names) =>
      withPostgres(server, async (session) => {
        const relation = await postgresRelation(session, wanted, label);
        const columns = [...new Set(names)].map((name) => findColumn(relation, name, label));
        return readRows(session, relation, columns);
      }),
  };
}
