export * from "@konsil/algorithms";
export * from "@konsil/sdk";
export type {
  CsvOptions,
  DuckdbOptions,
  ParquetOptions,
  PostgresAccess,
  PostgresOptions,
  PostgresQuery,
  PostgresTable,
  SiteDescription,
} from "@konsil/site";
export { csvSource, duckdbSource, parquetSource, postgresSource, readSitesFile } from "@konsil/site";
