import { escapeMarkup, plainText } from "./escape.ts";
import { wrapText } from "./text-width.ts";

export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** What a figure drew: its body from the origin down, and what it shows in words. */
export interface Drawing {
  readonly height: number;
  readonly body: string;
  readonly description: string;
}

/** The smallest text and the usual one, in pixels at the width that the figure is drawn for. */
export const small = 11;
export const usual = 12;

/** A coordinate or length with one decimal, which is finer than any screen. */
export function px(value: number): string {
  const rounded = Math.round(value * 10) / 10;
  return String(rounded === 0 ? 0 : rounded);
}

/** An SVG element. Numbers become coordinates; attributes that are undefined are left out. */
export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === "number" ? px(value) : escapeMarkup(String(value))}"`)
    .join("");
  return children.length === 0 ? `<${name}${written}/>` : `<${name}${written}>${children.join("")}</${name}>`;
}

export interface TextStyle {
  readonly size?: number;
  readonly weight?: "normal" | "bold";
  readonly anchor?: "start" | "middle" | "end";
  /** Less prominent than the rest. */
  readonly muted?: boolean;
}

/** One line of text with its baseline at y. */
export function text(content: string, x: number, y: number, style: TextStyle = {}): string {
  const { size = usual, weight = "normal", anchor = "start", muted = false } = style;
  return element(
    "text",
    {
      x,
      y,
      "font-size": size === usual ? undefined : size,
      "font-weight": weight === "bold" ? "600" : undefined,
      "text-anchor": anchor === "start" ? undefined : anchor,
      "fill-opacity": muted ? "0.72" : undefined,
    },
    escapeMarkup(content),
  );
}

/** Lines of text one below the other, the first with its baseline at y. */
export function textLines(
  lines: readonly string[],
  x: number,
  y: number,
  lineHeight: number,
  style: TextStyle = {},
): string {
  return lines.map((content, i) => text(content, x, y + i * lineHeight, style)).join("");
}

/** A text that is cut to a width, with the whole of it as a tooltip where it had to be. */
export function fittedText(
  content: string,
  x: number,
  y: number,
  width: number,
  style: TextStyle = {},
): string {
  const whole = plainText(content);
  const [line = ""] = wrapText(whole, width, style.size ?? usual, {
    lines: 1,
    weight: style.weight ?? "normal",
  });
  const drawn = text(line, x, y, style);
  return line === whole ? drawn : element("g", {}, element("title", {}, escapeMarkup(whole)), drawn);
}

/** A straight line in the colour of the text. */
export function line(x1: number, y1: number, x2: number, y2: number, attributes: Attributes = {}): string {
  return element("path", {
    d: `M${px(x1)},${px(y1)}L${px(x2)},${px(y2)}`,
    stroke: "currentColor",
    fill: "none",
    ...attributes,
  });
}

/** Opacities that make one text colour serve for rules as well. */
export const faint: Attributes = { "stroke-opacity": "0.14" };
export const soft: Attributes = { "stroke-opacity": "0.5" };
