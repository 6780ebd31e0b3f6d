import type { ForestEstimate, ForestFigure, ForestPooled } from "@konsil/core";
import { plainText } from "../escape.ts";
import { formatNumber } from "../numbers.ts";
import { lineColour } from "../palette.ts";
import { element, faint, fittedText, line, px, small, soft, text, textLines } from "../svg.ts";
import { textWidth, wrapText } from "../text-width.ts";
import { linearTicks, logTicks } from "../ticks.ts";

export type Estimated = ForestEstimate | ForestPooled;

/** Where values stand: from `first` at `left` to `last` at `right`. */
export interface ForestAxis {
  readonly x: (value: number) => number;
  readonly left: number;
  readonly right: number;
  readonly first: number;
  readonly last: number;
  readonly ticks: readonly number[];
}

/** A stretch from top to bottom in which rows show their picture and no words. */
export interface Strip {
  readonly top: number;
  readonly bottom: number;
}

/** A ratio beyond this is not an effect but a model that ran away. */
const runaway = 1000;

/**
 * The range of the axis: no effect, every estimate and the pooled intervals lie within it. An interval much wider than
 * all estimates, as from separation, is cut off with an arrow: drawn whole it would flatten the rest.
 */
export function forestAxis(figure: ForestFigure, left: number, right: number): ForestAxis {
  const log = figure.scale === "log";
  const scale = (value: number): number => (log ? Math.log(value) : value);
  const unscale = (value: number): number => (log ? Math.exp(value) : value);
  const drawable = (value: number | null | undefined): value is number =>
    value !== null && value !== undefined && Number.isFinite(scale(value));
  const rows = figure.rows.filter(
    (row): row is Estimated => row.kind === "estimate" || row.kind === "pooled",
  );
  const core = [noEffect(figure), ...rows.map((row) => row.estimate)]
    .filter(drawable)
    .map(scale)
    .filter((value) => !log || Math.abs(value) <= Math.log(runaway));
  const ends = rows
    .flatMap((row) => [row, ...("prediction" in row && row.prediction !== undefined ? [row.prediction] : [])])
    .flatMap(({ lower, upper }) => [lower, upper])
    .filter(drawable)
    .map(scale);
  const [low, high] = [Math.min(...core), Math.max(...core)];
  const reach = Math.max(1.5 * (high - low), 2 * middleHalfWidth(rows, scale));
  const first = Math.max(Math.min(low, ...ends), low - reach);
  const last = Math.min(Math.max(high, ...ends), high + reach);
  const margin = (last - first || 1) * 0.04;
  const [from, to] = [first - margin, last + margin];
  const most = Math.max(3, Math.floor((right - left) / 46));
  const ticks = log ? logTicks(unscale(from), unscale(to), most) : linearTicks(from, to, most - 1);
  const x = (value: number): number => left + ((scale(value) - from) / (to - from)) * (right - left);
  return { x, left, right, first: unscale(from), last: unscale(to), ticks };
}

/** The axis with its ticks; through the strips, the line of no effect and a dashed one at the last pooled estimate. */
export function drawForestAxis(
  figure: ForestFigure,
  axis: ForestAxis,
  strips: readonly Strip[],
  bottom: number,
  width: number,
): { readonly body: string; readonly bottom: number } {
  const through = (value: number, attributes: Parameters<typeof element>[1]): string => {
    if (value < axis.first || value > axis.last) return "";
    const d = strips.map((strip) => `M${px(axis.x(value))},${px(strip.top)}V${px(strip.bottom)}`).join("");
    return element("path", { d, fill: "none", stroke: "currentColor", ...attributes });
  };
  const drawn = axis.ticks.map(
    (tick) =>
      through(tick, faint) +
      line(axis.x(tick), bottom, axis.x(tick), bottom + 5, soft) +
      text(tickLabel(tick), axis.x(tick), bottom + 18, { size: small, anchor: "middle" }),
  );
  drawn.push(line(axis.left, bottom, axis.right, bottom, soft), through(noEffect(figure), soft));
  const pooled = figure.rows.findLast((row) => row.kind === "pooled")?.estimate ?? null;
  if (pooled !== null) drawn.push(through(pooled, { stroke: lineColour(1), "stroke-dasharray": "3 3" }));
  const label = `${plainText(figure.label)}${figure.scale === "log" ? " (log scale)" : ""}`;
  const middle = (axis.left + axis.right) / 2;
  const lines = wrapText(label, 2 * Math.min(middle, width - middle), small, { lines: 3 });
  drawn.push(textLines(lines, middle, bottom + 35, 14, { size: small, anchor: "middle" }));
  return { body: drawn.join(""), bottom: bottom + 26 + lines.length * 14 };
}

/** What lies on either side of no effect, with arrows away from it. */
export function drawFavours(
  figure: ForestFigure,
  axis: ForestAxis,
  top: number,
  width: number,
): { readonly body: string; readonly height: number } {
  const none = noEffect(figure);
  if (figure.favours === undefined || none <= axis.first || none >= axis.last) return { body: "", height: 0 };
  const at = axis.x(none);
  const fits = (words: string, room: number): boolean =>
    textWidth(plainText(words), small) <= room || room >= 90;
  if (!fits(figure.favours.lower, at - 24) || !fits(figure.favours.upper, width - at - 24)) {
    // No room beside the line of no effect.
    const style = { size: small, muted: true };
    const below = fittedText(`← ${figure.favours.lower}`, 0, top + 12, width, style);
    return { body: below + fittedText(`→ ${figure.favours.upper}`, 0, top + 26, width, style), height: 32 };
  }
  const lower = wrapText(plainText(figure.favours.lower), at - 24, small, { lines: 2 });
  const upper = wrapText(plainText(figure.favours.upper), width - at - 24, small, { lines: 2 });
  const drawn = [
    textLines(lower, at - 22, top + 12, 14, { size: small, anchor: "end", muted: true }),
    textLines(upper, at + 22, top + 12, 14, { size: small, muted: true }),
    arrow(at - 6, top + 8, -1),
    arrow(at + 6, top + 8, 1),
  ];
  return { body: drawn.join(""), height: Math.max(lower.length, upper.length) * 14 + 4 };
}

/** The value of no effect. */
export function noEffect(figure: ForestFigure): number {
  return figure.noEffect ?? (figure.scale === "log" ? 1 : 0);
}

function arrow(x: number, y: number, direction: 1 | -1): string {
  const head = `m${px(-4 * direction)},-3l${px(4 * direction)},3l${px(-4 * direction)},3`;
  const d = `M${px(x)},${px(y)}h${px(11 * direction)}${head}`;
  return element("path", { d, fill: "none", stroke: "currentColor", ...soft });
}

/** The median half-width of the intervals. */
function middleHalfWidth(rows: readonly Estimated[], scale: (value: number) => number): number {
  const halves = rows
    .map(({ lower, upper }) =>
      lower === null || upper === null ? Number.NaN : (scale(upper) - scale(lower)) / 2,
    )
    .filter((half) => Number.isFinite(half))
    .sort((a, b) => a - b);
  return halves[Math.floor(halves.length / 2)] ?? 0;
}

/** All the digits of a tick, of which there are few. */
function tickLabel(tick: number): string {
  const digits = tick.toExponential().replace(/e.*$/, "").replace(/\D/g, "").length;
  return formatNumber(tick, digits);
}
