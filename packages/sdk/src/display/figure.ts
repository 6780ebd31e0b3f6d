import { checkOptionNames, type FigureView } from "@konsil/core";
import { escapeMarkup, plainText } from "./escape.ts";
import { drawBars } from "./figures/bars.ts";
import { drawFlow } from "./figures/flow.ts";
import { drawForest } from "./figures/forest.ts";
import { drawHeat } from "./figures/heat.ts";
import { drawRounds } from "./figures/rounds.ts";
import { drawSurvival } from "./figures/survival.ts";
import { type Drawing, element, px, small, textLines } from "./svg.ts";
import { widerFonts, wrapText } from "./text-width.ts";

export interface FigureOptions {
  /** The width that the figure is laid out for, in pixels: 720 unless said otherwise, at least 320. */
  readonly width?: number;
  /** A white card, which reads anywhere, or nothing, so that the page's own colours are taken. */
  readonly background?: "white" | "none";
  /** Whether the title and the notes are drawn too; a page prints them itself. */
  readonly words?: boolean;
}

// All have the widths of Helvetica, by which figures are laid out.
const fonts = "'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', sans-serif";
const ink = "#1b1b1f";

/**
 * A figure as a complete SVG: the same data and options give the same text. It scales to the space that it is given,
 * and tells a screen reader what it shows.
 */
export function figureSvg(figure: FigureView, options: FigureOptions = {}): string {
  checkOptionNames("figureSvg()", options, ["width", "background", "words"]);
  const { background = "white", words = true } = options;
  const width = Math.max(320, options.width ?? 720);
  const margin = background === "white" ? 16 : 0;
  const inner = width - 2 * margin;
  const drawing = draw(figure, inner);
  const above = words ? titleLines(figure.title, inner) : { body: "", height: 0 };
  const below = words ? noteLines(figure.notes ?? [], inner) : { body: "", height: 0 };
  const height = Math.ceil(above.height + drawing.height + below.height + 2 * margin);
  const moved = (y: number, body: string): string =>
    body === "" ? "" : element("g", { transform: `translate(${px(margin)},${px(y)})` }, body);
  const body = [
    background === "white" ? element("rect", { width, height, fill: "#ffffff" }) : "",
    moved(margin, above.body),
    moved(margin + above.height, drawing.body),
    moved(margin + above.height + drawing.height, below.body),
  ].join("");
  const title = escapeMarkup(figure.title);
  const description = escapeMarkup(figure.description ?? drawing.description);
  const id = identifier(`${width} ${title} ${body}`);
  return element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      viewBox: `0 0 ${px(width)} ${px(height)}`,
      width,
      height,
      role: "img",
      "aria-labelledby": `${id}-title ${id}-description`,
      fill: "currentColor",
      color: background === "white" ? ink : undefined,
      "font-family": fonts,
      "font-size": 12,
      style: "font-variant-numeric:tabular-nums;max-width:100%;height:auto",
    },
    element("title", { id: `${id}-title` }, title),
    element("desc", { id: `${id}-description` }, description),
    body,
  );
}

function draw(figure: FigureView, width: number): Drawing {
  switch (figure.kind) {
    case "survival":
      return drawSurvival(figure, width);
    case "forest":
      return drawForest(figure, width);
    case "bars":
      return drawBars(figure, width);
    case "heat":
      return drawHeat(figure, width);
    case "flow":
      return drawFlow(figure, width);
    case "rounds":
      return drawRounds(figure, width);
  }
}

function titleLines(title: string, width: number): { readonly body: string; readonly height: number } {
  const lines = wrapText(plainText(title), width / widerFonts, 15, { weight: "bold" });
  const body = textLines(lines, 0, 15, 20, { size: 15, weight: "bold" });
  return { body, height: lines.length * 20 + 12 };
}

function noteLines(
  notes: readonly string[],
  width: number,
): { readonly body: string; readonly height: number } {
  if (notes.length === 0) return { body: "", height: 0 };
  const lines = notes.flatMap((note) => wrapText(plainText(note), width / widerFonts, small));
  const body = textLines(lines, 0, 20, 15, { size: small, muted: true });
  return { body, height: lines.length * 15 + 12 };
}

/** A short name for what is drawn, the same for the same drawing: FNV-1a in 32 bits (Fowler, Noll and Vo, 1991). */
function identifier(content: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < content.length; i++) hash = Math.imul(hash ^ content.charCodeAt(i), 0x01000193);
  return `figure-${(hash >>> 0).toString(36)}`;
}
