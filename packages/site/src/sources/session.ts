import type { DuckDBConnection } from "@duckdb/node-api";
import { literal, literalList } from "./quoting.ts";

/** What a session may open: one file that a query reads, or one DuckDB file attached read-only as `data`. */
export type SessionFile =
  | { readonly kind: "read"; readonly path: string }
  | { readonly kind: "attach"; readonly path: string };

/** Nothing is fetched from elsewhere, and nothing of a patient is written to disk when memory is short. */
const configuration = {
  autoinstall_known_extensions: "false",
  autoload_known_extensions: "false",
  allow_community_extensions: "false",
  allow_persistent_secrets: "false",
  temp_directory: "",
};

/**
 * Runs `use` on a DuckDB of its own that can open `file` and nothing else: no other file, no network, no extension;
 * and no statement can loosen that. DuckDB is loaded here, so that importing this package costs nothing.
 */
export async function withSession<T>(
  file: SessionFile,
  use: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create(":memory:", configuration);
  try {
    const connection = await instance.connect();
    try {
      // Days of a timestamp with a zone must not depend on where the machine stands.
      await connection.run("SET TimeZone = 'UTC'");
      // An allowed path is also taken as it is written: * and [ in it are no pattern.
      const allowed = file.kind === "read" ? [file.path] : [file.path, `${file.path}.wal`];
      await connection.run(`SET allowed_paths = ${literalList(allowed)}`);
      await connection.run("SET enable_external_access = false");
      await connection.run("SET lock_configuration = true");
      if (file.kind === "attach")
        await connection.run(`ATTACH ${literal(file.path)} AS data (READ_ONLY, TYPE duckdb)`);
      return await use(connection);
    } finally {
      connection.closeSync();
    }
  } finally {
    instance.closeSync();
  }
}

/** The rows of a small result: for names and types, not for data. */
export async function queryRows(
  connection: DuckDBConnection,
  sql: string,
): Promise<readonly (readonly unknown[])[]> {
  const reader = await connection.runAndReadAll(sql);
  return reader.getRowsJS();
}
