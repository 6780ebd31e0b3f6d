import type { Cell, TableColumn, TableView } from "@konsil/core";
import { plainText } from "./escape.ts";
import { alignDecimals, formatCell } from "./numbers.ts";

/** A column ready to be printed: plain text, formatted and aligned at the decimal point, not yet escaped. */
export interface PrintedColumn {
  readonly label: string;
  readonly group: string;
  readonly align: "start" | "center" | "end";
  readonly muted: boolean;
  readonly texts: readonly string[];
}

export interface PrintedTable {
  readonly columns: readonly PrintedColumn[];
  /** For each row the heading that stands over it, where one begins. */
  readonly headings: readonly (string | undefined)[];
  readonly rows: number;
}

/** Formats a table for a page or a terminal, which differ in what pads a number at its end. */
export function printedTable(
  table: TableView,
  padding: { readonly point: string; readonly digit: string },
): PrintedTable {
  const valuesOf = (name: string): readonly Cell[] =>
    Object.hasOwn(table.values, name) ? (table.values[name] ?? []) : [];
  const rows = Math.max(0, ...table.columns.map((column) => valuesOf(column.name).length));
  const shown = table.columns.filter((column) => column.name !== table.rowGroup);
  const columns = shown.map((column) => printedColumn(column, valuesOf(column.name), rows, padding));
  return { columns, headings: headingsOf(table, valuesOf, rows), rows };
}

function printedColumn(
  column: TableColumn,
  values: readonly Cell[],
  rows: number,
  padding: { readonly point: string; readonly digit: string },
): PrintedColumn {
  const texts = Array.from({ length: rows }, (_, i) =>
    plainText(formatCell(values[i], column.format, column.digits)),
  );
  const numeric =
    column.format === undefined
      ? values.some((value) => typeof value === "number" || (typeof value === "object" && value !== null))
      : column.format !== "text";
  const align = column.align ?? (numeric ? "end" : "start");
  return {
    label: plainText(column.label),
    group: plainText(column.group ?? ""),
    align,
    muted: column.muted === true,
    texts: numeric && align === "end" ? alignDecimals(texts, padding) : texts,
  };
}

/** A heading wherever the grouping column's value differs from the row before. */
function headingsOf(
  table: TableView,
  valuesOf: (name: string) => readonly Cell[],
  rows: number,
): (string | undefined)[] {
  const { rowGroup } = table;
  if (rowGroup === undefined) return Array.from({ length: rows }, () => undefined);
  const format = table.columns.find((column) => column.name === rowGroup)?.format;
  const texts = valuesOf(rowGroup).map((value) => plainText(formatCell(value, format)));
  return Array.from({ length: rows }, (_, i) => (texts[i] === texts[i - 1] ? undefined : texts[i]));
}

/** Neighbours of the same group, as where each run begins and how many columns it spans. */
export function spans(columns: readonly PrintedColumn[]): { group: string; start: number; size: number }[] {
  const runs: { group: string; start: number; size: number }[] = [];
  columns.forEach((column, start) => {
    const before = runs.at(-1);
    if (before !== undefined && before.group === column.group && column.group !== "") before.size += 1;
    else runs.push({ group: column.group, start, size: 1 });
  });
  return runs;
}
