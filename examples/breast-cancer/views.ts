// The parts of a view by name.
import type { View } from "konsil";

export type TableView = NonNullable<View["tables"]>[number];
export type FigureView = NonNullable<View["figures"]>[number];
export type SurvivalFigure = Extract<FigureView, { readonly kind: "survival" }>;
export type ForestFigure = Extract<FigureView, { readonly kind: "forest" }>;
export type ForestRow = ForestFigure["rows"][number];
export type FlowFigure = Extract<FigureView, { readonly kind: "flow" }>;
