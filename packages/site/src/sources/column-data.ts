import type { ColumnData, ColumnType } from "@konsil/core";
import { checkBooleans, checkDays, checkNumbers } from "./check-values.ts";

/** The values of a column: numbers or days, codes of levels, or truths. */
export type Target = Float64Array | Int32Array | Uint8Array;

export interface TypedColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** Whether a number of 2^53 or more is refused, because its last digits would be lost. */
  readonly exact: boolean;
}

export function targetFor(type: ColumnType, rows: number): Target {
  if (type === "category") return new Int32Array(rows);
  return type === "boolean" ? new Uint8Array(rows) : new Float64Array(rows);
}

/**
 * A column from its values, once they are checked.
 * @throws DataError DATA_INVALID naming the column that holds something that does not fit its type
 */
export function columnData(column: TypedColumn, target: Target, levels: readonly string[]): ColumnData {
  if (target instanceof Int32Array) return { type: "category", codes: target, levels };
  if (target instanceof Uint8Array) {
    checkBooleans(column.name, target);
    return { type: "boolean", values: target };
  }
  if (column.type === "date") {
    checkDays(column.name, target);
    return { type: "date", values: target };
  }
  checkNumbers(column.name, target, column.exact);
  return { type: "numeric", values: target };
}
