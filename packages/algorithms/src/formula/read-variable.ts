import { suggestion } from "@konsil/core";
import {
  type CallExpression,
  type Expression,
  expressionNames,
  expressionText,
  isComparison,
} from "./expression.ts";
import type { FormulaVariable } from "./formula.ts";
import type { Sides } from "./parse.ts";

type Fail = Sides["fail"];

const unsupported = "FORMULA_UNSUPPORTED";

/** Functions of one number that a formula may use. */
const numericFunctions: readonly string[] = ["log", "log2", "log10", "log1p", "exp", "sqrt", "abs"];
const knownFunctions: readonly string[] = [
  ...numericFunctions,
  "I",
  "factor",
  "as.factor",
  "strata",
  "offset",
  "Surv",
];
const arithmetic: readonly string[] = ["+", "-", "*", "/", "^"];
const elsewhere = "Other columns are derived in the data: data({ derive: … }).";
const ranges =
  'Ranges are derived in the data: data({ derive: { ageGroup: cut("age", [50, 65]) } }). A formula compares: I(age >= 65).';

/** Arithmetic that is evaluated at a site: + - * / ^ and functions of one number. */
function checkArithmetic(expression: Expression, text: string, fail: Fail): void {
  switch (expression.kind) {
    case "parentheses":
    case "unary":
      checkArithmetic(expression.of, text, fail);
      return;
    case "binary":
      if (!arithmetic.includes(expression.operator)) {
        throw fail(
          unsupported,
          expression,
          `"${text}" uses ${expression.operator} inside arithmetic. Use + - * / ^ there.`,
        );
      }
      checkArithmetic(expression.left, text, fail);
      checkArithmetic(expression.right, text, fail);
      return;
    case "call": {
      const { name } = expression;
      if (name !== "I" && !numericFunctions.includes(name)) {
        throw fail(
          unsupported,
          expression,
          knownFunctions.includes(name)
            ? `${name}() cannot stand inside arithmetic.`
            : `"${name}()" is not a function of formulas here. ${name === "cut" ? ranges : `${suggestion(name, knownFunctions, "Functions")} ${elsewhere}`}`,
        );
      }
      checkArithmetic(onlyArgument(expression, fail), text, fail);
      return;
    }
    case "name":
      if (expression.name === ".")
        throw fail(unsupported, expression, '"." is not supported. Write the names of the columns.');
      return;
    case "number":
  }
}

/** A comparison stands alone; its sides are arithmetic. */
function checkComparison(expression: Expression, text: string, fail: Fail): void {
  if (expression.kind === "parentheses") checkComparison(expression.of, text, fail);
  else if (expression.kind === "binary" && isComparison(expression)) {
    checkArithmetic(expression.left, text, fail);
    checkArithmetic(expression.right, text, fail);
  } else checkArithmetic(expression, text, fail);
}

export function onlyArgument(call: CallExpression, fail: Fail): Expression {
  const [only, ...others] = call.arguments;
  if (only === undefined || others.length > 0)
    throw fail(unsupported, call, `${call.name}() takes one argument here.`);
  return only;
}

function columnOfFactor(call: CallExpression, fail: Fail): string {
  const only = onlyArgument(call, fail);
  if (only.kind !== "name" || only.name === ".")
    throw fail(unsupported, only, `${call.name}() takes the name of one column here. ${elsewhere}`);
  return only.name;
}

const isFactor = ({ name }: CallExpression): boolean => name === "factor" || name === "as.factor";

function columnsOfStrata(call: CallExpression, fail: Fail): readonly string[] {
  if (call.arguments.length === 0)
    throw fail(unsupported, call, "strata() needs at least one column, such as strata(grade).");
  const names = call.arguments.map((argument) => {
    if (argument.kind === "name" && argument.name !== ".") return argument.name;
    if (argument.kind === "call" && isFactor(argument)) return columnOfFactor(argument, fail);
    throw fail(
      unsupported,
      argument,
      "strata() takes names of columns. Ranges are derived in the data with cut().",
    );
  });
  return [...new Set(names)];
}

/** Reads a variable: a column, a factor or strata of columns, or arithmetic on columns. */
export function readVariable(expression: Expression, fail: Fail): FormulaVariable {
  const text = expressionText(expression);
  if (expression.kind === "name") {
    if (expression.name === ".") {
      throw fail(
        unsupported,
        expression,
        '"." for all columns is not supported. Write the names of the columns.',
      );
    }
    return { text, kind: "column", columns: [expression.name], expression: null };
  }
  if (expression.kind === "call" && isFactor(expression))
    return { text, kind: "factor", columns: [columnOfFactor(expression, fail)], expression: null };
  if (expression.kind === "call" && expression.name === "strata")
    return { text, kind: "strata", columns: columnsOfStrata(expression, fail), expression: null };
  if (expression.kind === "call" && expression.name === "Surv")
    throw fail("FORMULA_VARIABLE", expression, "Surv() belongs to the left of the ~.");
  const inner =
    expression.kind === "call" && expression.name === "I" ? onlyArgument(expression, fail) : expression;
  checkComparison(inner, text, fail);
  const columns = [...new Set(expressionNames(expression))];
  if (columns.length === 0) throw fail(unsupported, expression, `"${text}" has no column in it.`);
  return { text, kind: isComparison(inner) ? "logical" : "numeric", columns, expression: inner };
}
