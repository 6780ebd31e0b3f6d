import type { BarsFigure } from "@konsil/core";
import { plainText } from "../escape.ts";
import { legend } from "../legend.ts";
import { formatCell, formatPercent } from "../numbers.ts";
import { areaColour } from "../palette.ts";
import {
  type Drawing,
  element,
  faint,
  fittedText,
  line,
  px,
  small,
  soft,
  text,
  textLines,
  usual,
} from "../svg.ts";
import { textWidth, widerFonts, wrapText } from "../text-width.ts";
import { linearTicks, roundUp } from "../ticks.ts";
import { ends } from "./interval.ts";

/** A stretch of a bar: what is known, and what may lie on top of it. */
interface Bar {
  readonly from: number;
  readonly lower: number;
  readonly upper: number;
  readonly series: number;
}

/** Bars from zero, upright where their labels fit below them and lying otherwise. What is masked is drawn as a range. */
export function drawBars(figure: BarsFigure, width: number): Drawing {
  const stacks = figure.categories.map((_, i) => stacksOf(figure, i));
  const highest = Math.max(0, ...stacks.flat(2).map((bar) => bar.upper)) || 1;
  const keys =
    figure.series.length > 1
      ? legend(
          figure.series.map((series) => series.label),
          "area",
          { x: 0, y: 0, width },
        )
      : { body: "", height: 0 };
  const drawing = (fitsUpright(figure, width) ? drawUpright : drawLying)(
    figure,
    stacks,
    highest,
    width,
    keys.height + 4,
  );
  return { ...drawing, body: keys.body + drawing.body, description: describe(figure) };
}

/** Whether upright bars have room for their values above and for their labels below them. */
function fitsUpright(figure: BarsFigure, width: number): boolean {
  const share = (width - 60) / Math.max(1, figure.categories.length);
  const slot = slotWidth(figure, share);
  return figure.categories.every((category, i) => {
    const values = Array.from({ length: stackCount(figure) }, (_, k) => valueText(figure, i, k));
    const widest = Math.max(...values.map((value) => textWidth(value, small)));
    return textWidth(plainText(category), usual) <= share - 8 && widest <= slot + 2;
  });
}

function stackCount(figure: BarsFigure): number {
  return figure.arrangement === "grouped" ? figure.series.length : 1;
}

/** The width of a bar with its gap, for a category's share of the axis. */
function slotWidth(figure: BarsFigure, share: number): number {
  return Math.min(64, (share * 0.8) / Math.max(1, stackCount(figure)));
}

/** The bars of a category: one stack for each series side by side, or one for all. */
function stacksOf(figure: BarsFigure, category: number): Bar[][] {
  const values = figure.series.map((series) => ends(series.values[category]));
  if (figure.arrangement === "grouped") {
    return values.map((value, series) => (value === null ? [] : [{ from: 0, ...value, series }]));
  }
  // What is certain is stacked first; the total may be as much more as all ranges together.
  const stack: Bar[] = [];
  let [reached, open] = [0, 0];
  values.forEach((value, series) => {
    if (value === null) return;
    stack.push({ from: reached, lower: reached + value.lower, upper: reached + value.lower, series });
    reached += value.lower;
    open += value.upper - value.lower;
  });
  if (open > 0) stack.push({ from: reached, lower: reached, upper: reached + open, series: -1 });
  return [stack];
}

function drawUpright(
  figure: BarsFigure,
  stacks: readonly Bar[][][],
  highest: number,
  width: number,
  top: number,
): Omit<Drawing, "description"> {
  const plotHeight = width < 520 ? 190 : 240;
  const limit = roundUp(highest, 5);
  const ticks = linearTicks(0, limit, 5);
  const tickTexts = ticks.map((tick) => tickText(figure, tick, ticks));
  const left = Math.max(...tickTexts.map((label) => textWidth(label, usual))) + 14;
  const plotTop = top + 36;
  const bottom = plotTop + plotHeight;
  const y = (value: number): number => bottom - (value / limit) * plotHeight;
  const drawn = [fittedText(figure.value.label, 0, top + 14, width, { weight: "bold" })];
  ticks.forEach((tick, i) => {
    if (tick > 0) drawn.push(line(left, y(tick), width, y(tick), faint));
    drawn.push(text(tickTexts[i] ?? "", left - 8, y(tick) + 4, { anchor: "end" }));
  });
  const share = (width - left) / Math.max(1, figure.categories.length);
  stacks.forEach((groups, i) => {
    const slot = slotWidth(figure, share);
    const start = left + share * (i + 0.5) - (slot * groups.length) / 2;
    groups.forEach((stack, g) => {
      const [x, wide] = [start + g * slot + 1, slot - 2];
      for (const bar of stack)
        drawn.push(piece(bar, (from, to) => ({ x, width: wide, y: y(to), height: y(from) - y(to) })));
      const reach = Math.max(0, ...stack.map((bar) => bar.upper));
      drawn.push(
        text(valueText(figure, i, g), x + wide / 2, y(reach) - 5, { size: small, anchor: "middle" }),
      );
    });
    drawn.push(
      text(plainText(figure.categories[i] ?? ""), left + share * (i + 0.5), bottom + 18, {
        anchor: "middle",
      }),
    );
  });
  drawn.push(line(left, bottom, width, bottom, soft));
  if (figure.label === undefined) return { height: bottom + 28, body: drawn.join("") };
  const lines = wrapText(plainText(figure.label), width - left, usual, { lines: 3 });
  drawn.push(textLines(lines, (left + width) / 2, bottom + 38, 15, { anchor: "middle" }));
  return { height: bottom + 33 + lines.length * 15, body: drawn.join("") };
}

