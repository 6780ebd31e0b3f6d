import { resolve } from "node:path";
import { checkOptionNames, type Source } from "@konsil/core";
import { lazySource } from "./lazy-source.ts";

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
 * @throws ArgumentError ARGUMENT_UNKNOWN; DataError (when used) DATA_UNREADABLE, without path or content
 */
export function duckdbSource(path: string, options: DuckdbOptions): Source {
  checkOptionNames("duckdbSource()", options, ["table", "schema", "label"]);
  const file = resolve(path);
  const { ...given } = options;
  return lazySource(async () => (await import("./duckdb-file.ts")).duckdbFile(file, given));
}
