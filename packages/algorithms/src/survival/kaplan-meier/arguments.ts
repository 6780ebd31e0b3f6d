import { type ColumnName, calledElsewhere, columnName } from "@konsil/core";
import { z } from "zod";
import { confidenceLevel } from "../../model/index.ts";
import { type SurvivalArguments, survivalArguments } from "../arguments.ts";

/** How confidence limits are made: S, log S or log(−log S) plus and minus z standard errors. R's conf.type. */
export type ConfidenceType = "plain" | "log" | "log-log" | "none";

export interface KaplanMeierArguments extends SurvivalArguments {
  /** Columns whose levels have a curve each, where no formula is given. */
  readonly group?: ColumnName | readonly ColumnName[] | undefined;
  /** Case weights. The variance is Greenwood's with weighted counts, as R's with robust = FALSE. */
  readonly weights?: ColumnName<"numeric"> | undefined;
  /** Default 0.95. */
  readonly confidenceLevel?: number | undefined;
  /** Default "log", as R. */
  readonly confidenceType?: ConfidenceType | undefined;
  /** Times at which survival is tabulated, in the unit of the time column. */
  readonly times?: readonly number[] | undefined;
  /** Restricted means end here; unless given, at the last time of all curves. */
  readonly tau?: number | undefined;
}

export const kaplanMeierArguments = z.strictObject({
  ...survivalArguments,
  group: z.union([columnName(), z.array(columnName())]).optional(),
  weights: columnName<"numeric">().optional(),
  confidenceLevel,
  confidenceType: calledElsewhere(z.enum(["plain", "log", "log-log", "none"]).default("log"), "conf.type"),
  times: z.array(z.number().min(0)).optional(),
  tau: z.number().positive().optional(),
});
