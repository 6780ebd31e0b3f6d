export * from "@konsil/algorithms";
export * from "@konsil/sdk";
export { csvSource, duckdbSource, parquetSource, postgresSource, readSitesFile } from "@konsil/site";
