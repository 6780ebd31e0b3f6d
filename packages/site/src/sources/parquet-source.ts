import { resolve } from "node:path";
import type { Source } from "@konsil/core";
import { describedRelation } from "./described-relation.ts";
import { literal } from "./quoting.ts";
import { relationSource } from "./relation-source.ts";

export interface ParquetOptions {
  /** The label that errors call this database by. Default "default". */
  readonly label?: string | undefined;
}

/**
 * The rows of one Parquet file. Integers and decimals are numeric, and refused at 2^53 or more; timestamps are read
 * as their day (in UTC where they have a zone); nested and binary columns are not offered.
 * @throws DataError (when used) DATA_UNREADABLE, without path or content
 */
export function parquetSource(path: string, options: ParquetOptions = {}): Source {
  const file = resolve(path);
  return relationSource({
    label: options.label ?? "default",
    file: { kind: "read", path: file },
    advice: "It is not a whole Parquet file. Write it anew.",
    relation: (connection) =>
      describedRelation(connection, `read_parquet(${literal(file)}, hive_partitioning = false)`),
  });
}
