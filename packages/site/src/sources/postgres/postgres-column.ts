import type { TypedColumn } from "../column-data.ts";
import { identifier } from "../quoting.ts";

/** A column of PostgreSQL. */
export interface PostgresColumn extends TypedColumn {
  /** SQL of its value. NULL is missing. Of a date, the days since 1970-01-01, infinite where it is no day. */
  readonly value: string;
  /** The type of that SQL. */
  readonly sent: "float8" | "bool" | "text";
}

/** A type as the catalogue has it, once domains are resolved. */
export interface PostgresType {
  readonly name: string;
  /** Whether it comes with PostgreSQL: anybody can call a type of their own `date`. */
  readonly builtIn: boolean;
  readonly enumeration: boolean;
}

const integers = new Set(["int2", "int4", "int8"]);
const texts = new Set(["text", "varchar", "bpchar", "name", "char"]);

/** The days of a date as SQL; infinite for PostgreSQL's infinite dates. */
function daysOf(column: string): string {
  const days = `(${column}::date - DATE '1970-01-01')::float8`;
  return `CASE WHEN isfinite(${column}) THEN ${days} WHEN ${column} IS NOT NULL THEN 'Infinity'::float8 END`;
}

/** How a column of a type is read, or undefined when it is of a type that Konsil does not have. */
export function postgresColumn(name: string, type: PostgresType): PostgresColumn | undefined {
  const column = identifier(name);
  const text: PostgresColumn = {
    name,
    type: "category",
    value: `${column}::text`,
    sent: "text",
    exact: false,
  };
  if (type.enumeration) return text;
  if (!type.builtIn) return type.name === "citext" ? text : undefined;
  if (texts.has(type.name)) return text;
  // As text: PostgreSQL refuses to cast what is too large or too small, and does not say in which column.
  if (type.name === "numeric") return { ...text, type: "numeric", exact: true };
  const float: PostgresColumn = { ...text, type: "numeric", value: `${column}::float8`, sent: "float8" };
  if (integers.has(type.name)) return { ...float, exact: true };
  if (type.name === "float4" || type.name === "float8") return float;
  if (type.name === "bool") return { ...text, type: "boolean", value: column, sent: "bool" };
  if (type.name === "date" || type.name === "timestamp" || type.name === "timestamptz")
    return { ...float, type: "date", value: daysOf(column) };
  return undefined;
}
