import { resolve } from "node:path";
import { checkOptionNames, type Source } from "@konsil/core";
import { lazySource } from "./lazy-source.ts";

export interface ParquetOptions {
  /** The label that errors call this database by. Default "default". */
  readonly label?: string | undefined;
}

/**
 * The rows of one Parquet file. Integers and decimals are numeric, and refused at 2^53 or more; timestamps are read
 * as their day (in UTC where they have a zone); nested and binary columns are not offered.
 * @throws ArgumentError ARGUMENT_UNKNOWN; DataError (when used) DATA_UNREADABLE, without path or content
 */
export function parquetSource(path: string, options: ParquetOptions = {}): Source {
  checkOptionNames("parquetSource()", options, ["label"]);
  const file = resolve(path);
  const { ...given } = options;
  return lazySource(async () => (await import("./parquet-file.ts")).parquetFile(file, given));
}
