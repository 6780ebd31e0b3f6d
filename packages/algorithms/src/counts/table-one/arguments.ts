import { type ColumnName, calledElsewhere, columnName } from "@konsil/core";
import { z } from "zod";
import { levelArguments, type RareLevels } from "../../model/index.ts";
import { columnList } from "../column-list.ts";

export interface TableOneArguments {
  /** The characteristics that are compared. */
  readonly columns: readonly ColumnName[];
  /** The groups: a category. */
  readonly by: ColumnName;
  /** Order of levels by column. A column that is named here is a category, whatever its type. Other levels are missing. */
  readonly levels?: Readonly<Record<string, readonly string[]>> | undefined;
  /** Levels that too few organizations or people have: "error" (default) names them, "exclude" counts them as missing, { merge: "other" } puts them together. */
  readonly rareLevels?: RareLevels | undefined;
  /** Whether groups are taken to vary equally. Unless given: no for two groups (Welch), yes for more, as R's t.test and aov. */
  readonly equalVariances?: boolean | undefined;
  /** Yates' correction for tables of two by two levels. Default true, as R's chisq.test. */
  readonly correct?: boolean | undefined;
  /** The level at which a test of counts or means known between bounds has to decide alike for all that they can be. Default 0.05. */
  readonly significance?: number | undefined;
}

export const tableOneArguments = z
  .strictObject({
    columns: columnList,
    by: calledElsewhere(columnName(), "strata", "group"),
    ...levelArguments,
    equalVariances: z.boolean().optional(),
    correct: z.boolean().default(true),
    significance: z.number().gt(0).lt(1).default(0.05),
  })
  .refine(({ columns, by }) => !columns.includes(by), "compares the column of its own groups");
