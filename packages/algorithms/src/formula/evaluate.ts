import { ArgumentError, DataError } from "@konsil/core";
import type { Expression } from "./expression.ts";

const functions: Readonly<Record<string, (x: number) => number>> = {
  log: Math.log,
  log2: Math.log2,
  log10: Math.log10,
  log1p: Math.log1p,
  exp: Math.exp,
  sqrt: Math.sqrt,
  abs: Math.abs,
  I: (x) => x,
};

const operators: Readonly<Record<string, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "^": (a, b) => a ** b,
  "==": (a, b) => Number(a === b),
  "!=": (a, b) => Number(a !== b),
  "<": (a, b) => Number(a < b),
  "<=": (a, b) => Number(a <= b),
  ">": (a, b) => Number(a > b),
  ">=": (a, b) => Number(a >= b),
};

/** Arithmetic over columns of numbers: one pass for each operator, no object for a row. */
export function evaluateNumbers(
  expression: Expression,
  column: (name: string) => Float64Array,
  rows: number,
  text: string,
): Float64Array {
  const values = compute(expression, column, rows);
  for (let i = 0; i < rows; i++) if (!Number.isFinite(values[i] as number)) throw notFinite(text);
  return values;
}

/** Names what was computed, and none of its values. */
export function notFinite(text: string): DataError {
  return new DataError(
    "DATA_INVALID",
    `"${text}" is not a finite number for some rows at {site}, as the logarithm of zero is not. Filter those rows, or add something: log(x + 1).`,
  );
}

/** A formula that came as data may hold any name, and objects know more names than those that were put in. */
function known<T>(table: Readonly<Record<string, T>>, name: string): T {
  const found = Object.hasOwn(table, name) ? table[name] : undefined;
  if (found === undefined)
    throw new ArgumentError("FORMULA_UNSUPPORTED", `"${name}" cannot be computed in a formula.`);
  return found;
}

function compute(expression: Expression, column: (name: string) => Float64Array, rows: number): Float64Array {
  switch (expression.kind) {
    case "number":
      return new Float64Array(rows).fill(expression.value);
    case "name":
      return column(expression.name);
    case "parentheses":
      return compute(expression.of, column, rows);
    case "unary": {
      const inner = compute(expression.of, column, rows);
      return expression.operator === "-" ? inner.map((x) => -x) : inner;
    }
    case "call": {
      const apply = known(functions, expression.name);
      const inner = compute(expression.arguments[0] as Expression, column, rows);
      const result = new Float64Array(rows);
      for (let i = 0; i < rows; i++) result[i] = apply(inner[i] as number);
      return result;
    }
    case "binary": {
      const apply = known(operators, expression.operator);
      const left = compute(expression.left, column, rows);
      const right = compute(expression.right, column, rows);
      const result = new Float64Array(rows);
      for (let i = 0; i < rows; i++) result[i] = apply(left[i] as number, right[i] as number);
      return result;
    }
  }
}
