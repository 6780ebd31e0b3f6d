import type { SurvivalFigure } from "@konsil/core";
import { plainText } from "../escape.ts";
import { formatP } from "../numbers.ts";
import { usual } from "../svg.ts";
import { textWidth, wrapText } from "../text-width.ts";
import { medianOf, type StepCurve } from "./step-curve.ts";

/** The test and its p value; a name too long for the room is cut, the value never. */
function testWords(figure: SurvivalFigure, room: number): string | undefined {
  if (figure.test === undefined) return undefined;
  const { name, p } = figure.test;
  const value = p === null ? "" : formatP(p);
  const sign = /^[<>]/.test(value) ? `${value.slice(0, 1)} ${value.slice(1)}` : `= ${value}`;
  const result = p === null ? ": not estimable" : ` p ${sign}`;
  const nameRoom = room - textWidth(result, usual) * 1.05;
  return `${wrapText(plainText(name), nameRoom, usual, { lines: 1 })[0] ?? ""}${result}`;
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface Note {
  readonly words: string;
  readonly x: number;
  /** From the top of the plot; above it when negative. */
  readonly y: number;
  readonly anchor: "start" | "end";
}

/** Puts the test into the first corner of the plot that no curve, band or median passes, or else above the plot. */
export function placedNote(
  figure: SurvivalFigure,
  curves: readonly StepCurve[],
  plot: {
    readonly left: number;
    readonly right: number;
    readonly height: number;
    readonly top: number;
    readonly last: number;
  },
): Note | undefined {
  const words = testWords(figure, plot.right);
  if (words === undefined) return undefined;
  const x = (time: number): number => plot.left + (time / plot.last) * (plot.right - plot.left);
  const y = (value: number): number => (1 - value / plot.top) * plot.height;
  const [wide, high, inset] = [textWidth(words, usual) * 1.05, 16, 10];
  const left = { left: plot.left + inset, right: plot.left + inset + wide };
  const right = { left: plot.right - inset - wide, right: plot.right - inset };
  const low = { top: plot.height - inset - high, bottom: plot.height - inset };
  const upper = { top: 4, bottom: 4 + high };
  const corners: Box[] = [
    { ...left, ...low },
    { ...right, ...upper },
    { ...right, ...low },
    { ...left, ...upper },
  ];
  const medians = figure.measure === "survival" && figure.medianLines !== false;
  const free = corners.find(
    (box) =>
      box.left >= plot.left &&
      box.right <= plot.right &&
      !curves.some((curve) => passes(curve, box, x, y) || (medians && medianPasses(curve, box, x, y))),
  );
  if (free !== undefined) return { words, x: free.left, y: free.bottom - 4, anchor: "start" };
  return { words, x: plot.right, y: -6, anchor: "end" };
}

const margin = 4;

function passes(
  curve: StepCurve,
  box: Box,
  x: (time: number) => number,
  y: (value: number) => number,
): boolean {
  return curve.times.some((time, i) => {
    const [from, to] = [x(time), x(curve.times[i + 1] ?? curve.end)];
    if (to < box.left - margin || from > box.right + margin) return false;
    const estimate = curve.estimate[i] ?? 0;
    const next = curve.estimate[i + 1] ?? estimate;
    const highest = y(Math.max(estimate, next, curve.upper[i] ?? 0));
    const lowest = y(Math.min(estimate, next, curve.lower[i] ?? 1));
    return highest <= box.bottom + margin && lowest >= box.top - margin;
  });
}

/** Whether the line down from a curve's median passes a box. */
function medianPasses(
  curve: StepCurve,
  box: Box,
  x: (time: number) => number,
  y: (value: number) => number,
): boolean {
  const median = medianOf(curve);
  if (median === null || box.bottom < y(0.5)) return false;
  return x(median) > box.left - margin && x(median) < box.right + margin;
}
