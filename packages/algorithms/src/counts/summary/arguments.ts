import { type ColumnName, calledElsewhere, columnName } from "@konsil/core";
import { z } from "zod";
import { levelArguments, type RareLevels } from "../../model/index.ts";
import { columnList } from "../column-list.ts";

export interface SummaryArguments {
  /** The columns that are summarised. */
  readonly columns: readonly ColumnName[];
  /** A category: one summary for each of its levels besides the one of all. */
  readonly by?: ColumnName | undefined;
  /** Order of levels by column. A column that is named here is a category, whatever its type. Other levels are missing. */
  readonly levels?: Readonly<Record<string, readonly string[]>> | undefined;
  /** Levels that too few organizations or people have: "error" (default) names them, "exclude" counts them as missing, { merge: "other" } puts them together. */
  readonly rareLevels?: RareLevels | undefined;
  /** Whether to ask for the smallest and largest values, which sites release only where their steward wrote a lattice for the column. */
  readonly range?: boolean | undefined;
}

export const summaryArguments = z
  .strictObject({
    columns: columnList,
    by: calledElsewhere(columnName().optional(), "group"),
    ...levelArguments,
    range: z.boolean().default(false),
  })
  .refine(
    ({ columns, by }) => by === undefined || !columns.includes(by),
    "summarises the column of its own groups",
  );
