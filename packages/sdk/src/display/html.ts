import { checkOptionNames, type FigureView, type TableView, type View } from "@konsil/core";
import { escapeMarkup } from "./escape.ts";
import { figureSvg } from "./figure.ts";
import { figureTable } from "./figure-table.ts";
import { style } from "./style.ts";
import { type PrintedColumn, printedTable, spans } from "./table-layout.ts";

// A table with no more rows is kept on one printed page.
const mostWhole = 24;

// A text with more characters is a sentence, which goes on in the next line.
const mostInLine = 60;

// As wide as a point and as a digit in tabular numerals.
const padding = { point: "\u2008", digit: "\u2007" };

/** A table as HTML that scrolls sideways inside its own frame where it is wider than the page. */
export function tableHtml(table: TableView): string {
  const { columns, headings, rows } = printedTable(table, padding);
  const caption =
    table.title === undefined ? "" : `<caption><span>${escapeMarkup(table.title)}</span></caption>`;
  const label = escapeMarkup(table.title ?? "Table");
  const body = Array.from({ length: rows }, (_, i) => {
    const cells = columns.map((column, k) => cell(column, column.texts[i] ?? "", k === 0)).join("");
    return `${headingRow(headings[i], columns.length)}<tr>${cells}</tr>`;
  }).join("");
  const head = `<thead>${spanRow(columns)}<tr>${columns.map(columnHead).join("")}</tr></thead>`;
  const grouped = table.rowGroup === undefined ? "" : " konsil-grouped";
  const whole = rows + headings.filter((heading) => heading !== undefined).length <= mostWhole;
  return [
    whole ? `<div class="konsil-whole">` : "<div>",
    `<div class="konsil-scroll" role="region" aria-label="${label}" tabindex="0">`,
    `<table class="konsil-table${grouped}">${caption}${head}<tbody>${body}</tbody></table></div>`,
    notesHtml(table.notes),
    "</div>",
  ].join("");
}

export interface FigureHtmlOptions {
  /** Whether its title is printed over it; it is unless this is false. */
  readonly caption?: boolean;
}

/**
 * A figure as HTML in the colours of the page around it, laid out twice: for a page and for a phone, of which the style
 * shows the one that fits. The numbers behind it can be unfolded.
 */
export function figureHtml(figure: FigureView, options: FigureHtmlOptions = {}): string {
  checkOptionNames("figureHtml()", options, ["caption"]);
  const inline = { background: "none", words: false } as const;
  const { title: _, ...numbers } = figureTable(figure);
  return [
    `<figure class="konsil-figure">`,
    options.caption === false ? "" : `<figcaption>${escapeMarkup(figure.title)}</figcaption>`,
    `<div class="konsil-wide">${figureSvg(figure, { ...inline, width: 720 })}</div>`,
    // Hidden by itself too, for readers that drop styles.
    `<div class="konsil-narrow" style="display:none">${figureSvg(figure, { ...inline, width: 340 })}</div>`,
    notesHtml(figure.notes),
    foldedHtml("Numbers", tableHtml(numbers)),
    "</figure>",
  ].join("");
}

/** HTML of this folder under a line that unfolds it. */
export function foldedHtml(summary: string, html: string): string {
  return `<details class="konsil-numbers"><summary>${escapeMarkup(summary)}</summary>${html}</details>`;
}

export interface ViewHtmlOptions {
  /** The level of the title's heading, 2 unless said otherwise. */
  readonly level?: 1 | 2 | 3 | 4 | 5;
  /** Whether the style comes with it, as a notebook's cell needs it and a page does not; it does unless this is false. */
  readonly style?: boolean;
}

/** A view as a piece of HTML: title, figures, tables, notes. Needs no script and nothing from elsewhere. */
export function viewHtml(view: View, options: ViewHtmlOptions = {}): string {
  checkOptionNames("viewHtml()", options, ["level", "style"]);
  const { level = 2 } = options;
  // What a figure says of itself is not said again.
  const said = (view.figures ?? []).flatMap(({ notes = [] }) => notes);
  return [
    `<section class="konsil">`,
    options.style === false ? "" : `<style>${style}</style>`,
    // What stands under a title that is not its own has none.
    view.title === "" ? "" : `<h${level}>${escapeMarkup(view.title)}</h${level}>`,
    view.subtitle === undefined ? "" : `<p class="konsil-subtitle">${escapeMarkup(view.subtitle)}</p>`,
    // A view of one figure is often called what its figure is called: that is said once.
    ...(view.figures ?? []).map((figure) => figureHtml(figure, { caption: figure.title !== view.title })),
    ...(view.tables ?? []).map(tableHtml),
    notesHtml(view.notes?.filter((note) => !said.includes(note))),
    "</section>",
  ].join("");
}

function notesHtml(notes: readonly string[] | undefined): string {
  return (notes ?? []).map((note) => `<p class="konsil-note">${escapeMarkup(note)}</p>`).join("");
}

function spanRow(columns: readonly PrintedColumn[]): string {
  if (columns.every((column) => column.group === "")) return "";
  const cells = spans(columns).map(({ group, start, size }) => {
    if (group === "") return `<td${size > 1 ? ` colspan="${size}"` : ""}></td>`;
    const muted = columns.slice(start, start + size).every((column) => column.muted) ? " konsil-muted" : "";
    return `<th scope="colgroup" class="konsil-span${muted}" colspan="${size}">${escapeMarkup(group)}</th>`;
  });
  return `<tr>${cells.join("")}</tr>`;
}

function columnHead(column: PrintedColumn): string {
  return `<th scope="col"${classes(column)}>${escapeMarkup(column.label)}</th>`;
}

function headingRow(heading: string | undefined, columns: number): string {
  if (heading === undefined) return "";
  return `<tr class="konsil-heading"><th scope="rowgroup" colspan="${columns}"><span>${escapeMarkup(heading)}</span></th></tr>`;
}

function cell(column: PrintedColumn, text: string, first: boolean): string {
  const [open, close] = first && column.align === "start" ? ['th scope="row"', "th"] : ["td", "td"];
  return `<${open}${classes(column, text.length > mostInLine)}>${escapeMarkup(text)}</${close}>`;
}

function classes({ align, muted }: PrintedColumn, sentence = false): string {
  const names = [
    ...(align === "start" ? [] : [`konsil-${align}`]),
    ...(muted ? ["konsil-muted"] : []),
    ...(sentence ? ["konsil-sentence"] : []),
  ];
  return names.length === 0 ? "" : ` class="${names.join(" ")}"`;
}
