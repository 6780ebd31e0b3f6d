import type { SurvivalFigure } from "@konsil/core";
import { plainText } from "../escape.ts";
import { legend } from "../legend.ts";
import { formatPercent } from "../numbers.ts";
import { lineColour, lineDash } from "../palette.ts";
import { spread } from "../spread.ts";
import { type Drawing, element, faint, fittedText, line, px, soft, text, usual } from "../svg.ts";
import { textWidth, widerFonts, wrapText } from "../text-width.ts";
import { linearTicks, roundUp, type TimeAxis, timeTicks } from "../ticks.ts";
import { drawRisk, riskColumn } from "./at-risk.ts";
import {
  bandPath,
  boundsPath,
  censoringPath,
  curvePath,
  estimateAt,
  fromStart,
  medianOf,
  type StepCurve,
} from "./step-curve.ts";
import { placedNote } from "./test-note.ts";

const labelGap = 16;

/** Step curves with confidence bands, marks of censoring, medians, and the numbers at risk under the ticks. */
export function drawSurvival(figure: SurvivalFigure, width: number): Drawing {
  const curves = figure.curves.map((curve) => fromStart(curve, figure.measure === "survival" ? 1 : 0));
  const labels = figure.curves.map((curve) => plainText(curve.label));
  const narrow = width < 520;
  const last = Math.max(0, ...curves.map((curve) => curve.end)) || 1;
  const top = highest(figure, curves);
  // Quarters, so that one half has a tick for the medians.
  const percentTicks = top === 1 ? [0, 0.25, 0.5, 0.75, 1] : linearTicks(0, top, 5);

  const risk = riskColumn(figure, labels, narrow);
  const plotLeft = Math.max(46, risk.left);
  const plotHeight = narrow ? 220 : 300;
  const endLabels = endLabelWidth(curves, labels, last, top, plotHeight, narrow);
  const plotRight = width - (endLabels ?? 14);
  const x = (time: number): number => plotLeft + (time / last) * (plotRight - plotLeft);

  const drawn: string[] = [];
  const heading = yHeading(figure, width);
  drawn.push(heading.body);
  let plotTop = heading.height;
  if (endLabels === undefined && curves.length > 1) {
    const keys = legend(labels, "line", { x: 0, y: plotTop, width });
    drawn.push(keys.body);
    plotTop += keys.height + 4;
  }
  const note = placedNote(figure, curves, {
    left: plotLeft,
    right: plotRight,
    height: plotHeight,
    top,
    last,
  });
  if (note !== undefined && note.y < 0) plotTop += 16;
  plotTop += 8;
  const bottom = plotTop + plotHeight;
  const y = (value: number): number => bottom - (value / top) * plotHeight;

  // On a phone, counts may stand as close as words do.
  const gap = narrow ? 6 : 14;
  const axis = ticksApart(figure, last, risk.countWidth + gap, gap, plotRight - plotLeft);

  for (const tick of percentTicks) {
    if (tick > 0) drawn.push(line(plotLeft, y(tick), plotRight, y(tick), faint));
    drawn.push(
      text(formatPercent(tick, percentDecimals(percentTicks)), plotLeft - 8, y(tick) + 4, { anchor: "end" }),
    );
  }
  drawn.push(drawCurves(figure, curves, x, y));
  if (figure.measure === "survival" && figure.medianLines !== false) drawn.push(drawMedians(curves, x, y));
  drawn.push(line(plotLeft, bottom, plotRight, bottom, soft));
  for (const tick of axis.ticks) {
    drawn.push(line(x(tick.at), bottom, x(tick.at), bottom + 5, soft));
    const middle = Math.min(x(tick.at), width - textWidth(tick.label, usual) / 2);
    drawn.push(text(tick.label, middle, bottom + 18, { anchor: "middle" }));
  }
  if (endLabels !== undefined)
    drawn.push(drawEndLabels(curves, labels, last, x, y, plotRight, plotTop, bottom));
  if (note !== undefined) drawn.push(text(note.words, note.x, plotTop + note.y, { anchor: note.anchor }));

  let height = bottom + 24;
  for (const part of wrapText(xLabel(figure, axis.unit), width - plotLeft, usual)) {
    height += 16;
    drawn.push(text(part, (plotLeft + plotRight) / 2, height - 2, { anchor: "middle" }));
  }
  if (figure.atRisk !== undefined) {
    const table = drawRisk(figure, labels, axis.ticks, x, height + 14, risk, width);
    drawn.push(table.body);
    height = table.bottom;
  }
  return { height: height + 6, body: drawn.join(""), description: describe(figure, curves, axis) };
}

