import type { FigureText } from "./figure-text.ts";
import type { Interval } from "./table-view.ts";

/** One step curve: its estimate from each time on, until the next. */
export interface SurvivalCurve {
  readonly label: string;
  /** Times at which the curve steps, ascending, in the figure's unit. */
  readonly times: readonly number[];
  /** Survival or cumulative incidence from 0 to 1, from each time on. */
  readonly estimate: readonly number[];
  /** Pointwise confidence bounds from each time on; `null` where they cannot be estimated. */
  readonly lower?: readonly (number | null)[];
  readonly upper?: readonly (number | null)[];
  /**
   * Between which values the curve from exact times lies, where these are coarser: at each time, and therefore not below
   * the next `least` nor above the last `most` in between. Drawn as dotted lines.
   */
  readonly bounds?: {
    readonly times: readonly number[];
    readonly least: readonly number[];
    readonly most: readonly number[];
  };
  /** Where survival falls to one half, or `null` where it never does; without it, where the curve first does. */
  readonly median?: number | null;
  /** Times of censoring, drawn as marks. Only public data may show them. */
  readonly censored?: readonly number[];
  /** The end of follow-up, where it is later than the last step. */
  readonly end?: number;
}

/** Kaplan–Meier or cumulative incidence curves, with the numbers at risk under the axis. */
export interface SurvivalFigure extends FigureText {
  readonly kind: "survival";
  /** Survival starts at 1 and falls, incidence starts at 0 and rises. */
  readonly measure: "survival" | "incidence";
  /** What the y axis shows: "Overall survival". */
  readonly label: string;
  readonly time: {
    /** What the x axis shows: "Time since surgery". */
    readonly label: string;
    /** The unit of every time here; "units" when nobody said it, and nothing is printed. Days over more than about two years are drawn as years. */
    readonly unit: "days" | "weeks" | "months" | "years" | "units";
  };
  readonly curves: readonly SurvivalCurve[];
  /** What the bands cover, 0.95 unless said otherwise. */
  readonly confidenceLevel?: number;
  /**
   * Numbers at risk just before each time, one array for each curve. The axis takes its ticks from these times, so
   * that counts stand under them: multiples of a year or of half a year (365.25 days) read best.
   */
  readonly atRisk?: {
    readonly times: readonly number[];
    readonly counts: readonly (readonly (number | Interval | null)[])[];
  };
  /** How exact the times are, where they are not: "binned 30 d", "approximate". Printed on the axis. */
  readonly exactness?: string;
  readonly test?: { readonly name: string; readonly p: number | null };
  /** Dotted lines at a survival of one half; drawn unless this is false. */
  readonly medianLines?: boolean;
}
