import { createRequire } from "node:module";
import type { Cell, TableView } from "@konsil/core";
import type { ColumnTable } from "arquero";
import { tableText, viewHtml } from "../display/index.ts";
import { type Forms, hide, showable } from "../display/showable.ts";

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

function rowsOf(view: TableView): number {
  return Math.max(0, ...Object.values(view.values).map((cells) => cells.length));
}

/** The first rows of a table, and how many more there are. */
function shortened(view: TableView, rows: number): TableView {
  if (rows <= shownRows) return view;
  const values = Object.fromEntries(
    Object.entries(view.values).map(([name, cells]) => [name, cells.slice(0, shownRows)]),
  );
  return { ...view, values, notes: [`… ${rows - shownRows} more rows`, ...(view.notes ?? [])] };
}

function formsOf(view: () => TableView): Forms {
  return {
    text: (options) => tableText(view(), options),
    html: () => viewHtml({ title: "", tables: [view()] }),
  };
}

/** A cell of a table that was computed from another. */
function cellOf(value: unknown): Cell {
  if (value === null || value === undefined || (typeof value === "number" && Number.isNaN(value)))
    return null;
  return typeof value === "number" || typeof value === "boolean" ? value : `${value as string}`;
}

/** What became of a table by arquero's verbs: its columns look as they did before, and new ones as what they hold. */
function derivedView(table: ColumnTable, from: TableView): TableView {
  const known = new Map(from.columns.map((column) => [column.name, column]));
  const rows = table.objects({ limit: shownRows }) as readonly Readonly<Record<string, unknown>>[];
  const names = table.columnNames();
  const view = {
    columns: names.map((name) => known.get(name) ?? { name, label: name }),
    values: Object.fromEntries(names.map((name) => [name, rows.map((row) => cellOf(row[name]))])),
  };
  const more = table.numRows() - rows.length;
  return more > 0 ? { ...view, notes: [`… ${more} more rows`] } : view;
}

/** An arquero table that shows itself, as do those that its verbs make of it. */
function dressed(table: ColumnTable, view: TableView, forms: Forms): ColumnTable {
  const create = table.create.bind(table);
  hide(table, {
    create: (...options: Parameters<ColumnTable["create"]>) => {
      const made = create(...options);
      return dressed(
        made,
        view,
        formsOf(() => derivedView(made, view)),
      );
    },
  });
  return showable(table, forms);
}

/** A view's table as an arquero table. arquero is loaded when the first one is wanted. */
export function tableOf(view: TableView): ColumnTable {
  const { table } = createRequire(import.meta.url)("arquero") as {
    readonly table: (columns: object) => ColumnTable;
  };
  return dressed(
    table(plainColumns(view)),
    view,
    formsOf(() => shortened(view, rowsOf(view))),
  );
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
