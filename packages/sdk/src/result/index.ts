// What arquero's tables give, to be named where arquero itself was not installed.
export type { BitSet as ArqueroBits, ColumnTable } from "arquero";
export type {
  ColumnType as ArqueroColumn,
  GroupBySpec as ArqueroGroups,
} from "arquero/dist/types/table/types.js";
export type { Figure } from "./figure.ts";
export type { MethodsOptions } from "./methods.ts";
export type { Display, Result, ShownReport } from "./result.ts";
export { presentResult } from "./result.ts";
