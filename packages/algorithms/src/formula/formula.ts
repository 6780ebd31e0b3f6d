import type { Expression } from "./expression.ts";

/** What a formula's left side says. */
export type Response =
  | { readonly kind: "survival"; readonly time: FormulaVariable; readonly event: FormulaVariable }
  | { readonly kind: "value"; readonly variable: FormulaVariable };

/** One variable of the right side, or the outcome: a column, a factor of a column, or arithmetic on columns. */
export interface FormulaVariable {
  /** As R prints it; names of columns of the design begin with it. */
  readonly text: string;
  readonly kind: "column" | "factor" | "numeric" | "logical" | "strata";
  /** The columns that it needs. */
  readonly columns: readonly string[];
  /** What is computed; null where the column is taken as it is. */
  readonly expression: Expression | null;
}

/** A term: the positions of its variables in the formula's list, ascending. */
export type Term = readonly number[];

/** A formula, read: plain JSON. */
export interface Formula {
  readonly response: Response | null;
  readonly variables: readonly FormulaVariable[];
  /** By order of interaction, then as written; as R's terms(). */
  readonly terms: readonly Term[];
  readonly intercept: boolean;
  /** Offsets, added to the linear predictor with coefficient 1. */
  readonly offsets: readonly FormulaVariable[];
  /** Variables that "- x" left without a term. R leaves out the rows in which they are missing all the same. */
  readonly removed: readonly FormulaVariable[];
}
