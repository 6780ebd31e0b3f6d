import type { BarsFigure } from "./bars-figure.ts";
import type { FlowFigure } from "./flow-figure.ts";
import type { ForestFigure } from "./forest-figure.ts";
import type { HeatFigure } from "./heat-figure.ts";
import type { RoundsFigure } from "./rounds-figure.ts";
import type { SurvivalFigure } from "./survival-figure.ts";
import type { TableView } from "./table-view.ts";

/** A figure as plain data; the desk draws it. */
export type FigureView = SurvivalFigure | ForestFigure | BarsFigure | HeatFigure | FlowFigure | RoundsFigure;

/**
 * How an algorithm's value is shown: plain JSON that says what to show and not how it looks, so that one view serves a
 * page, a notebook and a terminal. Every text in it may come from a site and is escaped by whoever shows it.
 */
export interface View {
  readonly title: string;
  readonly subtitle?: string;
  readonly notes?: readonly string[];
  readonly tables?: readonly TableView[];
  /** What `toTable` and `toCSV` give where it is not the first of `tables`: a curve has more rows than anybody reads. */
  readonly data?: TableView;
  readonly figures?: readonly FigureView[];
}
