import { ArgumentError } from "../errors/index.ts";
import { type ColumnType, parseDay } from "../table/index.ts";
import type { Comparison, ExpressionNode, Literal } from "./expression.ts";

/** A type, or "any" for a column of which nothing is known before a site is asked. It fits everywhere. */
export type MaybeType = ColumnType | "any";

/** Types as messages name them: "age" is numeric, "stage" is a category. */
const typeWords: Readonly<Record<MaybeType, string>> = {
  numeric: "numeric",
  boolean: "boolean",
  category: "a category",
  date: "a date",
  any: "of any type",
};

function literalType(value: Literal): ColumnType {
  if (typeof value === "number") return "numeric";
  if (typeof value === "string") return "category";
  return typeof value === "boolean" ? "boolean" : "date";
}

function literalText(value: Literal): string {
  if (typeof value === "string") return `the text "${value}"`;
  return typeof value === "object" ? `the date ${value.date}` : String(value);
}

/** An operand as a message names it. */
function nameOf(node: ExpressionNode): string {
  switch (node.op) {
    case "column":
      return `"${node.name}"`;
    case "literal":
      return literalText(node.value);
    case "days":
    case "cut":
    case "recode":
    case "not":
    case "and":
    case "or":
      return `${node.op}()`;
    case "in":
      return "isIn()";
    case "missing":
      return "isMissing()";
    default:
      return `(${shortName(node.left)} ${node.op} ${shortName(node.right)})`;
  }
}

/** An operand inside another: an expression of a thousand parts does not become a message of a thousand words. */
function shortName(node: ExpressionNode): string {
  return node.op === "column" || node.op === "literal" ? nameOf(node) : "…";
}

/** How to write a literal so that it compares with a column of this type. */
const literalAdvice: Readonly<Record<ColumnType, string>> = {
  numeric: "Write a number, without quotes.",
  boolean: "Write true or false.",
  category: 'Write the level as text, in quotes: "1".',
  date: 'Write a date as { date: "2024-01-31" }.',
};

class Typing {
  readonly #typeOf: (name: string) => MaybeType | undefined;
  readonly #at: string;

  constructor(typeOf: (name: string) => MaybeType | undefined, at: string) {
    this.#typeOf = typeOf;
    this.#at = at;
  }

  type(node: ExpressionNode): MaybeType {
    switch (node.op) {
      case "column":
        return this.#column(node.name);
      case "literal":
        return this.#literal(node.value);
      case "days":
        this.#require(node.from, "date", "days() needs two dates");
        this.#require(node.to, "date", "days() needs two dates");
        return "numeric";
      case "cut":
        this.#require(node.of, "numeric", "cut() needs a number");
        return "category";
      case "recode":
        if (this.type(node.of) === "date")
          throw this.#invalid(`recode() needs a category, number or boolean; ${this.#is(node.of, "date")}`);
        return "category";
      case "in":
        return this.#in(node.of, node.values);
      case "and":
      case "or":
        for (const part of node.of) this.#require(part, "boolean", `${node.op}() needs yes/no expressions`);
        return "boolean";
      case "not":
        this.#require(node.of, "boolean", "not() needs a yes/no expression");
        return "boolean";
      case "missing":
        this.type(node.of);
        return "boolean";
      case "+":
      case "-":
      case "*":
      case "/":
        for (const side of [node.left, node.right]) {
          const type = this.type(side);
          if (type === "numeric" || type === "any") continue;
          const advice = type === "date" ? " Use days() for the time between two dates." : "";
          throw this.#invalid(`"${node.op}" needs two numbers; ${this.#is(side, type)}`, advice);
        }
        return "numeric";
      default:
        return this.#comparison(node.op, node.left, node.right);
    }
  }

  #invalid(message: string, advice = ""): ArgumentError {
    return new ArgumentError("EXPRESSION_INVALID", `${message}.${advice}`);
  }

  #is(node: ExpressionNode, type: MaybeType): string {
    return `${nameOf(node)} is ${typeWords[type]}${node.op === "column" ? this.#at : ""}`;
  }

  #column(name: string): MaybeType {
    const type = this.#typeOf(name);
    if (type === undefined)
      throw new ArgumentError("COLUMN_UNKNOWN", `There is no column "${name}"${this.#at}.`);
    return type;
  }

  #literal(value: Literal): ColumnType {
    if (typeof value === "number" && !Number.isFinite(value))
      throw this.#invalid(`${value} cannot be in an expression: only finite numbers can`);
    if (typeof value === "object" && Number.isNaN(parseDay(value.date)))
      throw this.#invalid(`"${value.date}" is not a date like 2024-01-31`);
    return literalType(value);
  }

  #require(node: ExpressionNode, wanted: ColumnType, need: string): void {
    const type = this.type(node);
    if (type !== wanted && type !== "any") throw this.#invalid(`${need}; ${this.#is(node, type)}`);
  }

  #in(of: ExpressionNode, values: readonly Literal[]): "boolean" {
    const type = this.type(of);
    // Of a column that nobody knows yet, the values must at least agree among themselves.
    const first = values[0];
    const wanted = type === "any" && first !== undefined ? literalType(first) : type;
    for (const value of values) {
      const found = this.#literal(value);
      if (found === wanted || wanted === "any") continue;
      const against =
        type === "any" ? `${literalText(first as Literal)} is ${typeWords[wanted]}` : this.#is(of, type);
      throw this.#invalid(
        `isIn() needs values of one type; ${against}, ${literalText(value)} is ${typeWords[found]}`,
        ` ${literalAdvice[wanted]}`,
      );
    }
    return "boolean";
  }

  #comparison(op: Comparison, left: ExpressionNode, right: ExpressionNode): "boolean" {
    const types = [this.type(left), this.type(right)] as const;
    if (types[0] !== types[1] && types[0] !== "any" && types[1] !== "any") {
      const other = right.op === "literal" ? types[0] : left.op === "literal" ? types[1] : undefined;
      throw this.#invalid(
        `"${op}" compares two values of one type; ${this.#is(left, types[0])}, ${this.#is(right, types[1])}`,
        other === undefined ? "" : ` ${literalAdvice[other]}`,
      );
    }
    if (op === "==" || op === "!=") return "boolean";
    for (const [side, type] of [[left, types[0]] as const, [right, types[1]] as const]) {
      if (type !== "category" && type !== "boolean") continue;
      const advice = type === "category" ? ' Use "==", "!=" or isIn().' : ' Use "==" or "!=".';
      throw this.#invalid(
        `"${op}" needs numbers or dates; ${this.#is(side, type)}, which has no order`,
        advice,
      );
    }
    return "boolean";
  }
}

/**
 * The type of an expression's value, from the types of its columns. `at` says where the columns are of these types.
 * @throws ArgumentError EXPRESSION_INVALID for operands of the wrong type, COLUMN_UNKNOWN where `typeOf` has none
 */
export function expressionType<T extends MaybeType>(
  node: ExpressionNode,
  typeOf: (name: string) => T | undefined,
  at = "",
): T | ColumnType {
  // "any" comes out only where `typeOf` put it in.
  return new Typing(typeOf, at).type(node) as T | ColumnType;
}
