import type { ForestFigure, ForestPooled, ForestRow } from "@konsil/core";
import { lineColour } from "../palette.ts";
import { element, px, soft } from "../svg.ts";
import { type ForestAxis, noEffect } from "./forest-axis.ts";

/** The picture of one row about its middle. */
export function drawForestMark(
  figure: ForestFigure,
  row: ForestRow,
  axis: ForestAxis,
  middle: number,
): string {
  switch (row.kind) {
    case "heading":
      return "";
    case "reference": {
      const circle = { cx: axis.x(noEffect(figure)), cy: middle, r: 3.5 };
      return element("circle", { ...circle, fill: "none", stroke: "currentColor", ...soft });
    }
    case "pooled":
      return drawDiamond(row, axis, middle);
    case "estimate": {
      if (row.estimate === null) return "";
      const whisker = drawWhisker(row.lower, row.upper, axis, middle);
      if (row.estimate < axis.first || row.estimate > axis.last) return whisker;
      // Its area, not its side, is in proportion to the weight.
      const half = Math.max(2.5, 5 * Math.sqrt((row.weight ?? heaviest(figure)) / heaviest(figure)));
      const square = { x: axis.x(row.estimate) - half, y: middle - half, width: 2 * half, height: 2 * half };
      return whisker + element("rect", { ...square, fill: lineColour(0) });
    }
  }
}

/** The interval, with an arrow where it goes on beyond the axis or its end is not known. */
function drawWhisker(lower: number | null, upper: number | null, axis: ForestAxis, middle: number): string {
  if (lower === null && upper === null) return "";
  const inside = (value: number): number => Math.min(axis.last, Math.max(axis.first, value));
  const low = lower ?? Number.NEGATIVE_INFINITY;
  const high = upper ?? Number.POSITIVE_INFINITY;
  let d = `M${px(axis.x(inside(low)))},${px(middle)}H${px(axis.x(inside(high)))}`;
  if (low < axis.first) d += arrowHead(axis.x(axis.first), middle, -1);
  if (high > axis.last) d += arrowHead(axis.x(axis.last), middle, 1);
  return element("path", { d, fill: "none", stroke: lineColour(0), "stroke-width": "1.4" });
}

function arrowHead(x: number, y: number, direction: 1 | -1): string {
  return `M${px(x - 5 * direction)},${px(y - 4)}l${px(5 * direction)},4l${px(-5 * direction)},4`;
}

function drawDiamond(
  { estimate, lower, upper, prediction }: ForestPooled,
  axis: ForestAxis,
  y: number,
): string {
  if (estimate === null) return "";
  const x = (value: number): string => px(axis.x(Math.min(axis.last, Math.max(axis.first, value))));
  const top = `${x(estimate)},${px(y - 7)}`;
  const bottom = `${x(estimate)},${px(y + 7)}`;
  const d = `M${x(lower ?? estimate)},${px(y)}L${top}L${x(upper ?? estimate)},${px(y)}L${bottom}Z`;
  const diamond = element("path", { d, fill: lineColour(1) });
  if (prediction === undefined) return diamond;
  const interval = `M${x(prediction.lower)},${px(y - 4)}v8m0,-4H${x(prediction.upper)}m0,-4v8`;
  return (
    element("path", { d: interval, fill: "none", stroke: lineColour(1), "stroke-width": "1.2" }) + diamond
  );
}

function heaviest(figure: ForestFigure): number {
  return Math.max(0, ...figure.rows.map((row) => (row.kind === "estimate" ? (row.weight ?? 0) : 0))) || 1;
}
