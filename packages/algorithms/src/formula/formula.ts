import { ArgumentError, suggestion } from "@konsil/core";
import { type Expression, expressionNames, expressionText, isComparison } from "./expression.ts";
import { parseSides } from "./parse.ts";

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
}

/** Functions of one number that a formula may use. */
export const numericFunctions: readonly string[] = ["log", "log2", "log10", "log1p", "exp", "sqrt", "abs"];
const knownFunctions: readonly string[] = [
  ...numericFunctions,
  "I",
  "factor",
  "as.factor",
  "strata",
  "offset",
  "Surv",
];

function unsupported(message: string): ArgumentError {
  return new ArgumentError("FORMULA_UNSUPPORTED", message);
}

const arithmetic: readonly string[] = ["+", "-", "*", "/", "^"];

/** Arithmetic that is evaluated at a site: + - * / ^ and functions of one number. */
function checkArithmetic(expression: Expression, text: string): void {
  if (expression.kind === "parentheses" || expression.kind === "unary") checkArithmetic(expression.of, text);
  else if (expression.kind === "binary") {
    if (!arithmetic.includes(expression.operator)) {
      throw unsupported(`"${text}" uses ${expression.operator} inside arithmetic. Use + - * / ^ there.`);
    }
    checkArithmetic(expression.left, text);
    checkArithmetic(expression.right, text);
  } else if (expression.kind === "call") {
    const { name, arguments: inner } = expression;
    if (name !== "I" && !numericFunctions.includes(name)) {
      throw unsupported(
        `"${name}()" is not a function of formulas here. ${suggestion(name, knownFunctions, "Functions")} Other columns are derived in the data: data({ derive: … }).`,
      );
    }
    const [only] = inner;
    if (only === undefined || inner.length > 1)
      throw unsupported(`"${text}": ${name}() takes one argument here.`);
    checkArithmetic(only, text);
  }
}

/** A comparison stands alone; its sides are arithmetic. */
function checkComparison(expression: Expression, text: string): void {
  if (expression.kind === "parentheses") checkComparison(expression.of, text);
  else if (expression.kind === "binary" && isComparison(expression)) {
    checkArithmetic(expression.left, text);
    checkArithmetic(expression.right, text);
  } else checkArithmetic(expression, text);
}

function oneName(expression: Expression, what: string): string {
  const [only, ...others] = expression.kind === "call" ? expression.arguments : [];
  if (only?.kind !== "name" || others.length > 0)
    throw unsupported(
      `${what} takes the name of one column here. Other columns are derived in the data: data({ derive: … }).`,
    );
  return only.name;
}

function readVariable(expression: Expression): FormulaVariable {
  const text = expressionText(expression);
  if (expression.kind === "name") {
    if (expression.name === ".")
      throw unsupported('"." for all columns is not supported. Write the names of the columns.');
    return { text, kind: "column", columns: [expression.name], expression: null };
  }
  if (expression.kind === "call" && (expression.name === "factor" || expression.name === "as.factor")) {
    return { text, kind: "factor", columns: [oneName(expression, `${expression.name}()`)], expression: null };
  }
  if (expression.kind === "call" && expression.name === "strata") {
    const names = expression.arguments.map((argument) => {
      if (argument.kind === "name") return argument.name;
      if (argument.kind === "call" && (argument.name === "factor" || argument.name === "as.factor"))
        return oneName(argument, `${argument.name}()`);
      throw unsupported("strata() takes names of columns. Ranges are derived in the data with cut().");
    });
    if (names.length === 0) throw unsupported("strata() needs at least one column.");
    return { text, kind: "strata", columns: [...new Set(names)], expression: null };
  }
  if (expression.kind === "call" && expression.name === "Surv")
    throw new ArgumentError("FORMULA_VARIABLE", "Surv() belongs to the left of the ~.");
  const inner =
    expression.kind === "call" && expression.name === "I"
      ? (expression.arguments[0] as Expression)
      : expression;
  checkComparison(inner, text);
  const columns = [...new Set(expressionNames(expression))];
  if (columns.length === 0) throw unsupported(`"${text}" has no column in it.`);
  return { text, kind: isComparison(inner) ? "logical" : "numeric", columns, expression: inner };
}

