import { numberText } from "./number-text.ts";

/** A part of a formula as it is written; plain JSON. Parentheses are kept, because names show them. */
export type Expression =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "name"; readonly name: string }
  | CallExpression
  | { readonly kind: "parentheses"; readonly of: Expression }
  | { readonly kind: "unary"; readonly operator: "+" | "-"; readonly of: Expression }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    };

export interface CallExpression {
  readonly kind: "call";
  readonly name: string;
  readonly arguments: readonly Expression[];
}

export type Comparison = "==" | "!=" | "<" | "<=" | ">" | ">=";

export type BinaryOperator = "+" | "-" | "*" | "/" | "^" | ":" | "%in%" | Comparison;

const comparisons: readonly string[] = ["==", "!=", "<", "<=", ">", ">="];

/** Whether an expression is yes or no: a comparison, in parentheses or not. */
export function isComparison(expression: Expression): boolean {
  if (expression.kind === "parentheses") return isComparison(expression.of);
  return expression.kind === "binary" && comparisons.includes(expression.operator);
}

const plainName = /^(?:\p{L}|\.(?!\d))[\p{L}\p{N}._]*$/u;

/** R's reserved words, from its ?Reserved. */
const reserved: ReadonlySet<string> = new Set([
  ..."if else repeat while function for next break TRUE FALSE NULL Inf NaN in ...".split(" "),
  ..."NA NA_integer_ NA_real_ NA_character_ NA_complex_".split(" "),
]);

/** Whether R reads it as something other than a name. */
export function isReserved(name: string): boolean {
  return reserved.has(name) || /^\.\.\d+$/.test(name);
}

/** A name as R prints it. */
export function nameText(name: string): string {
  if (plainName.test(name) && !isReserved(name)) return name;
  return `\`${name.replaceAll(/[\\`]/g, "\\$&")}\``;
}

/** An expression as R's deparse prints it: no spaces around ^, : and /, none after a sign. */
export function expressionText(expression: Expression): string {
  switch (expression.kind) {
    case "number":
      return numberText(expression.value);
    case "name":
      return nameText(expression.name);
    case "call":
      return `${expression.name}(${expression.arguments.map(expressionText).join(", ")})`;
    case "parentheses":
      return `(${expressionText(expression.of)})`;
    case "unary":
      return `${expression.operator}${expressionText(expression.of)}`;
    case "binary": {
      const tight = expression.operator === "^" || expression.operator === ":" || expression.operator === "/";
      const operator = tight ? expression.operator : ` ${expression.operator} `;
      return `${expressionText(expression.left)}${operator}${expressionText(expression.right)}`;
    }
  }
}

/** The names in an expression, in the order in which they are written. */
export function expressionNames(expression: Expression): readonly string[] {
  switch (expression.kind) {
    case "number":
      return [];
    case "name":
      return [expression.name];
    case "call":
      return expression.arguments.flatMap(expressionNames);
    case "parentheses":
    case "unary":
      return expressionNames(expression.of);
    case "binary":
      return [...expressionNames(expression.left), ...expressionNames(expression.right)];
  }
}
