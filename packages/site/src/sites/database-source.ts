import { resolve } from "node:path";
import type { ColumnType, Source } from "@konsil/core";
import { z } from "zod";
import { csvSource, duckdbSource, parquetSource, postgresSource } from "../sources/index.ts";
import { isPostgresAddress } from "../sources/postgres/address.ts";

interface WrittenCsv {
  readonly type: "csv";
  readonly uri: string;
  readonly missing?: readonly string[] | undefined;
  readonly types?: Readonly<Record<string, ColumnType>> | undefined;
  readonly delimiter?: string | undefined;
  readonly decimal?: "." | "," | undefined;
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

interface WrittenPostgresql {
  readonly type: "postgresql";
  readonly uri: string;
  readonly table: string;
  readonly schema?: string | undefined;
  readonly passwordFile?: string | undefined;
}

/** A file of data, or a table of a server, as it is written in a description of sites. */
export type WrittenDatabase = WrittenCsv | WrittenParquet | WrittenDuckdb | WrittenPostgresql;

const uri = z.string().min(1, "must name a file");

const csv = z.strictObject({
  type: z.literal("csv"),
  uri,
  missing: z.array(z.string()).optional(),
  types: z.record(z.string(), z.enum(["numeric", "category", "boolean", "date"])).optional(),
  delimiter: z.string().length(1, "must be one character").optional(),
  decimal: z.enum([".", ","]).optional(),
});
const parquet = z.strictObject({ type: z.literal("parquet"), uri });
const table = { table: z.string().min(1, "must name a table"), schema: z.string().min(1).optional() };
const duckdb = z.strictObject({ type: z.literal("duckdb"), uri, ...table });
const postgresql = z.strictObject({
  type: z.literal("postgresql"),
  // Not quoted when it is wrong: it can hold a password.
  uri: z.string().refine(isPostgresAddress, "must be an address as postgresql://user@host:5432/database"),
  ...table,
  passwordFile: z.string().min(1, "must name a file").optional(),
});

export const databaseSchema: z.ZodType<WrittenDatabase> = z.discriminatedUnion("type", [
  csv,
  parquet,
  duckdb,
  postgresql,
]);

/** The types of database that exist, and the settings of each. */
export const databaseSettings: Readonly<Record<WrittenDatabase["type"], readonly string[]>> = {
  csv: Object.keys(csv.shape),
  parquet: Object.keys(parquet.shape),
  duckdb: Object.keys(duckdb.shape),
  postgresql: Object.keys(postgresql.shape),
};

/** A file that a database needs, and the setting that names it. */
export interface DatabaseFile {
  readonly setting: string;
  readonly path: string;
}

/** The file that a database is in, or the one that holds its password. Relative to the folder of the description. */
export function databaseFile(written: WrittenDatabase, folder: string): DatabaseFile | undefined {
  if (written.type !== "postgresql") return { setting: "uri", path: resolve(folder, written.uri) };
  if (written.passwordFile === undefined) return undefined;
  return { setting: "passwordFile", path: resolve(folder, written.passwordFile) };
}

export function databaseSource(written: WrittenDatabase, folder: string, label: string): Source {
  if (written.type === "postgresql") {
    const { table, schema } = written;
    const passwordFile = databaseFile(written, folder)?.path;
    return postgresSource(written.uri, { table, schema, passwordFile, label });
  }
  const file = resolve(folder, written.uri);
  if (written.type === "csv") {
    const { missing, types, delimiter, decimal } = written;
    return csvSource(file, { missing, types, delimiter, decimal, label });
  }
  if (written.type === "parquet") return parquetSource(file, { label });
  return duckdbSource(file, { table: written.table, schema: written.schema, label });
}
