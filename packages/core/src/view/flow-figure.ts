import type { FigureText } from "./figure-text.ts";
import type { Interval } from "./table-view.ts";

/** How many people a box of the flow holds. */
export interface FlowBox {
  readonly label: string;
  readonly count: number | Interval | null;
}

/** People who remain, and those who left on the way to them. */
export interface FlowStage extends FlowBox {
  /** Who left between the stage before and this one. */
  readonly left?: readonly FlowBox[];
}

/** Attrition: from everyone to those analysed, and into which groups. */
export interface FlowFigure extends FigureText {
  readonly kind: "flow";
  readonly stages: readonly FlowStage[];
  /** The groups into which the last stage divides. */
  readonly groups?: readonly FlowBox[];
}
