import { plainText } from "./escape.ts";
import { areaColour, lineColour, lineDash } from "./palette.ts";
import { element, fittedText, px, usual } from "./svg.ts";
import { textWidth, widerFonts } from "./text-width.ts";

const swatchWidth = 24;

/** A sample of a line. */
export function lineSwatch(index: number, x: number, y: number, width: number = swatchWidth): string {
  return element("path", {
    d: `M${px(x)},${px(y)}h${px(width)}`,
    fill: "none",
    stroke: lineColour(index),
    "stroke-width": 2,
    "stroke-dasharray": lineDash(index),
  });
}

/** A sample of an area. */
function areaSwatch(index: number, x: number, y: number): string {
  return element("rect", { x, y: y - 5, width: 10, height: 10, fill: areaColour(index) });
}

/** What each line or area is, in as many rows as the width needs; the body begins at y. */
export function legend(
  labels: readonly string[],
  kind: "line" | "area",
  { x, y, width }: { readonly x: number; readonly y: number; readonly width: number },
): { readonly body: string; readonly height: number } {
  const rowHeight = 19;
  const sample = (kind === "line" ? swatchWidth : 10) + 6;
  const drawn: string[] = [];
  let [left, row] = [0, 0];
  labels.forEach((label, i) => {
    const wanted = Math.min(width, sample + textWidth(plainText(label), usual) * widerFonts);
    if (left > 0 && left + wanted > width) {
      left = 0;
      row += 1;
    }
    const middle = y + row * rowHeight + rowHeight / 2;
    drawn.push(kind === "line" ? lineSwatch(i, x + left, middle) : areaSwatch(i, x + left, middle));
    drawn.push(fittedText(label, x + left + sample, middle + 4, wanted - sample));
    left += wanted + 16;
  });
  return { body: drawn.join(""), height: (row + 1) * rowHeight };
}
