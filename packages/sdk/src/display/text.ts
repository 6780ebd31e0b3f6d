import type { TableView, View } from "@konsil/core";
import { plainText } from "./escape.ts";
import { figureTable } from "./figure-table.ts";
import { type PrintedColumn, printedTable, spans } from "./table-layout.ts";

export interface TextOptions {
  /** Bold and dim text by ANSI codes; for terminals only. */
  readonly colour?: boolean;
  /** The columns of the terminal. A wider table is printed in blocks, each beginning with its first column. */
  readonly width?: number;
}

const gap = "  ";
const padding = { point: " ", digit: " " };

/** A table in aligned columns, for a terminal or a plain string. */
export function tableText(table: TableView, options: TextOptions = {}): string {
  const { columns, headings, rows } = printedTable(table, padding);
  const lines = table.title === undefined ? [] : [bold(plainText(table.title), options)];
  blocks(columns, options.width).forEach((block, i) => {
    if (i > 0) lines.push("");
    lines.push(...blockText(block, headings, rows, options));
  });
  for (const note of table.notes ?? []) lines.push(dim(plainText(note), options));
  return lines.join("\n");
}

/** A view in plain text: its tables, or the numbers of its figures where it has none. */
export function viewText(view: View, options: TextOptions = {}): string {
  const head = [bold(plainText(view.title), options)];
  if (view.subtitle !== undefined) head.push(dim(plainText(view.subtitle), options));
  const figures = view.figures ?? [];
  const tables = view.tables ?? figures.map(figureTable);
  const parts = [head.join("\n"), ...tables.map((table) => tableText(table, options))];
  if (view.tables !== undefined && figures.length > 0) {
    const titles = figures.map((figure) => plainText(figure.title)).join(" · ");
    parts.push(dim(`${figures.length === 1 ? "Figure" : "Figures"}: ${titles}`, options));
  }
  const notes = (view.notes ?? []).map((note) => dim(plainText(note), options));
  if (notes.length > 0) parts.push(notes.join("\n"));
  return parts.join("\n\n");
}

function blockText(
  columns: readonly PrintedColumn[],
  headings: readonly (string | undefined)[],
  rows: number,
  options: TextOptions,
): string[] {
  const indent = headings.some((heading) => heading !== undefined) ? "  " : "";
  const first = columns[0];
  const shown = columns.map((column) =>
    column === first ? { ...column, texts: column.texts.map((text) => indent + text) } : column,
  );
  const widths = shown.map((column) => Math.max(...[column.label, ...column.texts].map(terminalWidth)));
  // A group wider than its columns widens the last of them.
  for (const { group, start, size } of spans(shown)) {
    const inside = widths
      .slice(start, start + size)
      .reduce((sum, width) => sum + width + gap.length, -gap.length);
    const last = start + size - 1;
    widths[last] = (widths[last] ?? 0) + Math.max(0, terminalWidth(group) - inside);
  }
  const row = (texts: readonly string[]): string =>
    texts
      .map((text, k) => pad(text, widths[k] ?? 0, shown[k]?.align ?? "start"))
      .join(gap)
      .trimEnd();
  const rule = dim("─".repeat(widths.reduce((sum, width) => sum + width + gap.length, -gap.length)), options);
  const lines: string[] = [];
  if (shown.some((column) => column.group !== "")) lines.push(groupLine(shown, widths));
  lines.push(bold(row(shown.map((column) => column.label)), options), rule);
  for (let i = 0; i < rows; i++) {
    const heading = headings[i];
    if (heading !== undefined) lines.push(bold(heading, options));
    lines.push(row(shown.map((column) => column.texts[i] ?? "")));
  }
  lines.push(rule);
  return lines;
}

function groupLine(columns: readonly PrintedColumn[], widths: readonly number[]): string {
  return spans(columns)
    .map(({ group, start, size }) => {
      const inside = widths.slice(start, start + size);
      return pad(
        group,
        inside.reduce((sum, width) => sum + width + gap.length, -gap.length),
        "center",
      );
    })
    .join(gap)
    .trimEnd();
}

/** Columns side by side as far as the terminal is wide, the first one repeated in every block. */
function blocks(columns: readonly PrintedColumn[], width = Number.POSITIVE_INFINITY): PrintedColumn[][] {
  const [first, ...others] = columns;
  if (first === undefined) return [];
  const sizeOf = (column: PrintedColumn): number =>
    Math.max(...[column.label, ...column.texts].map(terminalWidth)) + gap.length;
  const blocked: PrintedColumn[][] = [[first]];
  let used = sizeOf(first);
  for (const column of others) {
    const block = blocked.at(-1) ?? [];
    if (used + sizeOf(column) - gap.length > width && block.length > 1) {
      blocked.push([first, column]);
      used = sizeOf(first) + sizeOf(column);
    } else {
      block.push(column);
      used += sizeOf(column);
    }
  }
  return blocked;
}

function pad(text: string, width: number, align: "start" | "center" | "end"): string {
  const missing = Math.max(0, width - terminalWidth(text));
  const before = align === "start" ? 0 : align === "end" ? missing : Math.floor(missing / 2);
  return " ".repeat(before) + text + " ".repeat(missing - before);
}

const wide =
  /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}\uff01-\uff60]/u;

/** How many columns of a terminal a text takes: none for accents that combine, two for wide scripts. */
function terminalWidth(text: string): number {
  let width = 0;
  for (const character of text)
    width += /[\p{M}\u200c\u200d]/u.test(character) ? 0 : wide.test(character) ? 2 : 1;
  return width;
}

function bold(text: string, options: TextOptions): string {
  return options.colour ? `\u001b[1m${text}\u001b[22m` : text;
}

function dim(text: string, options: TextOptions): string {
  return options.colour ? `\u001b[2m${text}\u001b[22m` : text;
}
