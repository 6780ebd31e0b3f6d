import type { ColumnType } from "@konsil/core";
import { identifier } from "./quoting.ts";

/** A column of a relation, and how its values become numbers. */
export interface StoredColumn {
  /** As researchers call it. */
  readonly name: string;
  readonly type: ColumnType;
  /**
   * SQL of its value: DOUBLE for numeric (infinite where the stored value is no number), DOUBLE of days for date
   * (likewise), DOUBLE 0 or 1 for boolean (2 where it is neither), VARCHAR for category; NULL is missing.
   */
  readonly value: string;
  /** Whether a number of 2^53 or more is refused, because its last digits would be lost. */
  readonly exact: boolean;
}

const integer = /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|DECIMAL\(\d+,\s*\d+\))$/;

/** The days of a DATE since 1970-01-01 as SQL; infinite for DuckDB's infinite dates. */
function daysOf(date: string): string {
  return `CASE WHEN isfinite(${date}) THEN (${date} - DATE '1970-01-01')::DOUBLE WHEN ${date} IS NOT NULL THEN 'inf'::DOUBLE END`;
}

/** How a column of DuckDB's type `type` is read, or undefined when it is of a type that Konsil does not have. */
export function storedColumn(name: string, type: string): StoredColumn | undefined {
  const column = identifier(name);
  if (integer.test(type)) return { name, type: "numeric", value: `${column}::DOUBLE`, exact: true };
  if (type === "DOUBLE" || type === "FLOAT")
    return { name, type: "numeric", value: `${column}::DOUBLE`, exact: false };
  if (type === "BOOLEAN") return { name, type: "boolean", value: `${column}::TINYINT::DOUBLE`, exact: false };
  if (type === "VARCHAR" || type.startsWith("ENUM("))
    return { name, type: "category", value: `nullif(${column}::VARCHAR, '')`, exact: false };
  if (type === "DATE") return { name, type: "date", value: daysOf(column), exact: false };
  if (/^TIMESTAMP(_S|_MS|_NS| WITH TIME ZONE)?$/.test(type))
    return {
      name,
      type: "date",
      value: `CASE WHEN isfinite(${column}) THEN ${daysOf(`${column}::DATE`)} WHEN ${column} IS NOT NULL THEN 'inf'::DOUBLE END`,
      exact: false,
    };
  return undefined;
}
