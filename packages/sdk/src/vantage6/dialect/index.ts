export { dialectFor, versionCall } from "./choose.ts";
export type * from "./dialect.ts";
