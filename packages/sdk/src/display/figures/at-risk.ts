import type { SurvivalFigure } from "@konsil/core";
import { lineSwatch } from "../legend.ts";
import { formatCell } from "../numbers.ts";
import { fittedText, small, text } from "../svg.ts";
import { textWidth, widerFonts } from "../text-width.ts";
import type { TimeTick } from "../ticks.ts";

const rowHeight = 18;

export interface RiskColumn {
  /** Where the plot may begin. */
  readonly left: number;
  readonly countWidth: number;
  /** Whether a label stands in a row of its own above its counts. */
  readonly above: boolean;
}

/** The room that labels of the at-risk table need beside it; long ones, and all on a phone, stand above their counts. */
export function riskColumn(figure: SurvivalFigure, labels: readonly string[], narrow: boolean): RiskColumn {
  const widthOf = (words: string): number => textWidth(words, small) * widerFonts;
  const counts = (figure.atRisk?.counts ?? []).flatMap((row) =>
    row.map((count) => formatCell(count, "integer")),
  );
  const countWidth = Math.max(22, ...counts.map(widthOf));
  const widest = Math.max(0, ...labels.map(widthOf));
  const above = narrow || widest > 140;
  const left = figure.atRisk === undefined || above ? countWidth / 2 : 20 + widest + 20 + countWidth / 2;
  return { left, countWidth, above };
}

/** The numbers at risk, each under its tick. */
export function drawRisk(
  figure: SurvivalFigure,
  labels: readonly string[],
  ticks: readonly TimeTick[],
  x: (time: number) => number,
  top: number,
  column: RiskColumn,
  width: number,
): { readonly body: string; readonly bottom: number } {
  const times = figure.atRisk?.times ?? [];
  const drawn = [text("Number at risk", 0, top + 10, { size: small, weight: "bold" })];
  let baseline = top + 10;
  labels.forEach((label, i) => {
    baseline += rowHeight;
    drawn.push(lineSwatch(i, 0, baseline - 4, 14));
    drawn.push(fittedText(label, 20, baseline, column.above ? width - 20 : 140, { size: small }));
    if (column.above) baseline += 15;
    for (const tick of ticks) {
      const count = figure.atRisk?.counts[i]?.[times.indexOf(tick.at)];
      if (count === undefined) continue;
      drawn.push(text(formatCell(count, "integer"), x(tick.at), baseline, { size: small, anchor: "middle" }));
    }
  });
  return { body: drawn.join(""), bottom: baseline + 4 };
}
