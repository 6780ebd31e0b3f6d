export * from "@konsil/algorithms";
export * from "@konsil/sdk";
export { csvSource, duckdbSource, parquetSource, readSitesFile } from "@konsil/site";
