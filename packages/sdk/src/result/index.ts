export type { Figure } from "./figure.ts";
export type { MethodsOptions } from "./methods.ts";
export type { Display, Result, ShownReport } from "./result.ts";
export { presentResult } from "./result.ts";
