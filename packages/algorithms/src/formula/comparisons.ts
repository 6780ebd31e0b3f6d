import type { Compared } from "@konsil/core";
import { type Comparison, type Expression, expressionNames } from "./expression.ts";
import type { FormulaVariable } from "./formula.ts";

const flipped: Readonly<Record<Comparison, Comparison>> = {
  "==": "==",
  "!=": "!=",
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
};

function bare(expression: Expression): Expression {
  return expression.kind === "parentheses" ? bare(expression.of) : expression;
}

/** A number as it is written, with its sign. */
function numberOf(expression: Expression): number | undefined {
  if (expression.kind === "number") return expression.value;
  if (expression.kind !== "unary") return undefined;
  const inner = numberOf(bare(expression.of));
  return inner === undefined || expression.operator === "+" ? inner : -inner;
}

function comparisonsIn({ kind, expression }: FormulaVariable): readonly (readonly [string, Compared])[] {
  const comparison = expression === null ? null : bare(expression);
  if (kind !== "logical" || comparison?.kind !== "binary") return [];
  const [left, right] = [bare(comparison.left), bare(comparison.right)];
  const op = comparison.operator as Comparison;
  const [above, below] = [numberOf(left), numberOf(right)];
  if (left.kind === "name" && below !== undefined) return [[left.name, { op, value: below }]];
  if (right.kind === "name" && above !== undefined) return [[right.name, { op: flipped[op], value: above }]];
  // Of arithmetic, or of two columns: no site can see at which points it tells people apart.
  return expressionNames(comparison).map((name) => [name, { op, value: null }] as const);
}

/** With what the variables of a formula compare a column: a site holds these points to its policy, as those of a filter. */
export function comparisonsOf(name: string, variables: readonly FormulaVariable[]): readonly Compared[] {
  return variables
    .flatMap(comparisonsIn)
    .flatMap(([column, compared]) => (column === name ? [compared] : []));
}
