import { createRequire } from "node:module";
import type { Cell, TableView } from "@konsil/core";
import type { ColumnTable } from "arquero";
import { tableText } from "../display/index.ts";
import { readable } from "./readable.ts";

/** Columns for programs: an interval becomes two columns. */
function plainColumns(table: TableView): Record<string, readonly (number | string | boolean | null)[]> {
  const columns: Record<string, readonly (number | string | boolean | null)[]> = {};
  for (const { name } of table.columns) {
    const cells = table.values[name] ?? [];
    if (!cells.some(isInterval)) columns[name] = cells as (number | string | boolean | null)[];
    else {
      const [low, high] = name === "conf" ? ["conf.low", "conf.high"] : [`${name}.lower`, `${name}.upper`];
      columns[low as string] = cells.map((cell) => (isInterval(cell) ? cell.lower : (cell as number | null)));
      columns[high as string] = cells.map((cell) =>
        isInterval(cell) ? cell.upper : (cell as number | null),
      );
    }
  }
  return columns;
}

function isInterval(cell: Cell): cell is { readonly lower: number | null; readonly upper: number | null } {
  return typeof cell === "object" && cell !== null;
}

/** Rows that a printed table shows: a curve has thousands. */
const shownRows = 40;

function printed(view: TableView): string {
  const rows = Math.max(0, ...Object.values(view.values).map((cells) => cells.length));
  if (rows <= shownRows) return tableText(view);
  const values = Object.fromEntries(
    Object.entries(view.values).map(([name, cells]) => [name, cells.slice(0, shownRows)]),
  );
  return `${tableText({ ...view, values })}\n… ${rows - shownRows} more rows`;
}

/** A view's table as an arquero table. arquero is loaded when the first one is wanted. */
export function tableOf(view: TableView): ColumnTable {
  const { table } = createRequire(import.meta.url)("arquero") as {
    readonly table: (columns: object) => ColumnTable;
  };
  return readable(table(plainColumns(view)), () => printed(view));
}

function csvCell(value: number | string | boolean | null): string {
  if (value === null) return "";
  const text = String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A view's table as CSV (RFC 4180), numbers in full. */
export function csvOf(view: TableView): string {
  const columns = Object.entries(plainColumns(view));
  const rows = Math.max(0, ...columns.map(([, cells]) => cells.length));
  const lines = [columns.map(([name]) => csvCell(name)).join(",")];
  for (let i = 0; i < rows; i++) lines.push(columns.map(([, cells]) => csvCell(cells[i] ?? null)).join(","));
  return `${lines.join("\n")}\n`;
}
