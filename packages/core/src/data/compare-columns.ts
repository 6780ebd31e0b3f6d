import { ArgumentError } from "../errors/index.ts";
import { type BooleanData, type CategoryData, type ColumnData, missingBoolean } from "../table/index.ts";
import type { Comparison } from "./expression.ts";

/** What a comparison says when the left side is less than, equal to and greater than the right one. */
const outcomes: Readonly<Record<Comparison, readonly [less: 0 | 1, equal: 0 | 1, greater: 0 | 1]>> = {
  "<": [1, 0, 0],
  "<=": [1, 1, 0],
  ">": [0, 0, 1],
  ">=": [0, 1, 1],
  "==": [0, 1, 0],
  "!=": [1, 0, 1],
};

function compareNumbers(left: Float64Array, op: Comparison, right: Float64Array): Uint8Array {
  const [less, equal, greater] = outcomes[op];
  const values = new Uint8Array(left.length);
  for (let i = 0; i < values.length; i++) {
    const [l, r] = [left[i] as number, right[i] as number];
    // Beside NaN nothing is less, greater or equal.
    values[i] = l < r ? less : l > r ? greater : l === r ? equal : missingBoolean;
  }
  return values;
}

function compareBooleans(left: Uint8Array, whenEqual: 0 | 1, right: Uint8Array): Uint8Array {
  const values = new Uint8Array(left.length);
  for (let i = 0; i < values.length; i++) {
    const [l, r] = [left[i], right[i]];
    const missing = l === missingBoolean || r === missingBoolean;
    values[i] = missing ? missingBoolean : l === r ? whenEqual : 1 - whenEqual;
  }
  return values;
}

/** Texts are compared once for each level: the left side's codes are translated into those of the right side. */
function compareCategories(left: CategoryData, whenEqual: 0 | 1, right: CategoryData): Uint8Array {
  const positions = new Map(right.levels.map((level, i) => [level, i]));
  const translation = Int32Array.from(left.levels, (level) => positions.get(level) ?? -1);
  const values = new Uint8Array(left.codes.length);
  for (let i = 0; i < values.length; i++) {
    const [l, r] = [left.codes[i] as number, right.codes[i] as number];
    values[i] = l < 0 || r < 0 ? missingBoolean : translation[l] === r ? whenEqual : 1 - whenEqual;
  }
  return values;
}

/** Row by row, missing where either side is. Categories and booleans have no order: only `==` and `!=`. */
export function compareColumns(left: ColumnData, op: Comparison, right: ColumnData): BooleanData {
  const whenEqual = outcomes[op][1];
  if (left.type === "category" && right.type === "category")
    return { type: "boolean", values: compareCategories(left, whenEqual, right) };
  if (left.type === "boolean" && right.type === "boolean")
    return { type: "boolean", values: compareBooleans(left.values, whenEqual, right.values) };
  if (
    (left.type === "numeric" && right.type === "numeric") ||
    (left.type === "date" && right.type === "date")
  )
    return { type: "boolean", values: compareNumbers(left.values, op, right.values) };
  throw new ArgumentError("EXPRESSION_INVALID", `"${op}" compares two values of one type.`);
}
