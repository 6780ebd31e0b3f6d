import type { ColumnType } from "@konsil/core";
import type { StoredColumn } from "./stored-column.ts";

const time = "\\d{2}:\\d{2}(:\\d{2}([.,]\\d+)?)?(Z|[+-]\\d{2}(:?\\d{2})?)?";

/** SQL of the day of a text that is an ISO date, with or without a time; or NULL. The day is the one that is written. */
function dayOf(text: string): string {
  const iso = `regexp_full_match(${text}, '\\d{4}-\\d{2}-\\d{2}([T ]${time})?')`;
  return `CASE WHEN ${iso} THEN (try_cast(left(${text}, 10) AS DATE) - DATE '1970-01-01')::DOUBLE END`;
}

/** What stands before the decimals of a number. */
export type DecimalMark = "." | ",";

/** SQL of the number that a text is, or NULL. An underscore between digits belongs to a code, not to a number. */
function numberOf(text: string, decimal: DecimalMark): string {
  if (decimal === ".") return `CASE WHEN NOT contains(${text}, '_') THEN try_cast(${text} AS DOUBLE) END`;
  // A point is no mark of thousands here: 1.234 would be either of two numbers.
  const pointed = `replace(${text}, ',', '.')`;
  return `CASE WHEN NOT contains(${text}, '_') AND NOT contains(${text}, '.') THEN try_cast(${pointed} AS DOUBLE) END`;
}

export type DetectedType = "numeric" | "boolean" | "date";

/** The types that are recognised by the form of the values, the first that fits. All else is a category. */
export const detectedTypes: readonly DetectedType[] = ["numeric", "boolean", "date"];

/** SQL: whether a text that is not missing has the form of a type. Yes and no are categories, not booleans. */
export function looksLike(type: DetectedType, text: string, decimal: DecimalMark): string {
  if (type === "numeric") return `${numberOf(text, decimal)} IS NOT NULL`;
  return type === "boolean" ? `lower(${text}) IN ('true', 'false')` : `${dayOf(text)} IS NOT NULL`;
}

function otherwise(text: string, value: string, misfit: string): string {
  return `CASE WHEN ${text} IS NOT NULL THEN coalesce(${value}, ${misfit}) END`;
}

const truths = "('true', 't', 'yes', 'y', '1')";
const falsehoods = "('false', 'f', 'no', 'n', '0')";

/** A column of text that is read as `type`; values that do not fit are marked as `StoredColumn` says. */
export function textColumn(name: string, text: string, type: ColumnType, decimal: DecimalMark): StoredColumn {
  switch (type) {
    case "category":
      return { name, type, value: `nullif(${text}, '')`, exact: false };
    case "numeric":
      return {
        name,
        type,
        value: otherwise(text, numberOf(text, decimal), "'inf'::DOUBLE"),
        exact: false,
      };
    case "boolean":
      return {
        name,
        type,
        value: otherwise(
          text,
          `CASE WHEN lower(${text}) IN ${truths} THEN 1.0::DOUBLE WHEN lower(${text}) IN ${falsehoods} THEN 0.0::DOUBLE END`,
          "2.0::DOUBLE",
        ),
        exact: false,
      };
    case "date":
      return { name, type, value: otherwise(text, dayOf(text), "'inf'::DOUBLE"), exact: false };
  }
}
