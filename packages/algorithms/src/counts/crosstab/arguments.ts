import { ArgumentError, type ColumnName, columnName } from "@konsil/core";
import { z } from "zod";
import { levelArguments, type RareLevels, whenRead } from "../../model/index.ts";
import { namesInFormula } from "./formula.ts";

export interface CrosstabArguments {
  /** The variables as R's `xtabs` takes them, instead of `rows`, `columns` and `by`: "~ grade + hormon + size". */
  readonly formula?: string | undefined;
  /** The variable whose levels are the rows. */
  readonly rows?: ColumnName | undefined;
  /** The variable whose levels are the columns. Without it the table has one column. */
  readonly columns?: ColumnName | undefined;
  /** A third variable: one table for each of its levels. */
  readonly by?: ColumnName | undefined;
  /** Order of levels by column. Rows with other levels are missing. */
  readonly levels?: Readonly<Record<string, readonly string[]>> | undefined;
  /** Levels that too few organizations or people have: "error" (default) names them, "exclude" counts them as missing, { merge: "other" } puts them together. */
  readonly rareLevels?: RareLevels | undefined;
  /** What a missing value is: a reason to leave the row out ("exclude", the default), or a level. */
  readonly missing?: "exclude" | "level" | undefined;
  /** Yates' correction for tables of two by two levels, and that of Mantel–Haenszel. Default true, as in R. */
  readonly correct?: boolean | undefined;
  /** The level at which a χ² test of masked counts has to decide alike for all that they can be. Default 0.05. */
  readonly significance?: number | undefined;
  /** Whether to test tables of two by two levels by Fisher's exact test as well. */
  readonly fisher?: boolean | undefined;
}

/** The names of the variables, however they were spelled. @throws ArgumentError FORMULA_SYNTAX, ARGUMENT_INVALID */
export function variableNames(
  args: Pick<CrosstabArguments, "formula" | "rows" | "columns" | "by">,
): readonly string[] {
  const { formula, rows, columns, by } = args;
  if (formula !== undefined) {
    if (rows !== undefined || columns !== undefined || by !== undefined)
      throw new ArgumentError(
        "ARGUMENT_INVALID",
        "crosstab takes a `formula`, or `rows` with `columns` and `by`, but not both.",
      );
    return namesInFormula(formula);
  }
  if (rows === undefined)
    throw new ArgumentError(
      "ARGUMENT_INVALID",
      'crosstab needs to know its variables: { rows: "grade", columns: "hormon" } or { formula: "~ grade + hormon" }.',
    );
  if (columns === undefined && by !== undefined)
    throw new ArgumentError("ARGUMENT_INVALID", "crosstab with `by` needs `columns` as well.");
  const names = [rows, columns, by].filter((name) => name !== undefined);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined)
    throw new ArgumentError(
      "ARGUMENT_INVALID",
      `crosstab names "${twice}" twice. Its variables must be different.`,
    );
  return names;
}

export const crosstabArguments = z
  .strictObject({
    formula: z.string().max(10_000).optional(),
    rows: columnName().optional(),
    columns: columnName().optional(),
    by: columnName().optional(),
    ...levelArguments,
    missing: z.enum(["exclude", "level"]).default("exclude"),
    correct: z.boolean().default(true),
    significance: z.number().gt(0).lt(1).default(0.05),
    fisher: z.boolean().default(false),
  })
  // Throws what is wrong with the variables before any site is asked.
  .refine((args) => variableNames(args).length > 0, whenRead);