function drawLying(
  figure: BarsFigure,
  stacks: readonly Bar[][][],
  highest: number,
  width: number,
  top: number,
): Omit<Drawing, "description"> {
  const labels = figure.categories.map(plainText);
  const widest = Math.max(...labels.map((label) => textWidth(label, usual)));
  const left = Math.min(widest * widerFonts + 10, width * 0.38);
  const values = stacks.flatMap((groups, i) =>
    groups.map((_, g) => textWidth(valueText(figure, i, g), small)),
  );
  const right = width - Math.max(12, ...values.map((value) => value + 8));
  const limit = highest;
  const ticks = fewTicks(figure, limit, right - left);
  const x = (value: number): number => left + (value / limit) * (right - left);
  const plotTop = top + 26;
  const drawn = [fittedText(figure.value.label, 0, top + 14, width, { weight: "bold" })];
  if (figure.label !== undefined) {
    const after = textWidth(plainText(figure.value.label), usual, "bold") * widerFonts + 6;
    if (after < width - 40) {
      drawn.push(fittedText(`· ${figure.label}`, after, top + 14, width - after, { muted: true }));
    }
  }
  const marks: string[] = [];
  let at = plotTop;
  stacks.forEach((groups, i) => {
    const lines = wrapText(labels[i] ?? "", (left - 10) / widerFonts, usual, { lines: 2 });
    const thick = groups.length === 1 ? 18 : 14;
    const height = Math.max(thick * groups.length, lines.length * 15) + 12;
    const middle = at + height / 2;
    const first = middle + 4 - ((lines.length - 1) / 2) * 15;
    marks.push(textLines(lines, left - 10, first, 15, { anchor: "end" }));
    const start = middle - (thick * groups.length) / 2;
    groups.forEach((stack, g) => {
      const [y, high] = [start + g * thick + 1, thick - 2];
      for (const bar of stack)
        marks.push(piece(bar, (from, to) => ({ x: x(from), width: x(to) - x(from), y, height: high })));
      const reach = Math.max(0, ...stack.map((bar) => bar.upper));
      marks.push(text(valueText(figure, i, g), x(reach) + 5, y + high / 2 + 4, { size: small }));
    });
    at += height;
  });
  for (const tick of ticks) {
    drawn.push(line(x(tick), plotTop, x(tick), at + 4, tick === 0 ? soft : faint));
    drawn.push(text(tickText(figure, tick, ticks), x(tick), at + 18, { size: small, anchor: "middle" }));
  }
  return { height: at + 28, body: drawn.join("") + marks.join("") };
}

/** Ticks whose words keep apart. */
function fewTicks(figure: BarsFigure, limit: number, length: number): number[] {
  const room = (ticks: readonly number[]): number =>
    ticks.reduce((sum, tick) => sum + textWidth(tickText(figure, tick, ticks), small) + 16, 0);
  for (let about = 5; about > 1; about--) {
    const ticks = linearTicks(0, limit, about);
    if (room(ticks) <= length) return ticks;
  }
  return [0];
}

type Place = (from: number, to: number) => { x: number; y: number; width: number; height: number };

/** What is certain is filled; what is only possible is an outline with hatching. */
function piece(bar: Bar, place: Place): string {
  const colour = bar.series < 0 ? "currentColor" : areaColour(bar.series);
  const certain =
    bar.lower > bar.from ? element("rect", { ...place(bar.from, bar.lower), fill: colour }) : "";
  if (bar.upper <= bar.lower) return certain;
  const box = place(bar.lower, bar.upper);
  return certain + hatched(box, colour);
}

function hatched(box: { x: number; y: number; width: number; height: number }, stroke: string): string {
  const [right, bottom] = [box.x + box.width, box.y + box.height];
  let d = "";
  for (let c = box.x + box.y + 4; c < right + bottom; c += 4) {
    // The diagonal x + y = c, within the box.
    const [x1, x2] = [Math.max(box.x, c - bottom), Math.min(right, c - box.y)];
    d += `M${px(x1)},${px(c - x1)}L${px(x2)},${px(c - x2)}`;
  }
  const outline = element("rect", { ...box, fill: "none", stroke, "stroke-opacity": "0.8" });
  return outline + element("path", { d, stroke, "stroke-opacity": "0.8", fill: "none" });
}

/** What is printed at a bar: its value, or for a stack the range of its total, which has no end where a part is unknown. */
function valueText(figure: BarsFigure, category: number, group: number): string {
  const { format } = figure.value;
  if (figure.arrangement === "grouped") return formatCell(figure.series[group]?.values[category], format);
  const known = figure.series
    .map((series) => ends(series.values[category]))
    .filter((value) => value !== null);
  if (known.length === 0) return formatCell(null);
  const lower = known.reduce((sum, value) => sum + value.lower, 0);
  if (known.length < figure.series.length) return `≥ ${formatCell(lower, format)}`;
  return formatCell({ lower, upper: known.reduce((sum, value) => sum + value.upper, 0) }, format);
}

function tickText(figure: BarsFigure, tick: number, ticks: readonly number[]): string {
  if (figure.value.format === "percent") {
    const whole = ticks.every((other) => Math.abs(other * 100 - Math.round(other * 100)) < 1e-9);
    return formatPercent(tick, whole ? 0 : 1);
  }
  return Number.isInteger(tick) ? formatCell(tick, "integer") : String(tick);
}

function describe(figure: BarsFigure): string {
  const parts = figure.categories.map((category, i) => {
    const values = figure.series.map((series) => {
      const value = formatCell(series.values[i], figure.value.format);
      return figure.series.length > 1 ? `${series.label} ${value}` : value;
    });
    return `${category}: ${values.join(", ")}.`;
  });
  return `Bars of ${figure.value.label}. ${parts.join(" ")}`;
}
