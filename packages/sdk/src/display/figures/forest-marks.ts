import type { ForestFigure, ForestPooled, ForestRow, Interval } from "@konsil/core";
import { lineColour } from "../palette.ts";
import { type Attributes, element, px, soft } from "../svg.ts";
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
      const whisker = drawWhisker(row, axis, middle, { stroke: lineColour(0), "stroke-width": "1.4" });
      if (row.estimate < axis.first || row.estimate > axis.last) return whisker;
      // Its area, not its side, is in proportion to the weight.
      const half = Math.max(2.5, 5 * Math.sqrt((row.weight ?? heaviest(figure)) / heaviest(figure)));
      const square = { x: axis.x(row.estimate) - half, y: middle - half, width: 2 * half, height: 2 * half };
      return whisker + element("rect", { ...square, fill: lineColour(0) });
    }
  }
}

const inside = ({ first, last }: ForestAxis, value: number): number => Math.min(last, Math.max(first, value));

/** The interval, with an arrow where it goes on beyond the axis or its end is not known, and else with a cap if there is one. */
function drawWhisker(
  { lower, upper }: Interval,
  axis: ForestAxis,
  middle: number,
  stroke: Attributes,
  cap = "",
): string {
  if (lower === null && upper === null) return "";
  const low = lower ?? Number.NEGATIVE_INFINITY;
  const high = upper ?? Number.POSITIVE_INFINITY;
  const [left, right] = [axis.x(inside(axis, low)), axis.x(inside(axis, high))];
  const end = (x: number): string => (cap === "" ? "" : `M${px(x)},${px(middle)}${cap}`);
  const d = [
    `M${px(left)},${px(middle)}H${px(right)}`,
    low < axis.first ? arrowHead(left, middle, -1) : end(left),
    high > axis.last ? arrowHead(right, middle, 1) : end(right),
  ];
  return element("path", { d: d.join(""), fill: "none", ...stroke });
}

function arrowHead(x: number, y: number, direction: 1 | -1): string {
  return `M${px(x - 5 * direction)},${px(y - 4)}l${px(5 * direction)},4l${px(-5 * direction)},4`;
}

/** The pooled interval, with arrows as a whisker has them, over the prediction interval. */
function drawDiamond(row: ForestPooled, axis: ForestAxis, y: number): string {
  const { estimate, lower, upper, prediction } = row;
  if (estimate === null) return "";
  const stroke = { stroke: lineColour(1), "stroke-width": "1.2" };
  const x = (value: number): string => px(axis.x(inside(axis, value)));
  const isKnown = lower !== null || upper !== null;
  const left = x(lower ?? (isKnown ? axis.first : estimate));
  const right = x(upper ?? (isKnown ? axis.last : estimate));
  const middle = x(estimate);
  const d = `M${left},${px(y)}L${middle},${px(y - 7)}L${right},${px(y)}L${middle},${px(y + 7)}Z`;
  return [
    prediction === undefined ? "" : drawWhisker(prediction, axis, y, stroke, "m0,-4v8"),
    drawWhisker(row, axis, y, stroke),
    element("path", { d, fill: lineColour(1) }),
  ].join("");
}

function heaviest(figure: ForestFigure): number {
  return Math.max(0, ...figure.rows.map((row) => (row.kind === "estimate" ? (row.weight ?? 0) : 0))) || 1;
}
