import fc from "fast-check";
import type { ExpressionNode, Literal, RecodeOthers } from "../src/data/expression.ts";
import { type CategoryData, type ColumnData, type ColumnType, missingBoolean } from "../src/table/index.ts";

/** A value of one row as the oracle sees it: null is missing, a date is a number of days. */
export type Plain = number | boolean | string | null;

export const types: Readonly<Record<string, ColumnType>> = {
  x: "numeric",
  y: "numeric",
  p: "boolean",
  q: "boolean",
  stage: "category",
  grade: "category",
  start: "date",
  end: "date",
};

// Few and special values, so that ties, zeros and divisions by zero happen; and near each other in size, since sums of what
// is not would lose digits, and are refused.
const numbers = fc.constantFrom(-1, -0, 0, 0.5, 1, 2, 3, 40, 60);
const levels = ["I", "II", "III", "", "1", "TRUE", "__proto__"];
const dates = ["1969-12-31", "1970-01-01", "2000-02-29", "2024-01-31"];
const dayNumbers = [-1, 0, 11_016, 19_753];

export const cells: Readonly<Record<ColumnType, fc.Arbitrary<Plain>>> = {
  numeric: fc.option(numbers),
  boolean: fc.option(fc.boolean()),
  category: fc.option(fc.constantFrom(...levels)),
  date: fc.option(fc.constantFrom(...dayNumbers)),
};

export const literals: Readonly<Record<ColumnType, fc.Arbitrary<Literal>>> = {
  numeric: numbers.filter((value) => !Object.is(value, -0)),
  boolean: fc.boolean(),
  category: fc.constantFrom(...levels),
  date: fc.constantFrom(...dates).map((date) => ({ date })),
};

/** The day of a literal, by a table: the oracle does not parse. */
export function plainLiteral(value: Literal): Plain {
  return typeof value === "object" ? (dayNumbers[dates.indexOf(value.date)] as number) : value;
}

/** A column of plain values; `order` shuffles the levels, which may be in any order and need not occur. */
export function columnOf(type: ColumnType, values: readonly Plain[], order: readonly string[]): ColumnData {
  switch (type) {
    case "numeric":
    case "date":
      return { type, values: Float64Array.from(values, (v) => (v === null ? Number.NaN : Number(v))) };
    case "boolean":
      return { type, values: Uint8Array.from(values, (v) => (v === null ? missingBoolean : Number(v))) };
    case "category":
      return {
        type,
        codes: Int32Array.from(values, (v) => (v === null ? -1 : order.indexOf(String(v)))),
        levels: order,
      };
  }
}

export function plainOf(column: ColumnData): readonly Plain[] {
  if (column.type === "category")
    return Array.from(column.codes, (code) => (code < 0 ? null : (column.levels[code] as string)));
  if (column.type === "boolean")
    return Array.from(column.values, (v) => (v === missingBoolean ? null : v === 1));
  return Array.from(column.values, (v) => (Number.isNaN(v) ? null : v));
}

export interface Sample {
  readonly rows: number;
  readonly plain: Readonly<Record<string, readonly Plain[]>>;
  readonly columns: (name: string) => ColumnData;
}

export const samples: fc.Arbitrary<Sample> = fc
  .tuple(
    fc.integer({ min: 0, max: 12 }),
    fc.shuffledSubarray(levels, { minLength: levels.length }),
    fc.shuffledSubarray(levels, { minLength: levels.length }),
  )
  .chain(([rows, ...orders]) =>
    fc
      .record(
        Object.fromEntries(
          Object.entries(types).map(([name, type]) => [
            name,
            fc.array(cells[type], { minLength: rows, maxLength: rows }),
          ]),
        ),
      )
      .map((plain): Sample => {
        const made = new Map(
          Object.entries(types).map(([name, type]) => [
            name,
            columnOf(type, plain[name] as Plain[], orders[name === "stage" ? 0 : 1] as string[]),
          ]),
        );
        return { rows, plain, columns: (name) => made.get(name) as ColumnData };
      }),
  );

const operators = ["<", "<=", ">", ">=", "==", "!="] as const;
const points = fc
  .uniqueArray(fc.constantFrom(-1, 0, 1, 2, 40, 60), { minLength: 1 })
  .map((at) => at.sort((a, b) => a - b));
const names = (type: ColumnType): string[] => Object.keys(types).filter((name) => types[name] === type);

function leaf(type: ColumnType): fc.Arbitrary<ExpressionNode> {
  return fc.oneof(
    fc.constantFrom(...names(type)).map((name): ExpressionNode => ({ op: "column", name })),
    literals[type].map((value): ExpressionNode => ({ op: "literal", value })),
  );
}

