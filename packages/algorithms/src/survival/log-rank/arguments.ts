import { type ColumnName, columnName } from "@konsil/core";
import { z } from "zod";
import {
  type SiteStrataArguments,
  type SurvivalArguments,
  siteStrataArguments,
  survivalArguments,
} from "../arguments.ts";

export interface LogRankArguments extends SurvivalArguments, SiteStrataArguments {
  /** The groups that are compared, where no formula is given. */
  readonly group?: ColumnName | readonly ColumnName[] | undefined;
  /** Strata besides sites, where no formula is given. */
  readonly strata?: readonly ColumnName[] | undefined;
  /** Weights S(t−)^ρ: 0 (default) is the log-rank test, 1 the Peto and Peto test. */
  readonly rho?: number | undefined;
}

export const logRankArguments = z.strictObject({
  ...survivalArguments,
  ...siteStrataArguments,
  group: z.union([columnName(), z.array(columnName())]).optional(),
  strata: z.array(columnName()).optional(),
  rho: z.number().min(-5).max(5).default(0),
});
