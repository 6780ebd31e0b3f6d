import { resolve } from "node:path";
import type { ColumnType, Source } from "@konsil/core";
import { z } from "zod";
import { csvSource, duckdbSource, parquetSource } from "../sources/index.ts";

interface WrittenCsv {
  readonly type: "csv";
  readonly uri: string;
  readonly missing?: readonly string[] | undefined;
  readonly types?: Readonly<Record<string, ColumnType>> | undefined;
  readonly delimiter?: string | undefined;
}

interface WrittenParquet {
  readonly type: "parquet";
  readonly uri: string;
}

interface WrittenDuckdb {
  readonly type: "duckdb";
  readonly uri: string;
  readonly table: string;
  readonly schema?: string | undefined;
}

/** A file of data as it is written in a description of sites. */
export type WrittenDatabase = WrittenCsv | WrittenParquet | WrittenDuckdb;

const uri = z.string().min(1, "must name a file");

const csv = z.strictObject({
  type: z.literal("csv"),
  uri,
  missing: z.array(z.string()).optional(),
  types: z.record(z.string(), z.enum(["numeric", "category", "boolean", "date"])).optional(),
  delimiter: z.string().length(1, "must be one character").optional(),
});
const parquet = z.strictObject({ type: z.literal("parquet"), uri });
const duckdb = z.strictObject({
  type: z.literal("duckdb"),
  uri,
  table: z.string().min(1, "must name a table"),
  schema: z.string().min(1).optional(),
});

export const databaseSchema: z.ZodType<WrittenDatabase> = z.discriminatedUnion("type", [
  csv,
  parquet,
  duckdb,
]);

/** The types of database that exist, and the settings of each. */
export const databaseSettings: Readonly<Record<WrittenDatabase["type"], readonly string[]>> = {
  csv: Object.keys(csv.shape),
  parquet: Object.keys(parquet.shape),
  duckdb: Object.keys(duckdb.shape),
};

/** The file that a database is in. Relative to the folder of the description. */
export function databaseFile(written: WrittenDatabase, folder: string): string {
  return resolve(folder, written.uri);
}

export function databaseSource(written: WrittenDatabase, folder: string, label: string): Source {
  const file = databaseFile(written, folder);
  if (written.type === "csv") return csvSource(file, { ...written, label });
  if (written.type === "parquet") return parquetSource(file, { label });
  return duckdbSource(file, { table: written.table, schema: written.schema, label });
}