/** Well-typed expressions of a type, in which every operator can occur. */
export function expressions(type: ColumnType, depth: number): fc.Arbitrary<ExpressionNode> {
  if (depth === 0 || type === "date") return leaf(type);
  const of = (inner: ColumnType): fc.Arbitrary<ExpressionNode> => expressions(inner, depth - 1);
  const anyType = fc.constantFrom<ColumnType>("numeric", "boolean", "category", "date");
  const pair = (
    inner: ColumnType,
    ops: readonly (typeof operators)[number][],
  ): fc.Arbitrary<ExpressionNode> =>
    fc.record({ op: fc.constantFrom(...ops), left: of(inner), right: of(inner) });
  if (type === "numeric")
    return fc.oneof(
      leaf(type),
      fc.record({ op: fc.constantFrom("+", "-", "*", "/"), left: of(type), right: of(type) }),
      fc.record({ op: fc.constant("days"), from: of("date"), to: of("date") }),
    );
  if (type === "category")
    return fc.oneof(
      leaf(type),
      fc.tuple(of("numeric"), points, fc.constantFrom("left", "right")).map(
        ([inner, at, closed]): ExpressionNode => ({
          op: "cut",
          of: inner,
          at,
          labels: [...at.map((point) => `to ${point}`), "above"],
          closed,
        }),
      ),
      fc
        .tuple(
          fc.constantFrom<ColumnType>("category", "numeric", "boolean").chain(of),
          fc.uniqueArray(fc.constantFrom(...levels, "0", "0.5", "1e0", "FALSE")),
          fc.infiniteStream(fc.constantFrom("early", "late", "__proto__")),
          fc.constantFrom<RecodeOthers>("keep", "missing", { as: "late" }, { as: "other" }),
        )
        .map(
          ([inner, from, to, others]): ExpressionNode => ({
            op: "recode",
            of: inner,
            from,
            to: [...to.take(from.length)],
            others,
          }),
        ),
    );
  return fc.oneof(
    leaf("boolean"),
    pair("numeric", operators),
    pair("date", operators),
    pair("category", ["==", "!="]),
    pair("boolean", ["==", "!="]),
    anyType.chain((inner) =>
      fc.record({ op: fc.constant("in"), of: of(inner), values: fc.array(literals[inner]) }),
    ),
    fc.record({ op: fc.constantFrom("and", "or"), of: fc.array(of("boolean"), { maxLength: 3 }) }),
    fc.record({ op: fc.constant("not"), of: of("boolean") }),
    anyType.chain((inner) => fc.record({ op: fc.constant("missing"), of: of(inner) })),
  );
}

/** The value in one row, by the definitions and without any cleverness. */
export function oracle(node: ExpressionNode, row: (name: string) => Plain): Plain {
  const value = (inner: ExpressionNode): Plain => oracle(inner, row);
  switch (node.op) {
    case "column":
      return row(node.name);
    case "literal":
      return plainLiteral(node.value);
    case "missing":
      return value(node.of) === null;
    case "not": {
      const of = value(node.of);
      return of === null ? null : !of;
    }
    case "and":
    case "or": {
      const parts = node.of.map(value);
      const decisive = node.op === "or";
      return parts.includes(decisive) ? decisive : parts.includes(null) ? null : !decisive;
    }
    case "in": {
      const of = value(node.of);
      return of === null ? null : node.values.some((literal) => plainLiteral(literal) === of);
    }
    case "days": {
      const [from, to] = [value(node.from), value(node.to)];
      return from === null || to === null ? null : Number(to) - Number(from);
    }
    case "cut": {
      const of = value(node.of);
      if (of === null) return null;
      const passed = node.at.filter((point) =>
        node.closed === "left" ? point <= Number(of) : point < Number(of),
      );
      return node.labels[passed.length] as string;
    }
    case "recode": {
      const of = value(node.of);
      if (of === null) return null;
      const text = typeof of === "boolean" ? (of ? "TRUE" : "FALSE") : String(of);
      const at = node.from.indexOf(text);
      if (at >= 0) return node.to[at] as string;
      return node.others === "keep" ? text : typeof node.others === "object" ? node.others.as : null;
    }
    default: {
      const [left, right] = [value(node.left), value(node.right)];
      if (left === null || right === null) return null;
      if (node.op === "==") return left === right;
      if (node.op === "!=") return left !== right;
      const [l, r] = [Number(left), Number(right)];
      const results = {
        "+": l + r,
        "-": l - r,
        "*": l * r,
        "/": l / r,
        "<": l < r,
        "<=": l <= r,
        ">": l > r,
        ">=": l >= r,
      };
      const result = results[node.op];
      return typeof result === "number" && !Number.isFinite(result) ? null : result;
    }
  }
}

/** Narrows a column in a test. */
export function asCategory(column: ColumnData): CategoryData {
  if (column.type !== "category") throw new Error(`is ${column.type}`);
  return column;
}
