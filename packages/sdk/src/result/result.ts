import { writeFile } from "node:fs/promises";
import { extname } from "node:path";
import {
  type AnyAlgorithm,
  ArgumentError,
  type Outcome,
  type Report,
  suggestion,
  type TableView,
  type View,
} from "@konsil/core";
import type { ColumnTable } from "arquero";
import { figureSvg, page, viewHtml, viewText } from "../display/index.ts";
import { hide, show, showable, viewForms } from "../display/showable.ts";
import { checkOutput, resultEndings } from "../output/index.ts";
import { withData } from "./data-words.ts";
import { type Figure, figureOf } from "./figure.ts";
import { type MethodsOptions, methodsText } from "./methods.ts";
import { reportView } from "./report-view.ts";
import { withRowsLeftOut } from "./rows-left-out.ts";
import { csvOf, tableOf } from "./table.ts";
import { withWarnings } from "./warnings.ts";

/** How a result, or a report, shows itself. None of it is part of the value. */
export interface Display {
  /** Tables and figures as plain data. */
  readonly view: View;
  /** The same text everywhere, however wide the terminal is. */
  toText(): string;
  /** What a terminal shows of it. */
  toString(): string;
  /** A piece of HTML for a page or a notebook. */
  toHTML(): string;
  /** The first figure; undefined when there is none. */
  toSVG(): string | undefined;
  /** The main table, with broom's column names; or the one of this title. @throws ArgumentError where there is none */
  toTable(title?: string): ColumnTable;
  toCSV(title?: string): string;
  /** The first figure, or the one of this title, which shows itself as an image. @throws ArgumentError where there is none */
  toFigure(title?: string): Figure;
  /** Shows it in the middle of a cell of a notebook; elsewhere prints it. */
  show(): void;
  /** Writes .json, .html, .svg or .csv, by the name's ending. @throws ArgumentError OUTPUT_UNWRITABLE */
  save(path: string): Promise<void>;
}

/** The value of an analysis with its report, and the ways to show it. */
export type Result<Value> = Value &
  Display & {
    readonly report: ShownReport;
    toJSON(): Value & { readonly report: Report };
    /** The methods paragraph of a paper: plain text, true of this result, and the works that it rests on. */
    methods(options?: MethodsOptions): string;
  };

export type ShownReport = Report & Display;

/**
 * Gives a value or report the ways to show itself, hidden from loops over it, so that it stays what it was. On the page
 * that it is saved as, `below` follows.
 */
function dress<T extends object>(
  target: T,
  view: View,
  json: () => unknown,
  below: readonly View[] = [],
): T & Display {
  const html = (): string => viewHtml(view);
  const svg = (): string | undefined =>
    view.figures?.[0] === undefined ? undefined : figureSvg(view.figures[0]);
  const text = (): string => viewText(view);
  const tables = [...(view.data === undefined ? [] : [view.data]), ...(view.tables ?? [])];
  const tableNamed = (title?: string): TableView => {
    const found = title === undefined ? tables[0] : tables.find((one) => one.title === title);
    if (found !== undefined) return found;
    if (title === undefined) throw new ArgumentError("ARGUMENT_INVALID", `"${view.title}" has no table.`);
    const titles = tables.flatMap((one) => (one.title === undefined ? [] : [one.title]));
    throw new ArgumentError(
      "ARGUMENT_INVALID",
      `"${view.title}" has no table "${title}". ${suggestion(title, titles, "Tables")}`,
    );
  };
  const forms = viewForms(() => view);
  hide(target, {
    view,
    toText: text,
    toHTML: html,
    toSVG: svg,
    toTable: (title?: string) => tableOf(tableNamed(title)),
    toCSV: (title?: string) => csvOf(tableNamed(title)),
    toFigure: (title?: string) => figureOf(view, title),
    save: async (path: string): Promise<void> => {
      await checkOutput(path, { endings: resultEndings });
      await writeFile(
        path,
        content(path, view, json, svg, () => csvOf(tableNamed()), below),
      );
    },
    show: () => show(forms),
  });
  return showable(target as T & Display, forms);
}

function content(
  path: string,
  view: View,
  json: () => unknown,
  svg: () => string | undefined,
  csv: () => string,
  below: readonly View[],
): string {
  switch (extname(path).toLowerCase()) {
    case ".json":
      return `${JSON.stringify(json(), null, 2)}\n`;
    case ".html":
      return page({
        title: view.title,
        sections: [
          { view: untitled(view) },
          ...below.map((one) => ({ title: one.title, view: untitled(one) })),
        ],
      });
    case ".svg": {
      const drawn = svg();
      if (drawn === undefined)
        throw new ArgumentError(
          "ARGUMENT_INVALID",
          `"${view.title}" has no figure. Save it as .html, .json or .csv.`,
        );
      return drawn;
    }
    default:
      return csv();
  }
}

/** A view under a title that stands elsewhere. */
function untitled(view: View): View {
  return { ...view, title: "" };
}

function showReport(report: Report): ShownReport {
  return dress({ ...report }, reportView(report), () => report);
}

/** Dresses the outcome of an analysis for reading. */
export function presentResult<Value>(algorithm: AnyAlgorithm, outcome: Outcome): Result<Value> {
  const { value, report } = outcome;
  const result: object = { ...value };
  const json = (): unknown => ({ ...value, report });
  const view = withWarnings(withRowsLeftOut(withData(algorithm.view(value), report), report), report);
  const methods = algorithm.methods(value, outcome.arguments);
  const shown = showReport(report);
  hide(result, {
    report: shown,
    toJSON: json,
    methods: (options?: MethodsOptions) => methodsText(methods, report, options),
  });
  // Whoever is sent the page must see which sites are not in it, and what left the others.
  return dress(result, view, json, [shown.view]) as Result<Value>;
}
