import type { FigureText } from "./figure-text.ts";
import type { Interval } from "./table-view.ts";

/** One colour of bars: a value of zero or more for each category. An interval is a masked count and drawn as one. */
export interface BarSeries {
  readonly label: string;
  readonly values: readonly (number | Interval | null)[];
}

/** Bars by category, side by side or on top of each other. */
export interface BarsFigure extends FigureText {
  readonly kind: "bars";
  readonly arrangement: "grouped" | "stacked";
  /** What the bars stand on: "Year of diagnosis". */
  readonly label?: string;
  readonly categories: readonly string[];
  readonly series: readonly BarSeries[];
  /** What their length shows: "Patients". */
  readonly value: { readonly label: string; readonly format: "integer" | "number" | "percent" };
}
