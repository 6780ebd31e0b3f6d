import {
  ArgumentError,
  constantForm,
  constantOf,
  DataError,
  formValues,
  type LinearForm,
  partForm,
  scaledForm,
  sumForm,
} from "@konsil/core";
import { type Expression, expressionText } from "./expression.ts";

const functions: Readonly<Record<string, (x: number) => number>> = {
  log: Math.log,
  log2: Math.log2,
  log10: Math.log10,
  log1p: Math.log1p,
  exp: Math.exp,
  sqrt: Math.sqrt,
  abs: Math.abs,
};

const operators: Readonly<Record<string, (a: number, b: number) => number>> = {
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

/**
 * Arithmetic over columns of numbers: sums and multiples as they come to, and one pass for each other operator, no object
 * for a row.
 */
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

/** Sums and multiples as they come to; a function or product of columns is a part like a column. */
function linearForm(expression: Expression): LinearForm<Expression> {
  // No name of a column has its key, which begins with a space.
  const part = (): LinearForm<Expression> => partForm(` ${expressionText(expression)}`, expression);
  switch (expression.kind) {
    case "number":
      return constantForm(expression.value);
    case "name":
      return partForm(expression.name, expression, true);
    case "parentheses":
      return linearForm(expression.of);
    case "unary":
      return expression.operator === "-"
        ? scaledForm(linearForm(expression.of), "*", -1)
        : linearForm(expression.of);
    case "call": {
      const of = linearForm(expression.arguments[0] as Expression);
      if (expression.name === "I") return of;
      const constant = constantOf(of);
      return constant === undefined ? part() : constantForm(known(functions, expression.name)(constant));
    }
    case "binary": {
      const { operator } = expression;
      const [left, right] = [linearForm(expression.left), linearForm(expression.right)];
      if (operator === "+" || operator === "-") return sumForm(left, operator, right);
      const [first, second] = [constantOf(left), constantOf(right)];
      if (first !== undefined && second !== undefined)
        return constantForm(known(operators, operator)(first, second));
      if ((operator === "*" || operator === "/") && second !== undefined)
        return scaledForm(left, operator, second);
      return operator === "*" && first !== undefined ? scaledForm(right, operator, first) : part();
    }
  }
}

/** The values of a part: a column, or a function or product of what is inside it. */
function computePart(
  expression: Expression,
  column: (name: string) => Float64Array,
  rows: number,
): Float64Array {
  if (expression.kind === "name") return column(expression.name);
  const result = new Float64Array(rows);
  if (expression.kind === "call") {
    const apply = known(functions, expression.name);
    const inner = compute(expression.arguments[0] as Expression, column, rows);
    for (let i = 0; i < rows; i++) result[i] = apply(inner[i] as number);
  } else if (expression.kind === "binary") {
    const apply = known(operators, expression.operator);
    const left = compute(expression.left, column, rows);
    const right = compute(expression.right, column, rows);
    for (let i = 0; i < rows; i++) result[i] = apply(left[i] as number, right[i] as number);
  }
  return result;
}

function compute(expression: Expression, column: (name: string) => Float64Array, rows: number): Float64Array {
  const form = linearForm(expression);
  const constant = constantOf(form);
  if (constant !== undefined) return new Float64Array(rows).fill(constant);
  const [only, ...more] = form.parts.values();
  const { constant: shift, times, over } = form;
  if (only?.factor === 1 && more.length === 0 && shift === 0 && times === 1 && over === 1)
    return computePart(only.of, column, rows);
  return formValues(form, (part) => computePart(part, column, rows), rows, expressionText(expression));
}