/** The ticks of an axis so long whose counts, and whose own words, keep apart. */
function ticksApart(
  figure: SurvivalFigure,
  last: number,
  apart: number,
  gap: number,
  length: number,
): TimeAxis {
  const most = Math.max(2, Math.floor(length / apart) + 1);
  const axis = timeTicks(figure.time.unit, last, most, figure.atRisk?.times);
  const widest = Math.max(...axis.ticks.map(({ label }) => textWidth(label, usual))) * widerFonts + gap;
  return most > 2 && widest > apart ? ticksApart(figure, last, widest, gap, length) : axis;
}

/** The top of the y axis: 1 for survival, and for incidence a round number above everything drawn. */
function highest(figure: SurvivalFigure, curves: readonly StepCurve[]): number {
  if (figure.measure === "survival") return 1;
  let most = 0;
  for (const curve of curves) {
    for (const value of curve.estimate) most = Math.max(most, value);
    for (const value of curve.upper) most = Math.max(most, value ?? 0);
  }
  return most > 0.8 || most === 0 ? 1 : Math.min(1, roundUp(most, 5));
}

function percentDecimals(ticks: readonly number[]): number {
  return ticks.every((tick) => Math.abs(tick * 100 - Math.round(tick * 100)) < 1e-9) ? 0 : 1;
}

/** What the y axis shows, above it: set level, it is read without turning the head. */
function yHeading(figure: SurvivalFigure, width: number): { readonly body: string; readonly height: number } {
  const label = plainText(figure.label);
  const banded = figure.curves.some((curve) => curve.lower !== undefined && curve.upper !== undefined);
  const dotted = figure.curves.some((curve) => curve.bounds !== undefined) ? "; dotted: bounds" : "";
  const bands = `with ${formatPercent(figure.confidenceLevel ?? 0.95, 0)} pointwise confidence bands${dotted}`;
  const labelWidth = textWidth(label, usual, "bold");
  const body = [fittedText(label, 0, 13, width, { weight: "bold" })];
  // Beside the label there has to be room for the words of a wider font as well.
  const beside = labelWidth * widerFonts + 5;
  const oneLine = beside + textWidth(bands, usual) * widerFonts <= width;
  if (banded) body.push(text(bands, oneLine ? beside : 0, oneLine ? 13 : 29, { muted: true }));
  return { body: body.join(""), height: banded && !oneLine ? 36 : 20 };
}

/**
 * The room that labels need at the ends of their curves, or undefined where a legend reads better: a single curve,
 * many or long labels, follow-up that ends early, or ends so close that labels would be far from them.
 */
function endLabelWidth(
  curves: readonly StepCurve[],
  labels: readonly string[],
  last: number,
  top: number,
  plotHeight: number,
  narrow: boolean,
): number | undefined {
  if (narrow || curves.length < 2 || curves.length > 6) return undefined;
  if (curves.some((curve) => curve.end < 0.85 * last)) return undefined;
  const widest = Math.max(...labels.map((label) => textWidth(label, usual) * widerFonts));
  if (widest > 156) return undefined;
  const wished = curves.map((curve) => (1 - estimateAt(curve, curve.end) / top) * plotHeight);
  const placed = spread(wished, labelGap, 0, plotHeight);
  if (placed.some((position, i) => Math.abs(position - (wished[i] ?? 0)) > 30)) return undefined;
  return widest + 34;
}