function readResponse(left: Expression | null): Response | null {
  if (left === null) return null;
  if (left.kind === "call" && left.name === "Surv") {
    if (left.arguments.length > 2)
      throw unsupported(
        "Surv(start, stop, event) for delayed entry comes in a later version. Use Surv(time, event).",
      );
    const [time, event] = left.arguments.map(readVariable);
    if (time === undefined || event === undefined)
      throw unsupported("Surv() takes the time and the event: Surv(days, event).");
    if (time.kind !== "column" && time.kind !== "numeric")
      throw unsupported("The first argument of Surv() is a time: a column, or arithmetic on columns.");
    if (event.kind !== "column" && event.kind !== "logical")
      throw unsupported(
        "The second argument of Surv() is a yes/no column, or a comparison such as status == 2.",
      );
    return { kind: "survival", time, event };
  }
  if (left.kind === "call" && left.name === "cbind")
    throw unsupported("cbind() is not supported. Use a proportion with weights, or one row for each person.");
  return { kind: "value", variable: readVariable(left) };
}

/** Sets of variables, each as its ascending positions joined by commas, in the order in which they were formed. */
class Expansion {
  readonly variables: FormulaVariable[] = [];
  readonly offsets: FormulaVariable[] = [];
  intercept = true;

  #position(expression: Expression): number {
    const variable = readVariable(expression);
    const known = this.variables.findIndex(({ text }) => text === variable.text);
    if (known >= 0) return known;
    this.variables.push(variable);
    return this.variables.length - 1;
  }

  expand(expression: Expression): readonly Term[] {
    switch (expression.kind) {
      case "number":
        if (expression.value === 0) this.intercept = false;
        else if (expression.value === 1) this.intercept = true;
        else throw unsupported(`The number ${expression.value} is not a term. Only 0 and 1 have a meaning.`);
        return [];
      case "parentheses":
        return this.expand(expression.of);
      case "unary":
        return expression.operator === "+" ? this.expand(expression.of) : this.#without([], expression.of);
      case "binary":
        return this.#binary(expression.operator, expression.left, expression.right);
      case "call":
        if (expression.name === "offset") return this.#offset(expression.arguments);
        return [[this.#position(expression)]];
      case "name":
        return [[this.#position(expression)]];
    }
  }

  #offset(inner: readonly Expression[]): readonly Term[] {
    const [only] = inner;
    if (only === undefined || inner.length > 1) throw unsupported("offset() takes one argument.");
    const variable = readVariable(only);
    if (variable.kind === "factor" || variable.kind === "strata")
      throw unsupported("offset() takes a number.");
    this.offsets.push(variable);
    return [];
  }

  #without(terms: readonly Term[], removed: Expression): readonly Term[] {
    if (removed.kind === "number") {
      if (removed.value === 1) this.intercept = false;
      else if (removed.value === 0) this.intercept = true;
      else throw unsupported(`The number ${removed.value} is not a term. Only 0 and 1 have a meaning.`);
      return terms;
    }
    const gone = new Set(this.expand(removed).map(String));
    return terms.filter((term) => !gone.has(String(term)));
  }

  #binary(operator: string, left: Expression, right: Expression): readonly Term[] {
    switch (operator) {
      case "+":
        return unique([...this.expand(left), ...this.expand(right)]);
      case "-":
        return this.#without(this.expand(left), right);
      case ":":
      case "%in%":
        return products(this.expand(left), this.expand(right));
      case "*": {
        const [a, b] = [this.expand(left), this.expand(right)];
        return unique([...a, ...b, ...products(a, b)]);
      }
      case "/": {
        const [a, b] = [this.expand(left), this.expand(right)];
        const whole = [...new Set(a.flat())].sort(ascending);
        return unique([...a, ...products([whole], b)]);
      }
      case "^": {
        if (right.kind !== "number" || !Number.isInteger(right.value) || right.value < 1 || right.value > 8) {
          throw unsupported(
            "The power of a formula must be a whole number from 1 to 8. A square of a column is I(x^2).",
          );
        }
        const base = this.expand(left);
        let terms = base;
        for (let i = 1; i < right.value; i++) terms = unique([...terms, ...products(terms, base)]);
        return terms;
      }
      default:
        throw unsupported(`A comparison is a term only inside I(): I(age > 50).`);
    }
  }
}

