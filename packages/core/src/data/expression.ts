import { ArgumentError, checkOptionNames } from "../errors/index.ts";
import type { BooleanVariable, CategoryVariable, DateVariable, NumericVariable } from "./variable.ts";

/** A value written in an expression. A date is written `{ date: "2024-02-29" }`. */
export type Literal = number | string | boolean | { readonly date: string };

export type Comparison = "<" | "<=" | ">" | ">=" | "==" | "!=";
export type Arithmetic = "+" | "-" | "*" | "/";

/**
 * What `recode` makes of levels that it does not list: their own names ("keep"), missing values ("missing"), or one
 * level (`{ as: "other" }`). With "error" there may be none: the data declare the levels, and each must be listed.
 */
export type RecodeOthers = "keep" | "missing" | "error" | { readonly as: string };

/** An expression as it travels: plain JSON, evaluated at the site. Never SQL, never code. */
export type ExpressionNode =
  | { readonly op: "column"; readonly name: string }
  | { readonly op: "literal"; readonly value: Literal }
  | { readonly op: Arithmetic; readonly left: ExpressionNode; readonly right: ExpressionNode }
  | { readonly op: "days"; readonly from: ExpressionNode; readonly to: ExpressionNode }
  | {
      readonly op: "cut";
      readonly of: ExpressionNode;
      readonly at: readonly number[];
      readonly labels: readonly string[];
      readonly closed: "left" | "right";
    }
  | {
      readonly op: "recode";
      readonly of: ExpressionNode;
      readonly from: readonly string[];
      readonly to: readonly string[];
      readonly others: RecodeOthers;
    }
  | { readonly op: Comparison; readonly left: ExpressionNode; readonly right: ExpressionNode }
  | { readonly op: "in"; readonly of: ExpressionNode; readonly values: readonly Literal[] }
  | { readonly op: "and" | "or"; readonly of: readonly ExpressionNode[] }
  | { readonly op: "not" | "missing"; readonly of: ExpressionNode };

type Kinds = {
  numeric: NumericVariable;
  boolean: BooleanVariable;
  category: CategoryVariable;
  date: DateVariable;
};

/** An expression whose value is of type `T`: "numeric", "boolean", "category" or "date". */
export interface Expression<T extends keyof Kinds = keyof Kinds> {
  readonly node: ExpressionNode;
  readonly "~type"?: T;
}

/** A column by name, an expression, or a literal, where an operand is wanted. */
export type Operand = Expression | Literal;

function expression<T extends keyof Kinds>(node: ExpressionNode): Expression<T> {
  return { node };
}

function isExpression(operand: Operand): operand is Expression {
  return typeof operand === "object" && "node" in operand;
}

function operandNode(operand: Operand): ExpressionNode {
  return isExpression(operand) ? operand.node : { op: "literal", value: operand };
}

/** The expression, or the column of this name. */
function columnNode(of: Expression | string): ExpressionNode {
  return typeof of === "string" ? { op: "column", name: of } : of.node;
}

/** A column of the data. */
export function column<T extends keyof Kinds = keyof Kinds>(name: string): Expression<T> {
  return expression({ op: "column", name });
}

/** Days from one date to another; missing when either is. */
export function days(from: Expression | string, to: Expression | string): Expression<"numeric"> {
  return expression({ op: "days", from: columnNode(from), to: columnNode(to) });
}

/** Arithmetic on numbers: `arithmetic("days", "/", 30.4375)`. Division by zero gives a missing value. */
export function arithmetic(
  left: Expression | string,
  op: Arithmetic,
  right: Expression | number,
): Expression<"numeric"> {
  return expression({ op, left: columnNode(left), right: operandNode(right) });
}

/** What ranges are called unless they are given names. */
export function rangeLabels(at: readonly number[], closed: "left" | "right"): readonly string[] {
  return [...at, Infinity].map((end, i) => {
    const start = at[i - 1];
    if (closed === "left")
      return start === undefined ? `<${end}` : end === Infinity ? `≥${start}` : `${start}–<${end}`;
    return start === undefined ? `≤${end}` : end === Infinity ? `>${start}` : `>${start}–${end}`;
  });
}

/**
 * Cuts a number into ranges at the points given: `cut("age", [40, 60])` has the levels "<40", "40–<60", "≥60".
 * With `closed: "right"` a point belongs to the range below it: "≤40", ">40–60", ">60".
 */
export function cut(
  of: Expression | string,
  at: readonly number[],
  options: {
    readonly labels?: readonly string[] | undefined;
    readonly closed?: "left" | "right" | undefined;
  } = {},
): Expression<"category"> {
  checkOptionNames("cut()", options, ["labels", "closed"]);
  const closed = options.closed ?? "left";
  const labels = options.labels ?? rangeLabels(at, closed);
  return expression({ op: "cut", of: columnNode(of), at, labels, closed });
}

/**
 * Gives levels new names, and says what becomes of the others:
 * `recode("stage", { I: "early", II: "early" }, { others: { as: "late" } })`.
 * @throws ArgumentError EXPRESSION_INVALID when it does not say
 */
export function recode(
  of: Expression | string,
  names: Readonly<Record<string, string>>,
  options: { readonly others: RecodeOthers },
): Expression<"category"> {
  // Types do not reach notebooks, and whoever forgets it would lose people without a word.
  const given: Partial<typeof options> = typeof options === "object" ? options : {};
  checkOptionNames("recode()", given, ["others"]);
  const { others } = given;
  if (others === undefined)
    throw new ArgumentError(
      "EXPRESSION_INVALID",
      'recode() must say what becomes of levels that it does not list: { others: "keep" }, "missing", "error" or { as: "a new name" }.',
    );
  const [from, to] = [Object.keys(names), Object.values(names)];
  return expression({ op: "recode", of: columnNode(of), from, to, others });
}

/** `compare("age", ">=", 18)`. Two columns: `compare("end", ">", column("start"))`. Missing when either side is. */
export function compare(left: Expression | string, op: Comparison, right: Operand): Expression<"boolean"> {
  return expression({ op, left: columnNode(left), right: operandNode(right) });
}

/** Whether a value is one of those listed. */
export function isIn(of: Expression | string, values: readonly Literal[]): Expression<"boolean"> {
  return expression({ op: "in", of: columnNode(of), values });
}

/** Kleene's logic: false decides `and`, whatever is missing beside it. */
export function and(...of: readonly Expression<"boolean">[]): Expression<"boolean"> {
  return expression({ op: "and", of: of.map((part) => part.node) });
}

/** Kleene's logic: true decides `or`, whatever is missing beside it. */
export function or(...of: readonly Expression<"boolean">[]): Expression<"boolean"> {
  return expression({ op: "or", of: of.map((part) => part.node) });
}

export function not(of: Expression<"boolean">): Expression<"boolean"> {
  return expression({ op: "not", of: of.node });
}

/** Whether a value is missing; itself never missing. */
export function isMissing(of: Expression | string): Expression<"boolean"> {
  return expression({ op: "missing", of: columnNode(of) });
}