function drawCurves(
  figure: SurvivalFigure,
  curves: readonly StepCurve[],
  x: (time: number) => number,
  y: (value: number) => number,
): string {
  const bands = curves.map((curve, i) => {
    const d = bandPath(curve, x, y);
    return d === "" ? "" : element("path", { d, fill: lineColour(i), "fill-opacity": "0.13" });
  });
  const lines = curves.map((curve, i) => {
    const censored = censoringPath(curve, figure.curves[i]?.censored ?? [], x, y);
    const stroke = { fill: "none", stroke: lineColour(i) };
    const bounds = figure.curves[i]?.bounds;
    const dotted =
      bounds === undefined
        ? ""
        : element("path", {
            d: boundsPath(bounds, curve, x, y),
            ...stroke,
            "stroke-width": "1",
            "stroke-dasharray": "1 2.5",
          });
    const drawn = element("path", {
      d: curvePath(curve, x, y),
      ...stroke,
      "stroke-width": "1.7",
      "stroke-dasharray": lineDash(i),
    });
    const marks = censored === "" ? "" : element("path", { d: censored, ...stroke, "stroke-width": 1 });
    return dotted + drawn + marks;
  });
  return bands.join("") + lines.join("");
}

function drawMedians(
  curves: readonly StepCurve[],
  x: (time: number) => number,
  y: (value: number) => number,
): string {
  const medians = curves.map(medianOf).filter((median) => median !== null);
  if (medians.length === 0) return "";
  const down = medians.map((median) => `M${px(x(median))},${px(y(0.5))}V${px(y(0))}`).join("");
  const d = `M${px(x(0))},${px(y(0.5))}H${px(x(Math.max(...medians)))}${down}`;
  return element("path", { d, fill: "none", stroke: "currentColor", "stroke-dasharray": "1.5 3", ...soft });
}

function drawEndLabels(
  curves: readonly StepCurve[],
  labels: readonly string[],
  last: number,
  x: (time: number) => number,
  y: (value: number) => number,
  plotRight: number,
  plotTop: number,
  bottom: number,
): string {
  const ends = curves.map((curve) => y(estimateAt(curve, curve.end)));
  const placed = spread(ends, labelGap, plotTop, bottom);
  return labels
    .map((label, i) => {
      const [end = 0, place = 0] = [ends[i], placed[i]];
      const from = x(curves[i]?.end ?? last);
      const leader = element("path", {
        d: `M${px(from + 1)},${px(end)}L${px(plotRight + 6)},${px(place)}h14`,
        fill: "none",
        stroke: lineColour(i),
        "stroke-width": "1.2",
      });
      return leader + text(label, plotRight + 25, place + 4);
    })
    .join("");
}

function xLabel(figure: SurvivalFigure, unit: string): string {
  const exactness = figure.exactness === undefined ? "" : ` · ${plainText(figure.exactness)}`;
  return `${plainText(figure.time.label)}${unit === "units" ? "" : ` (${unit})`}${exactness}`;
}

function describe(figure: SurvivalFigure, curves: readonly StepCurve[], { unit, ticks }: TimeAxis): string {
  const [, second] = ticks;
  const scale = (time: number): string =>
    String(second === undefined ? time : Number(((time / second.at) * Number(second.label)).toPrecision(3)));
  const parts = curves.map((curve, i) => {
    const median = medianOf(curve);
    const end = `${formatPercent(estimateAt(curve, curve.end), 0)} at ${scale(curve.end)}${unit === "units" ? "" : ` ${unit}`}`;
    const half =
      median === null ? "median not reached" : `median ${scale(median)}${unit === "units" ? "" : ` ${unit}`}`;
    const label = figure.curves[i]?.label ?? "";
    return figure.measure === "survival" ? `${label}: ${end}, ${half}.` : `${label}: ${end}.`;
  });
  const kind = figure.measure === "survival" ? "Step curves" : "Cumulative incidence curves";
  return `${kind} of ${figure.label} by ${figure.time.label}. ${parts.join(" ")}`;
}
