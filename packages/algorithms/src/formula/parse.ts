import { ArgumentError, type ErrorCode } from "@konsil/core";
import { type BinaryOperator, type Expression, isReserved } from "./expression.ts";

interface Token {
  readonly kind: "number" | "name" | "operator" | "end";
  readonly text: string;
  readonly at: number;
}

const patterns: readonly (readonly [Token["kind"] | "space", RegExp])[] = [
  ["space", /\s+/uy],
  ["number", /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?L?/uy],
  ["name", /`(?:[^`\\]|\\[\\`])+`|(?:\p{L}|\.(?!\d))[\p{L}\p{N}._]*/uy],
  ["operator", /%in%|==|!=|<=|>=|[~+\-*/^:(),<>]/uy],
];

/** Longer formulas are mistakes or attacks. */
const longest = 10_000;
const deepest = 100;
/** Each is a level of recursion in what follows. */
const mostOperators = 1000;

/** What parts of a formula's text are; parts know their places beside themselves, so that they stay plain JSON. */
export interface Sides {
  readonly left: Expression | null;
  readonly right: Expression;
  /** An error that shows where a part is. */
  readonly fail: (code: ErrorCode, part: Expression, message: string) => ArgumentError;
}

/** An error that shows where in the formula it is. */
export function formulaError(code: ErrorCode, text: string, at: number, message: string): ArgumentError {
  // Long formulas are shown around the place.
  const start = Math.max(0, at - 60);
  const shown = text.slice(start, start + 120).replaceAll(/\s/g, " ");
  return new ArgumentError(code, `${message}\n  ${shown}\n  ${" ".repeat(at - start)}^`);
}

function strayMessage(text: string, at: number): string {
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  switch (character) {
    case "`":
      return "A name in backquotes is empty or does not end. Write `blood pressure`.";
    case "=":
      return 'The formula has "=". Arguments have no names here, and to compare is ==.';
    case '"':
    case "'":
      return "The formula has a quotation mark. Names with spaces stand in backquotes: `blood pressure`.";
    default:
      return `The formula has "${character}", which has no meaning in a formula. Operators are + - : * / ^ and %in%.`;
  }
}

function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const start = at;
    for (const [kind, pattern] of patterns) {
      pattern.lastIndex = at;
      const match = pattern.exec(text);
      if (match === null) continue;
      at = pattern.lastIndex;
      if (kind !== "space") tokens.push({ kind, text: match[0], at: start });
      break;
    }
    if (at === start) {
      throw formulaError("FORMULA_SYNTAX", text, at, strayMessage(text, at));
    }
  }
  tokens.push({ kind: "end", text: "", at: text.length });
  return tokens;
}

/** How tightly operators bind, as in R: ^ over a sign over : over %in% over * and / over + and - over comparisons. */
const binding: Readonly<Record<string, number>> = {
  "==": 1,
  "!=": 1,
  "<": 1,
  "<=": 1,
  ">": 1,
  ">=": 1,
  "+": 2,
  "-": 2,
  "*": 3,
  "/": 3,
  "%in%": 4,
  ":": 5,
  "^": 7,
};
const unaryBinding = 6;

