export type { CsvOptions } from "./csv-source.ts";
export { csvSource } from "./csv-source.ts";
export type { DuckdbOptions } from "./duckdb-source.ts";
export { duckdbSource } from "./duckdb-source.ts";
export type { ParquetOptions } from "./parquet-source.ts";
export { parquetSource } from "./parquet-source.ts";
export type {
  PostgresAccess,
  PostgresOptions,
  PostgresQuery,
  PostgresTable,
} from "./postgres/postgres-source.ts";
export { postgresSource } from "./postgres/postgres-source.ts";
