import type { CallExpression, Expression } from "./expression.ts";
import { expressionText } from "./expression.ts";
import type { FormulaVariable, Term } from "./formula.ts";
import type { Sides } from "./parse.ts";
import { onlyArgument, readVariable } from "./read-variable.ts";

type Fail = Sides["fail"];

const unsupported = "FORMULA_UNSUPPORTED";

/** More are a mistake or an attack: each is a set of columns. */
const mostTerms = 10_000;

const ascending = (a: number, b: number): number => a - b;

/** The union of sets of variables, as ascending positions. */
const union = (...terms: readonly Term[]): Term => [...new Set(terms.flat())].sort(ascending);

/** Each term once, where it was first. */
function unique(terms: readonly Term[]): readonly Term[] {
  return [...new Map(terms.map((term) => [String(term), term])).values()];
}

/**
 * The terms of a formula's right side, in the order in which R's terms.formula() forms them (the functions EncodeVars,
 * PlusTerms, … of its src/library/stats/src/model.c): sets of variables, before they are sorted by size.
 */
export class Expansion {
  /** In the order in which they are met; offsets among them. */
  readonly variables: FormulaVariable[] = [];
  /** Where each variable was first. */
  readonly places: Expression[] = [];
  /** Which variables are offsets: no term has one in the end. */
  readonly offsets = new Set<number>();
  intercept = true;
  readonly #fail: Fail;
  readonly #positions = new Map<string, number>();
  /** False inside what is subtracted, where 1 takes the intercept away and 0 gives it back. */
  #added = true;

  constructor(fail: Fail) {
    this.#fail = fail;
  }

  expand(expression: Expression): readonly Term[] {
    switch (expression.kind) {
      case "number":
        if (expression.value !== 0 && expression.value !== 1) {
          throw this.#fail(
            unsupported,
            expression,
            `The number ${expression.value} is not a term. Only 0 and 1 have a meaning.`,
          );
        }
        this.intercept = (expression.value === 1) === this.#added;
        return [];
      case "parentheses":
        return this.expand(expression.of);
      case "unary":
        return expression.operator === "+" ? this.expand(expression.of) : this.#without([], expression.of);
      case "binary":
        return this.#binary(expression);
      case "call":
      case "name":
        return [[this.#position(expression)]];
    }
  }

  #position(expression: Expression): number {
    // The same text is the same variable, as in R.
    const text = expressionText(expression);
    const known = this.#positions.get(text);
    if (known !== undefined) return known;
    const isOffset = expression.kind === "call" && expression.name === "offset";
    const variable = isOffset ? this.#offset(expression) : readVariable(expression, this.#fail);
    const position = this.variables.push(variable) - 1;
    this.places.push(expression);
    this.#positions.set(text, position);
    if (isOffset) this.offsets.add(position);
    return position;
  }

  #offset(call: CallExpression): FormulaVariable {
    const variable = readVariable(onlyArgument(call, this.#fail), this.#fail);
    if (variable.kind === "factor" || variable.kind === "strata")
      throw this.#fail(unsupported, call, "offset() takes a number.");
    return variable;
  }

  #without(terms: readonly Term[], removed: Expression): readonly Term[] {
    this.#added = !this.#added;
    const gone = new Set(this.expand(removed).map(String));
    this.#added = !this.#added;
    return terms.filter((term) => !gone.has(String(term)));
  }

  #binary(expression: Extract<Expression, { kind: "binary" }>): readonly Term[] {
    const { operator, left, right } = expression;
    switch (operator) {
      case "+":
        return unique([...this.expand(left), ...this.expand(right)]);
      case "-":
        return this.#without(this.expand(left), right);
      case ":":
        return this.#products(this.expand(left), this.expand(right), expression);
      case "%in%": {
        const [a, b] = [this.expand(left), this.expand(right)];
        return unique(a.map((term) => union(term, ...b)));
      }
      case "*": {
        const [a, b] = [this.#some(left, operator), this.expand(right)];
        return unique([...a, ...b, ...this.#products(a, b, expression)]);
      }
      case "/": {
        const [a, b] = [this.#some(left, operator), this.expand(right)];
        return unique([...a, ...this.#products([union(...a)], b, expression)]);
      }
      case "^": {
        if (right.kind !== "number" || !Number.isInteger(right.value) || right.value < 1 || right.value > 8) {
          throw this.#fail(
            unsupported,
            expression,
            "The power of a formula must be a whole number from 1 to 8. A square of a column is I(x^2).",
          );
        }
        const base = this.expand(left);
        let terms = base;
        for (let i = 1; i < right.value; i++) terms = this.#products(terms, base, expression);
        return terms;
      }
      default:
        throw this.#fail(unsupported, expression, "A comparison is a term only inside I(): I(age > 50).");
    }
  }

  /** R drops what is right of * or / without a word when nothing is left of it, as in "-a * b", which is "(-a) * b". */
  #some(left: Expression, operator: string): readonly Term[] {
    const terms = this.expand(left);
    if (terms.length === 0) {
      throw this.#fail(
        unsupported,
        left,
        `There is no term to the left of ${operator}. To take an interaction away, write - a:b.`,
      );
    }
    return terms;
  }

  #products(left: readonly Term[], right: readonly Term[], place: Expression): readonly Term[] {
    if (left.length * right.length > mostTerms)
      throw this.#fail(unsupported, place, `The formula has more than ${mostTerms} terms.`);
    return unique(left.flatMap((a) => right.map((b) => union(a, b))));
  }
}
