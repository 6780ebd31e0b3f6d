import type { ColumnType } from "@konsil/core";
import type { StoredColumn } from "./stored-column.ts";
import { daysOf } from "./stored-column.ts";

const time = "\\d{2}:\\d{2}(:\\d{2}([.,]\\d+)?)?(Z|[+-]\\d{2}(:?\\d{2})?)?";

/** SQL: whether a text is an ISO date, with or without a time. Only its day is looked at, as it is written. */
export function isoMoment(text: string): string {
  return `(regexp_full_match(${text}, '\\d{4}-\\d{2}-\\d{2}([T ]${time})?') AND try_cast(left(${text}, 10) AS DATE) IS NOT NULL)`;
}

function otherwise(text: string, value: string, misfit: string): string {
  return `CASE WHEN ${text} IS NOT NULL THEN coalesce(${value}, ${misfit}) END`;
}

const truths = "('true', 't', 'yes', 'y', '1')";
const falsehoods = "('false', 'f', 'no', 'n', '0')";

/** A column of text that is read as `type`; values that do not fit are marked as `StoredColumn` says. */
export function textColumn(name: string, text: string, type: ColumnType): StoredColumn {
  switch (type) {
    case "category":
      return { name, type, value: `nullif(${text}, '')`, exact: false };
    case "numeric":
      return {
        name,
        type,
        value: otherwise(text, `try_cast(${text} AS DOUBLE)`, "'inf'::DOUBLE"),
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
      return {
        name,
        type,
        value: otherwise(
          text,
          `CASE WHEN ${isoMoment(text)} THEN ${daysOf(`try_cast(left(${text}, 10) AS DATE)`)} END`,
          "'inf'::DOUBLE",
        ),
        exact: false,
      };
  }
}
