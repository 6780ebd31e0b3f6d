export type { BarSeries, BarsFigure } from "./bars-figure.ts";
export type { FigureText } from "./figure-text.ts";
export type { FlowBox, FlowFigure, FlowStage } from "./flow-figure.ts";
export type {
  ForestEstimate,
  ForestFigure,
  ForestHeading,
  ForestPooled,
  ForestReference,
  ForestRow,
} from "./forest-figure.ts";
export type { HeatFigure } from "./heat-figure.ts";
export type { RoundReply, RoundState, RoundsFigure } from "./rounds-figure.ts";
export type { SurvivalCurve, SurvivalFigure } from "./survival-figure.ts";
export type { Cell, CellFormat, Interval, TableColumn, TableView } from "./table-view.ts";
export type { FigureView, View } from "./view.ts";
