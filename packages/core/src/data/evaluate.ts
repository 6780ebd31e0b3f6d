import { ArgumentError } from "../errors/index.ts";
import { type ColumnData, type ColumnType, markMissing, missingBoolean, parseDay } from "../table/index.ts";
import { compareColumns } from "./compare-columns.ts";
import type { ExpressionNode, Literal } from "./expression.ts";
import { expressionText } from "./expression-text.ts";
import { LinearExpressions } from "./linear-expressions.ts";
import { constantOf, formValues } from "./linear-form.ts";
import { cutColumn, recodeColumn } from "./recode-column.ts";
import { expressionType } from "./typing.ts";

type Data<T extends ColumnType> = Extract<ColumnData, { readonly type: T }>;

function literalColumn(value: Literal, rows: number): ColumnData {
  if (typeof value === "number") return { type: "numeric", values: new Float64Array(rows).fill(value) };
  if (typeof value === "boolean")
    return { type: "boolean", values: new Uint8Array(rows).fill(value ? 1 : 0) };
  if (typeof value === "string") return { type: "category", codes: new Int32Array(rows), levels: [value] };
  return { type: "date", values: new Float64Array(rows).fill(parseDay(value.date)) };
}

const operations: Readonly<Record<"*" | "/", (left: number, right: number) => number>> = {
  "*": (left, right) => left * right,
  "/": (left, right) => left / right,
};

/** What is not finite is missing: a division by zero, an overflow. */
function finite(values: Float64Array): Data<"numeric"> {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i] as number)) values[i] = Number.NaN;
  return { type: "numeric", values };
}

function calculate(
  left: Float64Array,
  right: Float64Array,
  apply: (l: number, r: number) => number,
): Float64Array {
  const values = new Float64Array(left.length);
  for (let i = 0; i < values.length; i++) values[i] = apply(left[i] as number, right[i] as number);
  return values;
}

/** Kleene's `and` (decided by 0) and `or` (decided by 1): otherwise missing if one is, and else the other truth value. */
function kleene(parts: readonly Uint8Array[], decisive: 0 | 1, rows: number): Data<"boolean"> {
  const values = new Uint8Array(rows).fill(1 - decisive);
  for (const part of parts) {
    for (let i = 0; i < rows; i++) {
      if (part[i] === decisive) values[i] = decisive;
      else if (part[i] === missingBoolean && values[i] !== decisive) values[i] = missingBoolean;
    }
  }
  return { type: "boolean", values };
}

function negate(source: Uint8Array): Data<"boolean"> {
  return { type: "boolean", values: source.map((value) => (value === missingBoolean ? value : 1 - value)) };
}

/** Membership, decided once for each level of a category, and by number for everything else. */
function isAmong(column: ColumnData, values: readonly Literal[]): Data<"boolean"> {
  if (column.type === "category") {
    const listed = new Set(values);
    const found = Uint8Array.from(column.levels, (level) => (listed.has(level) ? 1 : 0));
    const among = Uint8Array.from(column.codes, (code) =>
      code < 0 ? missingBoolean : (found[code] as number),
    );
    return { type: "boolean", values: among };
  }
  const numbers = new Set(
    values.map((value) => (typeof value === "object" ? parseDay(value.date) : Number(value))),
  );
  const isMissing = column.type === "boolean" ? (value: number) => value === missingBoolean : Number.isNaN;
  const among = new Uint8Array(column.values.length);
  for (let i = 0; i < among.length; i++) {
    const value = column.values[i] as number;
    among[i] = isMissing(value) ? missingBoolean : numbers.has(value) ? 1 : 0;
  }
  return { type: "boolean", values: among };
}

class Evaluation {
  readonly #columns: (name: string) => ColumnData;
  readonly #rows: number;
  readonly #sums: LinearExpressions;

  constructor(columns: (name: string) => ColumnData, rows: number, sums: LinearExpressions) {
    this.#columns = columns;
    this.#rows = rows;
    this.#sums = sums;
  }

  column(node: ExpressionNode): ColumnData {
    switch (node.op) {
      case "column":
        return this.#columns(node.name);
      case "literal":
        return literalColumn(node.value, this.#rows);
      case "cut":
        return cutColumn(this.#of(node.of, "numeric").values, node);
      case "recode":
        return recodeColumn(this.column(node.of), node);
      case "in":
        return isAmong(this.column(node.of), node.values);
      case "and":
      case "or": {
        const parts = node.of.map((part) => this.#of(part, "boolean").values);
        return kleene(parts, node.op === "and" ? 0 : 1, this.#rows);
      }
      case "not":
        return negate(this.#of(node.of, "boolean").values);
      case "missing": {
        const values = new Uint8Array(this.#rows);
        markMissing(this.column(node.of), values);
        return { type: "boolean", values };
      }
      case "days":
      case "+":
      case "-":
      case "*":
      case "/":
        return finite(this.#sum(node));
      default:
        return compareColumns(this.column(node.left), node.op, this.column(node.right));
    }
  }

  /** Sums and multiples as they come to, products and quotients of columns as they are written. */
  #sum(node: ExpressionNode): Float64Array {
    const form = this.#sums.of(node);
    const constant = constantOf(form);
    if (constant !== undefined) return new Float64Array(this.#rows).fill(constant);
    return formValues(form, (part) => this.#part(part), this.#rows, expressionText(node));
  }

  #part(node: ExpressionNode): Float64Array {
    if (node.op === "*" || node.op === "/") {
      const [left, right] = [this.#of(node.left, "numeric"), this.#of(node.right, "numeric")];
      return calculate(left.values, right.values, operations[node.op]);
    }
    const column = this.column(node);
    // Types were checked before anything was computed; this tells the compiler.
    if (column.type !== "numeric" && column.type !== "date")
      throw new ArgumentError("EXPRESSION_INVALID", `"${node.op}" is not a number.`);
    return column.values;
  }

  #of<T extends ColumnType>(node: ExpressionNode, type: T): Data<T> {
    const column = this.column(node);
    // Types were checked before anything was computed; this tells the compiler.
    if (column.type !== type) throw new ArgumentError("EXPRESSION_INVALID", `"${node.op}" is not ${type}.`);
    return column as Data<T>;
  }
}

/**
 * The value of an expression in each of `rows` rows. Missing values propagate, except where `and` and `or` are decided
 * without them; `columns` gives the columns by name, all of that length, and `sums` knows which of them are derived.
 * @throws ArgumentError EXPRESSION_INVALID when the columns' types do not fit; nothing of the data is in its message
 */
export function evaluate(
  node: ExpressionNode,
  columns: (name: string) => ColumnData,
  rows: number,
  sums: LinearExpressions = new LinearExpressions(),
): ColumnData {
  expressionType(node, (name) => columns(name).type, " at {site}");
  return new Evaluation(columns, rows, sums).column(node);
}