const ascending = (a: number, b: number): number => a - b;

function unique(terms: readonly Term[]): readonly Term[] {
  return [...new Map(terms.map((term) => [String(term), term])).values()];
}

function products(left: readonly Term[], right: readonly Term[]): readonly Term[] {
  const most = 10_000;
  if (left.length * right.length > most) throw unsupported(`The formula has more than ${most} terms.`);
  return unique(left.flatMap((a) => right.map((b) => [...new Set([...a, ...b])].sort(ascending))));
}

/**
 * Reads a formula in R's notation. Nothing in it is evaluated here.
 * @throws ArgumentError FORMULA_SYNTAX (showing the place), FORMULA_UNSUPPORTED, FORMULA_VARIABLE
 */
export function parseFormula(text: string): Formula {
  const { left, right } = parseSides(text);
  const response = readResponse(left);
  const expansion = new Expansion();
  const terms = expansion.expand(right);
  const used = new Set(terms.flat());
  // A variable that was only removed ("- x") is none.
  const kept = expansion.variables.map((_, i) => i).filter((i) => used.has(i));
  const position = new Map(kept.map((old, i) => [old, i]));
  const sorted = terms
    .map((term) => term.map((i) => position.get(i) as number))
    .sort((a, b) => a.length - b.length);
  return {
    response,
    variables: kept.map((i) => expansion.variables[i] as FormulaVariable),
    terms: sorted,
    intercept: expansion.intercept,
    offsets: expansion.offsets,
  };
}

/** The columns that a formula needs, by what it needs them for; each list in the order of the formula, without repeats. */
export function formulaVariables(formula: Formula): {
  /** Of the outcome. */
  readonly response: readonly string[];
  /** Taken as they are: numbers, yes/no, or categories. */
  readonly columns: readonly string[];
  /** Read as categories: factor(x), strata(x). */
  readonly factors: readonly string[];
  /** Read as numbers: arithmetic and offsets. */
  readonly numbers: readonly string[];
  /** All of them. */
  readonly all: readonly string[];
} {
  const { response, variables, offsets } = formula;
  const of = (kinds: readonly FormulaVariable["kind"][]): string[] => [
    ...new Set(variables.filter(({ kind }) => kinds.includes(kind)).flatMap(({ columns }) => columns)),
  ];
  const outcome =
    response === null
      ? []
      : response.kind === "survival"
        ? [...new Set([...response.time.columns, ...response.event.columns])]
        : [...response.variable.columns];
  const columns = of(["column"]);
  const factors = of(["factor", "strata"]);
  const numbers = [
    ...new Set([...of(["numeric", "logical"]), ...offsets.flatMap((offset) => offset.columns)]),
  ];
  return {
    response: outcome,
    columns,
    factors,
    numbers,
    all: [...new Set([...outcome, ...columns, ...factors, ...numbers])],
  };
}

function termText(formula: Formula, term: Term): string {
  return term.map((i) => formula.variables[i]?.text).join(":");
}

/** Labels of the terms, as R's terms() has them. */
export function termLabels(formula: Formula): readonly string[] {
  return formula.terms.map((term) => termText(formula, term));
}
