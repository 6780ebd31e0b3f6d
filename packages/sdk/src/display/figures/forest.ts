import type { Cell, ForestFigure, ForestRow } from "@konsil/core";
import { plainText } from "../escape.ts";
import { absent, formatCell, formatEstimate, formatPercent } from "../numbers.ts";
import {
  type Drawing,
  fittedText,
  line,
  small,
  soft,
  type TextStyle,
  text,
  textLines,
  usual,
} from "../svg.ts";
import { textWidth, widerFonts, wrapText } from "../text-width.ts";
import {
  drawFavours,
  drawForestAxis,
  type Estimated,
  type ForestAxis,
  forestAxis,
  type Strip,
} from "./forest-axis.ts";
import { drawForestMark } from "./forest-marks.ts";

interface Column {
  readonly heading: string;
  readonly texts: readonly string[];
  readonly width: number;
}

const rowHeight = 24;
const gap = 16;

/** Estimates and intervals one below the other, pooled estimates as diamonds, the numbers at the end of each row. */
export function drawForest(figure: ForestFigure, width: number): Drawing {
  const numbers = numberColumns(figure);
  const cells = cellColumns(figure);
  const widest = Math.max(60, ...figure.rows.map((row, i) => indent(figure, i) + rowLabelWidth(row)));
  const labelWidth = Math.min(230, widest);
  const sides = [...cells, ...numbers].reduce((sum, column) => sum + column.width + gap, 0);
  // Where labels and numbers would leave no room, each row's picture goes below its words.
  return width - labelWidth - sides < 150
    ? drawStacked(figure, width, cells, numbers)
    : drawBeside(figure, width, labelWidth, cells, numbers);
}

function drawBeside(
  figure: ForestFigure,
  width: number,
  labelWidth: number,
  cells: readonly Column[],
  numbers: readonly Column[],
): Drawing {
  const cellEnds = columnEnds(cells, labelWidth);
  const numberWidth = numbers.reduce((sum, column) => sum + column.width + gap, 0);
  const columns = [...cells, ...numbers];
  const ends = [...cellEnds, ...columnEnds(numbers, width - numberWidth)];
  const axis = forestAxis(figure, (cellEnds.at(-1) ?? labelWidth) + gap + 8, width - numberWidth - 8);

  const headings = columns.map((column) => column.heading.split("\n"));
  const headingLines = Math.max(...headings.map((lines) => lines.length));
  const headingHeight = headingLines * 15 + 9;
  const drawn = headings.map((lines, k) => {
    const first = 12 + (headingLines - lines.length) * 15;
    return textLines(lines, ends[k] ?? 0, first, 15, { size: small, weight: "bold", anchor: "end" });
  });
  drawn.push(line(0, headingHeight, width, headingHeight, soft));

  let top = headingHeight + 4;
  const marks: string[] = [];
  const strips: Strip[] = [];
  let stripTop = headingHeight;
  figure.rows.forEach((row, i) => {
    if (row.kind === "pooled" && i > 0) top += 4;
    const baseline = top + rowHeight / 2 + 4;
    const inset = indent(figure, i);
    drawn.push(fittedText(row.label, inset, baseline, labelWidth - inset, { weight: rowWeight(row) }));
    columns.forEach((column, k) => {
      drawn.push(text(column.texts[i] ?? "", ends[k] ?? 0, baseline, numberStyle(row)));
    });
    marks.push(drawForestMark(figure, row, axis, top + rowHeight / 2));
    top += rowHeight;
    const note = rowNote(row, inset, top, width);
    drawn.push(note.body);
    if (note.height > 0) {
      strips.push({ top: stripTop, bottom: top });
      stripTop = top + note.height;
    }
    top += note.height;
  });
  const bottom = top + 6;
  if (bottom - stripTop > rowHeight / 2) strips.push({ top: stripTop, bottom });
  return finish(figure, axis, strips, bottom, width, drawn.join(""), marks.join(""));
}

