import type { Source } from "@konsil/core";
import { describedRelation } from "./described-relation.ts";
import type { ParquetOptions } from "./parquet-source.ts";
import { literal } from "./quoting.ts";
import { relationSource } from "./relation-source.ts";

/** The source of the Parquet file at an absolute path. */
export function parquetFile(file: string, options: ParquetOptions): Source {
  return relationSource({
    label: options.label ?? "default",
    file: { kind: "read", path: file },
    advice: "It is not a whole Parquet file. Write it anew.",
    relation: (connection) =>
      describedRelation(connection, `read_parquet(${literal(file)}, hive_partitioning = false)`),
  });
}
