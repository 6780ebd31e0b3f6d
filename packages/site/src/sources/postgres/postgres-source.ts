import { checkOptionNames, type Source } from "@konsil/core";
import { lazySource } from "../lazy-source.ts";

/** How a PostgreSQL is asked. */
export interface PostgresAccess {
  /** The password, in place of one in the address. Without either: the environment's `PGPASSWORD`. */
  readonly password?: string | undefined;
  /** A file that holds the password, read anew for each connection. */
  readonly passwordFile?: string | undefined;
  /** Seconds that one statement may take. Default 300. */
  readonly timeout?: number | undefined;
  /** The label that errors call this database by. Default "default". */
  readonly label?: string | undefined;
}

/** A table, a view or a materialized view, spelled as in the catalogue. */
export interface PostgresTable extends PostgresAccess {
  readonly table: string;
  /** The schema that holds it. Default "public". */
  readonly schema?: string | undefined;
  readonly query?: undefined;
}

/** What a SELECT gives. It is part of a site's configuration: never build it from what a researcher sends. */
export interface PostgresQuery extends PostgresAccess {
  readonly query: string;
  readonly table?: undefined;
  readonly schema?: undefined;
}

export type PostgresOptions = PostgresTable | PostgresQuery;

/**
 * The rows of a table, view or query of a PostgreSQL, at `postgresql://user@host:5432/database?sslmode=verify-full`.
 * Each read is one read-only transaction. Integers and decimals are numeric, and refused at 2^53 or more; timestamps
 * are read as their day (in UTC where they have a zone); text and enumerations are categories; other types, and columns
 * that the user may not read, are not offered. Rows come by the primary key; without one, as they are stored; of a
 * view, query or partitioned table, sorted by all their columns.
 * @throws ArgumentError ARGUMENT_UNKNOWN; DataError (when used) DATA_UNREADABLE, or DATA_INVALID naming a column; without
 * address, password or values
 */
export function postgresSource(url: string, options: PostgresOptions): Source {
  checkOptionNames("postgresSource()", options, [
    "table",
    "schema",
    "query",
    "password",
    "passwordFile",
    "timeout",
    "label",
  ]);
  const { ...given } = options;
  return lazySource(async () => (await import("./postgres-database.ts")).postgresDatabase(url, given));
}
