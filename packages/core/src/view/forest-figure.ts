import type { FigureText } from "./figure-text.ts";
import type { Cell } from "./table-view.ts";

/** A heading over the rows that follow. */
export interface ForestHeading {
  readonly kind: "heading";
  readonly label: string;
}

/** The level that the others are compared with. */
export interface ForestReference {
  readonly kind: "reference";
  readonly label: string;
  readonly cells?: readonly Cell[];
}

/** An estimate with its confidence interval; `null` where it cannot be estimated. */
export interface ForestEstimate {
  readonly kind: "estimate";
  readonly label: string;
  readonly estimate: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  /** The area of its square in proportion to the other rows' weights. */
  readonly weight?: number;
  readonly p?: number | null;
  readonly cells?: readonly Cell[];
}

/** A pooled estimate, drawn as a diamond. */
export interface ForestPooled {
  readonly kind: "pooled";
  readonly label: string;
  readonly estimate: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  /** The prediction interval for a new site. */
  readonly prediction?: { readonly lower: number; readonly upper: number };
  readonly p?: number | null;
  readonly cells?: readonly Cell[];
  /** What is said under the row, such as heterogeneity. */
  readonly note?: string;
}

export type ForestRow = ForestHeading | ForestReference | ForestEstimate | ForestPooled;

/** Estimates and their intervals, one a row, with the numbers beside them. */
export interface ForestFigure extends FigureText {
  readonly kind: "forest";
  /** What is estimated: "Hazard ratio". */
  readonly label: string;
  /** Ratios belong on a log scale. */
  readonly scale: "log" | "linear";
  /** Where there is no effect: 1 on a log scale and 0 on a linear one unless said otherwise. */
  readonly noEffect?: number;
  readonly rows: readonly ForestRow[];
  /** What the intervals cover, 0.95 unless said otherwise. */
  readonly confidenceLevel?: number;
  /** Headings of the cells that rows print beside their labels, such as events and patients. */
  readonly columns?: readonly string[];
  /** What lies on either side of no effect. */
  readonly favours?: { readonly lower: string; readonly upper: string };
}
