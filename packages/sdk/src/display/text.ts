import { checkOptionNames, type TableView, type View } from "@konsil/core";
import { plainText } from "./escape.ts";
import { figureTable } from "./figure-table.ts";
import { type PrintedColumn, printedTable, spans } from "./table-layout.ts";

export interface TextOptions {
  /** Bold and dim text by ANSI codes; for terminals only. */
  readonly colour?: boolean;
  /**
   * The columns of the terminal. Words of a wider table go on in the next line, and where that is not enough it is printed
   * in blocks, each beginning with its first column. Without it lines are as long as they are.
   */
  readonly width?: number;
}

const optionNames: readonly (keyof TextOptions)[] = ["colour", "width"];

const gap = "  ";
const padding = { point: " ", digit: " " };

/** A table in aligned columns, for a terminal or a plain string. */
export function tableText(table: TableView, options: TextOptions = {}): string {
  checkOptionNames("tableText()", options, optionNames);
  const { columns, headings, rows } = printedTable(table, padding);
  const lines = table.title === undefined ? [] : [bold(plainText(table.title), options)];
  blocks(columns, options.width).forEach((block, i) => {
    if (i > 0) lines.push("");
    lines.push(...blockText(block, headings, rows, options));
  });
  for (const note of table.notes ?? []) lines.push(prose(note, options));
  return lines.join("\n");
}

/** A view in plain text: its tables, or the numbers of its figures where it has none. */
export function viewText(view: View, options: TextOptions = {}): string {
  checkOptionNames("viewText()", options, optionNames);
  const head = [bold(plainText(view.title), options)];
  if (view.subtitle !== undefined) head.push(prose(view.subtitle, options));
  const figures = view.figures ?? [];
  const tables = view.tables ?? figures.map(figureTable);
  const parts = [head.join("\n"), ...tables.map((table) => tableText(table, options))];
  if (view.tables !== undefined && figures.length > 0) {
    const titles = figures.map((figure) => plainText(figure.title)).join(" · ");
    parts.push(dim(`${figures.length === 1 ? "Figure" : "Figures"}: ${titles}`, options));
  }
  const notes = (view.notes ?? []).map((note) => prose(note, options));
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
    column === first
      ? { ...column, texts: column.texts.map((text) => indent + text.replaceAll("\n", `\n${indent}`)) }
      : column,
  );
  const widths = shown.map(widthOf);
  // A group wider than its columns widens the last of them.
  for (const { group, start, size } of spans(shown)) {
    const inside = widths
      .slice(start, start + size)
      .reduce((sum, width) => sum + width + gap.length, -gap.length);
    const last = start + size - 1;
    widths[last] = (widths[last] ?? 0) + Math.max(0, terminalWidth(group) - inside);
  }
  /** Cells side by side; those with fewer lines than others begin with them, and labels end with them. */
  const row = (texts: readonly string[], isHead = false): string[] => {
    const cells = texts.map((text) => text.split("\n"));
    const height = Math.max(...cells.map(({ length }) => length));
    return Array.from({ length: height }, (_, line) =>
      cells
        .map((cell, k) => {
          const text = cell[isHead ? line - height + cell.length : line] ?? "";
          return pad(text, widths[k] ?? 0, shown[k]?.align ?? "start");
        })
        .join(gap)
        .trimEnd(),
    );
  };
  const rule = dim("─".repeat(widths.reduce((sum, width) => sum + width + gap.length, -gap.length)), options);
  const lines: string[] = [];
  if (shown.some((column) => column.group !== "")) lines.push(groupLine(shown, widths));
  const labels = shown.map((column) => column.label);
  lines.push(...row(labels, true).map((line) => bold(line, options)), rule);
  for (let i = 0; i < rows; i++) {
    const heading = headings[i];
    if (heading !== undefined) lines.push(bold(heading, options));
    lines.push(...row(shown.map((column) => column.texts[i] ?? "")));
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

const widthOf = ({ label, texts }: PrintedColumn): number =>
  Math.max(...[label, ...texts].flatMap((text) => text.split("\n")).map(terminalWidth));

/** How wide columns are side by side. */
const totalOf = (columns: readonly PrintedColumn[]): number =>
  columns.reduce((sum, column) => sum + widthOf(column) + gap.length, -gap.length);

/** Columns side by side as far as the terminal is wide: whole, or the first one repeated in every block. */
function blocks(columns: readonly PrintedColumn[], width = Number.POSITIVE_INFINITY): PrintedColumn[][] {
  const whole = fitted(columns, width);
  const [first, ...others] = columns;
  if (first === undefined) return [];
  if (totalOf(whole) <= width) return [whole];
  const blocked: PrintedColumn[][] = [[first]];
  // A column without a word, such as why sites that answered did not, has no block of its own.
  for (const column of others.filter(({ texts }) => texts.some((text) => text !== ""))) {
    const block = blocked.at(-1) ?? [];
    if (block.length > 1 && totalOf([...block, column]) > width) blocked.push([first, column]);
    else block.push(column);
  }
  return blocked.map((block) => fitted(block, width));
}

/** No column of words is made narrower than this: a word in each line is not read. */
const narrowest = 24;

/** Columns whose words, and then whose labels, go on in the next line, the widest first, as far as the terminal asks for it. */
function fitted(columns: readonly PrintedColumn[], width: number): PrintedColumn[] {
  const fit = [...columns];
  for (const [i, column] of [...columns.entries()].sort((a, b) => widthOf(b[1]) - widthOf(a[1]))) {
    const excess = totalOf(fit) - width;
    if (excess <= 0) break;
    if (column.align !== "start") continue;
    const most = Math.max(narrowest, widthOf(column) - excess);
    fit[i] = { ...column, texts: column.texts.map((text) => inLines(text, most).join("\n")) };
  }
  for (const [i, column] of [...fit.entries()].sort((a, b) => widthOf(b[1]) - widthOf(a[1]))) {
    const excess = totalOf(fit) - width;
    if (excess <= 0) break;
    fit[i] = { ...column, label: inLines(column.label, widthOf(column) - excess).join("\n") };
  }
  return fit;
}

/** A text in lines of words, which are never broken. */
function inLines(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && terminalWidth(last) + 1 + terminalWidth(word) <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Dim text in lines as wide as the terminal. */
function prose(text: string, options: TextOptions): string {
  const plain = plainText(text);
  return inLines(plain, options.width ?? Number.POSITIVE_INFINITY)
    .map((line) => dim(line, options))
    .join("\n");
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
