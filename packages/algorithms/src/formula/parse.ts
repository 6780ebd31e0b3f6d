import { ArgumentError, type ErrorCode } from "@konsil/core";
import type { BinaryOperator, Expression } from "./expression.ts";

interface Token {
  readonly kind: "number" | "name" | "operator" | "end";
  readonly text: string;
  readonly at: number;
}

const patterns: readonly (readonly [Token["kind"] | "space", RegExp])[] = [
  ["space", /\s+/uy],
  ["number", /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?L?/uy],
  ["name", /`[^`]+`|(?:\p{L}|\.(?!\d))[\p{L}\p{N}._]*/uy],
  ["operator", /%in%|==|!=|<=|>=|[~+\-*/^:(),<>]/uy],
];

/** Longer formulas are mistakes or attacks. */
const longest = 10_000;
const deepest = 100;

/** An error that shows where in the formula it is. */
export function formulaError(code: ErrorCode, text: string, at: number, message: string): ArgumentError {
  // Long formulas are shown around the place.
  const start = Math.max(0, at - 60);
  const shown = text.slice(start, start + 120).replaceAll(/\s/g, " ");
  return new ArgumentError(code, `${message}\n  ${shown}\n  ${" ".repeat(at - start)}^`);
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
      const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
      throw formulaError(
        "FORMULA_SYNTAX",
        text,
        at,
        `The formula has "${character}", which has no meaning in a formula.`,
      );
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
  #next = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokenize(text);
  }

  get #token(): Token {
    return this.#tokens[this.#next] as Token;
  }

  #take(): Token {
    const token = this.#token;
    if (token.kind !== "end") this.#next++;
    return token;
  }

  fail(message: string, at: number = this.#token.at): ArgumentError {
    return formulaError("FORMULA_SYNTAX", this.#text, at, message);
  }

  #expect(operator: string, why: string): void {
    if (this.#token.kind === "operator" && this.#token.text === operator) this.#next++;
    else throw this.fail(`The formula needs "${operator}" here${why}.`);
  }

  /** Both sides of `left ~ right`, or only the right one. */
  sides(): { readonly left: Expression | null; readonly right: Expression } {
    const left = this.#token.text === "~" ? null : this.#expression(0);
    if (this.#token.text !== "~")
      throw this.fail('The formula has no "~" between the outcome and the terms.');
    this.#next++;
    const right = this.#expression(0);
    if (this.#token.kind !== "end")
      throw this.fail(
        `The formula should end before "${this.#token.text}", or an operator such as + is missing.`,
      );
    return { left, right };
  }

  #expression(minimum: number): Expression {
    if (++this.#depth > deepest) throw this.fail("The formula nests too deeply.");
    let left = this.#operand();
    for (;;) {
      const { kind, text } = this.#token;
      const power = kind === "operator" ? binding[text] : undefined;
      if (power === undefined || power < minimum) break;
      this.#next++;
      // ^ groups to the right, all others to the left.
      const right = this.#expression(text === "^" ? power : power + 1);
      left = { kind: "binary", operator: text as BinaryOperator, left, right };
    }
    this.#depth--;
    return left;
  }

  #operand(): Expression {
    const token = this.#take();
    if (token.kind === "number") return { kind: "number", value: Number(token.text.replace("L", "")) };
    if (token.kind === "name") {
      const quoted = token.text.startsWith("`");
      const name = quoted ? token.text.slice(1, -1) : token.text;
      if (!quoted && this.#token.text === "(" && this.#token.kind === "operator") return this.#call(name);
      return { kind: "name", name };
    }
    if (token.text === "(") {
      const of = this.#expression(0);
      this.#expect(")", " to close a parenthesis");
      return { kind: "parentheses", of };
    }
    if (token.text === "-" || token.text === "+")
      return { kind: "unary", operator: token.text, of: this.#expression(unaryBinding) };
    const found = token.kind === "end" ? "the formula ends" : `there is "${token.text}"`;
    throw this.fail(`A name, a number or a parenthesis is missing: ${found}.`, token.at);
  }

  #call(name: string): Expression {
    this.#next++;
    const inner: Expression[] = [];
    if (this.#token.text !== ")") {
      do inner.push(this.#expression(0));
      while (this.#token.text === "," && this.#take() !== undefined);
    }
    this.#expect(")", ` to close ${name}(`);
    return { kind: "call", name, arguments: inner };
  }
}

/** @throws ArgumentError FORMULA_SYNTAX, showing the place */
export function parseSides(text: string): { readonly left: Expression | null; readonly right: Expression } {
  if (typeof text !== "string")
    throw new ArgumentError("FORMULA_SYNTAX", 'A formula is text, such as "Surv(days, event) ~ age".');
  if (text.length > longest)
    throw new ArgumentError("FORMULA_SYNTAX", `The formula is longer than ${longest} characters.`);
  return new Parser(text).sides();
}
