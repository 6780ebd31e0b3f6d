import type { FlowBox, FlowFigure } from "@konsil/core";
import { plainText } from "../escape.ts";
import { formatCell } from "../numbers.ts";
import { type Drawing, element, line, px, soft, text, textLines, usual } from "../svg.ts";
import { textWidth, wrapText } from "../text-width.ts";

const padding = 10;
const lineHeight = 16;
const between = 26;
/** Where none of the figure's fonts is installed, another is taken in their place: DejaVu Sans is the widest. */
const widerFonts = 1.18;

/** Boxes from everyone to those analysed, and beside the arrows who left, as CONSORT (Schulz, 2010) draws them. */
export function drawFlow(figure: FlowFigure, width: number): Drawing {
  const leaving = figure.stages.some((stage) => stage.left !== undefined && stage.left.length > 0);
  const mainWidth = leaving ? Math.min(300, width * 0.5) : Math.min(340, width);
  const left = leaving ? 0 : (width - mainWidth) / 2;
  const middle = left + mainWidth / 2;
  const drawn: string[] = [];
  let y = 1;
  figure.stages.forEach((stage, i) => {
    const gone = stage.left ?? [];
    if (i > 0) {
      const side =
        gone.length === 0
          ? undefined
          : sideBox(gone, left + mainWidth + 16, y + 12, width - left - mainWidth - 17);
      const gapHeight = side === undefined ? between : side.height + 24;
      drawn.push(downArrow(middle, y, y + gapHeight));
      if (side !== undefined) {
        const level = y + 12 + side.height / 2;
        drawn.push(line(middle, level, left + mainWidth + 16, level, soft), side.body);
      }
      y += gapHeight;
    }
    const box = countBox(stage, left + 0.5, y, mainWidth - 1);
    drawn.push(box.body);
    y += box.height;
  });
  const groups = figure.groups ?? [];
  if (groups.length > 0) {
    const drawnGroups = drawGroups(groups, width, middle, y);
    drawn.push(drawnGroups.body);
    y = drawnGroups.bottom;
  }
  return { height: y + 8, body: drawn.join(""), description: describe(figure) };
}

function countBox(
  box: FlowBox,
  x: number,
  y: number,
  width: number,
): { readonly body: string; readonly height: number } {
  const lines = wrapText(plainText(box.label), width - 2 * padding, usual, { lines: 4 });
  const height = (lines.length + 1) * lineHeight + 2 * padding - 2;
  const drawn = [textLines(lines, x + width / 2, y + padding + 11, lineHeight, { anchor: "middle" })];
  const baseline = y + padding + 11 + lines.length * lineHeight;
  drawn.push(
    text(people(box), x + width / 2, baseline, {
      anchor: "middle",
      weight: "bold",
    }),
  );
  return { body: frame(x, y, width, height) + drawn.join(""), height };
}

/** Who left and how many, a line or more for each reason. */
function sideBox(
  gone: readonly FlowBox[],
  x: number,
  y: number,
  width: number,
): { readonly body: string; readonly height: number } {
  const room = width - 2 * padding;
  const lines = gone.flatMap((box) => {
    const reason = wrapText(plainText(box.label), room, usual, { lines: 3 });
    // A long reason is cut, its number never.
    return [...reason.slice(0, -1), ...wrapText(`${reason.at(-1) ?? ""} (${people(box)})`, room, usual)];
  });
  const widest = Math.max(...lines.map((part) => textWidth(part, usual))) * widerFonts;
  const height = lines.length * lineHeight + 2 * padding - 2;
  const drawn = textLines(lines, x + padding, y + padding + 11, lineHeight);
  return { body: frame(x, y, Math.min(width, widest + 2 * padding), height, "3 3") + drawn, height };
}

/** The last stage divides: side by side where there is room, else one below the other. */
function drawGroups(
  groups: readonly FlowBox[],
  width: number,
  from: number,
  top: number,
): { readonly body: string; readonly bottom: number } {
  const gap = 12;
  const boxWidth = (width - gap * (groups.length - 1)) / groups.length;
  if (boxWidth < 92) {
    let y = top;
    const drawn = groups.map((group, i) => {
      const gapHeight = i === 0 ? between : 8;
      const arrow = i === 0 ? downArrow(from, y, y + gapHeight) : "";
      const box = countBox(group, 0.5, y + gapHeight, Math.min(width, 2 * from) - 1);
      y += gapHeight + box.height;
      return arrow + box.body;
    });
    return { body: drawn.join(""), bottom: y };
  }
  const fork = top + between / 2;
  const y = top + between + 6;
  const middles = groups.map((_, i) => i * (boxWidth + gap) + boxWidth / 2);
  const boxes = groups.map((group, i) => countBox(group, i * (boxWidth + gap) + 0.5, y, boxWidth - 1));
  const drawn = [
    line(from, top, from, fork, soft),
    line(Math.min(from, ...middles), fork, Math.max(from, ...middles), fork, soft),
    ...middles.map((middle) => downArrow(middle, fork, y)),
    ...boxes.map((box) => box.body),
  ];
  return { body: drawn.join(""), bottom: y + Math.max(...boxes.map((box) => box.height)) };
}

/** How many, kept on one line. */
function people(box: FlowBox): string {
  return `n\u00a0=\u00a0${formatCell(box.count, "integer")}`;
}

function frame(x: number, y: number, width: number, height: number, dash?: string): string {
  const shape = {
    x,
    y,
    width,
    height,
    rx: 3,
    fill: "none",
    stroke: "currentColor",
    "stroke-dasharray": dash,
  };
  return element("rect", { ...shape, ...soft });
}

function downArrow(x: number, from: number, to: number): string {
  const d = `M${px(x)},${px(from)}V${px(to - 1)}m-4,-5l4,5l4,-5`;
  return element("path", { d, fill: "none", stroke: "currentColor", ...soft });
}

function describe(figure: FlowFigure): string {
  const count = (box: FlowBox): string => `${box.label}: ${formatCell(box.count, "integer")}`;
  const stages = figure.stages.map((stage) => {
    const left = (stage.left ?? []).map(count);
    return left.length === 0 ? `${count(stage)}.` : `Left: ${left.join(", ")}. ${count(stage)}.`;
  });
  const groups = (figure.groups ?? []).map(count);
  return [...stages, ...(groups.length === 0 ? [] : [`Of these ${groups.join(", ")}.`])].join(" ");
}