function drawStacked(
  figure: ForestFigure,
  width: number,
  cells: readonly Column[],
  numbers: readonly Column[],
): Drawing {
  const axis = forestAxis(figure, 12, width - 12);
  const heading = numbers.map((column) => column.heading.replace("\n", " ")).join(", ");
  const drawn = [
    fittedText(heading, width, 12, width, { size: small, weight: "bold", anchor: "end" }),
    line(0, 20, width, 20, soft),
  ];
  let top = 24;
  const marks: string[] = [];
  const strips: Strip[] = [];
  figure.rows.forEach((row, i) => {
    const inset = indent(figure, i);
    const [estimate = "", p = ""] = numbers.map((column) => column.texts[i] ?? "");
    const words = p === "" || p === absent ? estimate : `${estimate}, p ${p}`;
    const room = width - inset - textWidth(words, usual, "bold") - 10;
    const lines = wrapText(plainText(row.label), room, usual, { lines: 2, weight: rowWeight(row) });
    drawn.push(textLines(lines, inset, top + 15, 15, { weight: rowWeight(row) }));
    drawn.push(text(words, width, top + 15, numberStyle(row)));
    top += lines.length * 15 + 5;
    const extra = cells
      .filter((column) => (column.texts[i] ?? "") !== "")
      .map((column) => `${column.heading}: ${column.texts[i]}`)
      .join(" · ");
    if (extra !== "") {
      drawn.push(fittedText(extra, inset, top + 10, width - inset, { size: small, muted: true }));
      top += 15;
    }
    if ("estimate" in row && row.estimate !== null) {
      marks.push(drawForestMark(figure, row, axis, top + 10));
      strips.push({ top: top + 1, bottom: top + 19 });
      top += 22;
    }
    const note = rowNote(row, inset, top, width);
    drawn.push(note.body);
    top += note.height + 2;
  });
  return finish(figure, axis, strips, top + 4, width, drawn.join(""), marks.join(""));
}

/** Puts axis, words and marks together: the marks last, over all lines. */
function finish(
  figure: ForestFigure,
  axis: ForestAxis,
  strips: readonly Strip[],
  bottom: number,
  width: number,
  words: string,
  marks: string,
): Drawing {
  const drawnAxis = drawForestAxis(figure, axis, strips, bottom, width);
  const favours = drawFavours(figure, axis, drawnAxis.bottom, width);
  return {
    height: drawnAxis.bottom + favours.height,
    body: words + drawnAxis.body + marks + favours.body,
    description: describe(figure),
  };
}

function rowNote(
  row: ForestRow,
  x: number,
  top: number,
  width: number,
): { readonly body: string; readonly height: number } {
  if (row.kind !== "pooled" || row.note === undefined) return { body: "", height: 0 };
  const lines = wrapText(plainText(row.note), (width - x) / widerFonts, small);
  return {
    body: textLines(lines, x, top + 10, 15, { size: small, muted: true }),
    height: lines.length * 15 + 4,
  };
}

function rowWeight(row: ForestRow): "normal" | "bold" {
  return row.kind === "heading" || row.kind === "pooled" ? "bold" : "normal";
}

function numberStyle(row: ForestRow): TextStyle {
  return {
    anchor: "end",
    weight: row.kind === "pooled" ? "bold" : "normal",
    muted: row.kind === "reference",
  };
}

/** Where columns end that follow each other from a place on. */
function columnEnds(columns: readonly Column[], from: number): number[] {
  let end = from;
  return columns.map((column) => {
    end += gap + column.width;
    return end;
  });
}

/** Rows below a heading are set in. */
function indent(figure: ForestFigure, index: number): number {
  const kind = figure.rows[index]?.kind;
  const below = figure.rows.slice(0, index).some((row) => row.kind === "heading");
  return below && (kind === "estimate" || kind === "reference") ? 12 : 0;
}

function rowLabelWidth(row: ForestRow): number {
  return textWidth(plainText(row.label), usual, rowWeight(row)) * 1.04;
}

/** What is printed as a row's estimate. */
export function estimateWords(row: ForestRow): string {
  if (row.kind === "heading") return "";
  if (row.kind === "reference") return "reference";
  return row.estimate === null ? "not estimable" : formatEstimate(row.estimate, row.lower, row.upper);
}

function numberColumns(figure: ForestFigure): Column[] {
  const level = formatPercent(figure.confidenceLevel ?? 0.95, 0);
  const estimates = figure.rows.map(estimateWords);
  const columns = [column(`${plainText(figure.label)}\n(${level} CI)`, estimates)];
  const ps = figure.rows.map((row) => ("p" in row && row.p !== undefined ? formatCell(row.p, "p") : ""));
  if (ps.some((p) => p !== "")) columns.push(column("p", ps));
  return columns;
}

function cellColumns(figure: ForestFigure): Column[] {
  return (figure.columns ?? []).map((heading, k) => {
    const texts = figure.rows.map((row) => ("cells" in row ? writeCell(row.cells?.[k]) : ""));
    return column(plainText(heading), texts);
  });
}

function writeCell(cell: Cell | undefined): string {
  return cell === undefined ? "" : plainText(formatCell(cell));
}

function column(heading: string, texts: readonly string[]): Column {
  const headings = heading.split("\n").map((part) => textWidth(part, small, "bold"));
  const widths = texts.map((value) => textWidth(value, usual) * 1.07);
  return { heading, texts, width: Math.max(...headings, ...widths) };
}

function describe(figure: ForestFigure): string {
  const rows = figure.rows
    .filter((row): row is Estimated => row.kind === "estimate" || row.kind === "pooled")
    .map((row) => `${row.label}: ${estimateWords(row)}.`);
  const level = formatPercent(figure.confidenceLevel ?? 0.95, 0);
  return `${figure.label} with ${level} confidence intervals. ${rows.join(" ")}`;
}
