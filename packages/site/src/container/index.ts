export type { SourceKind } from "./databases.ts";
export { csv, duckdb, parquet, postgresql } from "./databases.ts";
export type { DefinedMethod } from "./definitions.ts";
export type { OfferedDatabase } from "./environment.ts";
export { isOpenToNobody } from "./open-to-nobody.ts";
export type { ServeOptions } from "./serve.ts";
export { serve } from "./start.ts";
