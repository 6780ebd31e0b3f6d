export { readable } from "./readable.ts";
export type { Display, Result, ShownReport } from "./result.ts";
export { presentResult } from "./result.ts";