class Parser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  readonly #places = new WeakMap<Expression, number>();
  #next = 0;
  #depth = 0;
  #operators = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokenize(text);
  }

  get #token(): Token {
    return this.#tokens[this.#next] as Token;
  }

  get #ended(): boolean {
    return this.#token.kind === "end";
  }

  #at(operator: string): boolean {
    return this.#token.kind === "operator" && this.#token.text === operator;
  }

  #take(): Token {
    const token = this.#token;
    if (!this.#ended) this.#next++;
    return token;
  }

  fail(message: string, at: number = this.#token.at): ArgumentError {
    return formulaError("FORMULA_SYNTAX", this.#text, at, message);
  }

  #expect(operator: string, why: string): void {
    if (this.#at(operator)) this.#next++;
    else throw this.fail(`The formula needs "${operator}" here${why}.`);
  }

  #placed(expression: Expression, at: number): Expression {
    this.#places.set(expression, at);
    return expression;
  }

  /** Both sides of `left ~ right`, or only the right one. */
  sides(): Sides {
    if (this.#ended) throw this.fail('The formula is empty. Write one such as "Surv(days, event) ~ age".');
    const left = this.#at("~") ? null : this.#expression(0);
    if (!this.#at("~")) {
      throw this.fail(
        this.#ended
          ? 'The formula has no "~" between the outcome and the terms.'
          : `The formula needs an operator such as + or ~ before "${this.#token.text}".`,
      );
    }
    this.#next++;
    const right = this.#expression(0);
    if (this.#at("~")) throw this.fail('The formula has a second "~". Only one is permitted.');
    if (!this.#ended)
      throw this.fail(
        `The formula should end before "${this.#token.text}", or an operator such as + is missing.`,
      );
    const fail: Sides["fail"] = (code, part, message) =>
      formulaError(code, this.#text, this.#places.get(part) ?? 0, message);
    return { left, right, fail };
  }

  #expression(minimum: number): Expression {
    if (++this.#depth > deepest) throw this.fail("The formula nests too deeply.");
    let left = this.#operand();
    for (;;) {
      const { kind, text, at } = this.#token;
      const power = kind === "operator" ? binding[text] : undefined;
      if (power === undefined || power < minimum) break;
      if (++this.#operators > mostOperators)
        throw this.fail(`The formula has more than ${mostOperators} operators.`);
      this.#next++;
      // ^ groups to the right, all others to the left.
      const right = this.#expression(text === "^" ? power : power + 1);
      left = this.#placed({ kind: "binary", operator: text as BinaryOperator, left, right }, at);
    }
    this.#depth--;
    return left;
  }

  #operand(): Expression {
    const token = this.#take();
    if (token.kind === "number") return this.#placed(this.#number(token), token.at);
    if (token.kind === "name") return this.#placed(this.#name(token), token.at);
    if (token.text === "(") {
      const of = this.#expression(0);
      this.#expect(")", " to close a parenthesis");
      return this.#placed({ kind: "parentheses", of }, token.at);
    }
    if (token.text === "-" || token.text === "+") {
      const of = this.#expression(unaryBinding);
      return this.#placed({ kind: "unary", operator: token.text, of }, token.at);
    }
    const found = token.kind === "end" ? "the formula ends" : `there is "${token.text}"`;
    throw this.fail(`A name, a number or a parenthesis is missing: ${found}.`, token.at);
  }

  #number(token: Token): Expression {
    const value = Number(token.text.replace("L", ""));
    if (!Number.isFinite(value)) throw this.fail("The number is too large.", token.at);
    return { kind: "number", value };
  }

  #name(token: Token): Expression {
    if (token.text.startsWith("`"))
      return { kind: "name", name: token.text.slice(1, -1).replaceAll(/\\([\\`])/g, "$1") };
    const name = token.text;
    if (isReserved(name)) {
      throw this.fail(
        `"${name}" is a word of R and no column. A column of this name stands in backquotes: \`${name}\`.`,
        token.at,
      );
    }
    if (this.#at("(")) return this.#call(name);
    return { kind: "name", name };
  }

  #call(name: string): Expression {
    this.#next++;
    const inner: Expression[] = [];
    if (!this.#at(")")) {
      do inner.push(this.#expression(0));
      while (this.#at(",") && this.#take() !== undefined);
    }
    this.#expect(")", ` to close ${name}(`);
    return { kind: "call", name, arguments: inner };
  }
}

/** @throws ArgumentError FORMULA_SYNTAX, showing the place */
export function parseSides(text: string): Sides {
  if (typeof text !== "string")
    throw new ArgumentError("FORMULA_SYNTAX", 'A formula is text, such as "Surv(days, event) ~ age".');
  if (text.length > longest)
    throw new ArgumentError("FORMULA_SYNTAX", `The formula is longer than ${longest} characters.`);
  return new Parser(text).sides();
}
