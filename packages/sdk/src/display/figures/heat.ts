import type { HeatFigure } from "@konsil/core";
import { plainText } from "../escape.ts";
import { formatCell } from "../numbers.ts";
import { areaColour } from "../palette.ts";
import { type Drawing, element, fittedText, small, soft, text, textLines, usual } from "../svg.ts";
import { textWidth, widerFonts, wrapText } from "../text-width.ts";
import { ends } from "./interval.ts";

const rowHeight = 30;

/** A cross table with shaded cells. The shade is weak enough for the text colour of a light and of a dark page. */
export function drawHeat(figure: HeatFigure, width: number): Drawing {
  const rowLabels = figure.rows.levels.map(plainText);
  const columnLabels = figure.columns.levels.map(plainText);
  const texts = figure.values.map((row) => row.map((value) => formatCell(value, figure.format)));
  const left = Math.min(
    width * 0.34,
    Math.max(
      textWidth(plainText(figure.rows.label), usual, "bold"),
      ...rowLabels.map((label) => textWidth(label, usual)),
    ) *
      widerFonts +
      5,
  );
  const labelWidth = (left - 4) / widerFonts;
  const cellWidth = Math.min(120, (width - left) / Math.max(1, columnLabels.length));
  const size =
    Math.max(...texts.flat().map((value) => textWidth(value, usual))) > cellWidth - 4 ? small : usual;
  const middle = left + (cellWidth * columnLabels.length) / 2;

  const words = columnLabels.flatMap((label) => label.split(" "));
  const headingSize = words.every((word) => textWidth(word, usual) <= cellWidth - 4) ? usual : small;
  const headings = columnLabels.map((label) => wrapText(label, cellWidth, headingSize, { lines: 3 }));
  const headingHeight = Math.max(1, ...headings.map((lines) => lines.length)) * 15;
  const top = 22 + headingHeight + 8;
  const drawn = [
    fittedText(figure.rows.label, 0, top - 8, labelWidth, { weight: "bold" }),
    fittedText(figure.columns.label, middle, 14, 2 * Math.min(middle, width - middle), {
      anchor: "middle",
      weight: "bold",
    }),
  ];
  headings.forEach((lines, c) => {
    const first = top - 8 - (lines.length - 1) * 15;
    drawn.push(
      textLines(lines, left + (c + 0.5) * cellWidth, first, 15, { anchor: "middle", size: headingSize }),
    );
  });
  rowLabels.forEach((label, r) => {
    const y = top + r * rowHeight;
    drawn.push(fittedText(label, 0, y + rowHeight / 2 + 4, labelWidth));
    columnLabels.forEach((_, c) => {
      const value = ends(figure.values[r]?.[c]);
      const box = { x: left + c * cellWidth + 1, y: y + 1, width: cellWidth - 2, height: rowHeight - 2 };
      const strength = value === null ? 0 : shade(figure, r, c);
      drawn.push(
        element("rect", { ...box, fill: areaColour(0), "fill-opacity": (0.04 + 0.46 * strength).toFixed(3) }),
      );
      if (value !== null && value.upper > value.lower) {
        drawn.push(
          element("rect", {
            ...box,
            fill: "none",
            stroke: "currentColor",
            "stroke-dasharray": "2 2",
            ...soft,
          }),
        );
      }
      drawn.push(
        text(texts[r]?.[c] ?? "", left + (c + 0.5) * cellWidth, y + rowHeight / 2 + 4, {
          anchor: "middle",
          size,
        }),
      );
    });
  });
  return {
    height: top + rowLabels.length * rowHeight + 6,
    body: drawn.join(""),
    description: describe(figure, texts),
  };
}

/** A cell's share of the largest cell, or of the total of its row or column; a masked cell counts by its upper bound. */
function shade(figure: HeatFigure, row: number, column: number): number {
  const at = (r: number, c: number): number => Math.max(0, ends(figure.values[r]?.[c])?.upper ?? 0);
  const rows = figure.rows.levels.map((_, r) => r);
  const columns = figure.columns.levels.map((_, c) => c);
  const total = {
    largest: () => Math.max(...rows.flatMap((r) => columns.map((c) => at(r, c)))),
    row: () => columns.reduce((sum, c) => sum + at(row, c), 0),
    column: () => rows.reduce((sum, r) => sum + at(r, column), 0),
  }[figure.shade ?? "largest"]();
  return total > 0 ? at(row, column) / total : 0;
}

function describe(figure: HeatFigure, texts: readonly (readonly string[])[]): string {
  const rows = figure.rows.levels.map((level, r) => {
    const cells = figure.columns.levels.map((column, c) => `${column} ${texts[r]?.[c] ?? ""}`);
    return `${figure.rows.label} ${level}: ${cells.join(", ")}.`;
  });
  return `Cross table of ${figure.rows.label} by ${figure.columns.label}. ${rows.join(" ")}`;
}
