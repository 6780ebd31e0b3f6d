import type { FigureText } from "./figure-text.ts";
import type { Interval } from "./table-view.ts";

/** A cross table whose cells are shaded by their value. */
export interface HeatFigure extends FigureText {
  readonly kind: "heat";
  readonly rows: { readonly label: string; readonly levels: readonly string[] };
  readonly columns: { readonly label: string; readonly levels: readonly string[] };
  /** One array for each row. An interval is a masked count. */
  readonly values: readonly (readonly (number | Interval | null)[])[];
  readonly format: "integer" | "number" | "percent";
  /** What a cell's shade is a share of: the largest cell unless said otherwise, or the total of its row or column. */
  readonly shade?: "largest" | "row" | "column";
}
