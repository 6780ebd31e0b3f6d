export type { LocalData, LocalOptions, LocalSite, RowTable } from "./local-federation.ts";
export { localFederation } from "./local-federation.ts";
