// The study in a terminal.

import type { TableView } from "konsil";
import { formatInteger, tableText } from "konsil";
import type { Expected } from "./expected.ts";
import { costText, outcomesTable } from "./hospital-tables.ts";
import { doublingNote, ratioLines, ratioText } from "./ratios.ts";
import type { Run } from "./run.ts";
import { agreementText } from "./sentences.ts";
import { agreementTable, survivalTable } from "./tables.ts";
import { title } from "./words.ts";

function ratiosTable({ analyses: { results } }: Run): TableView {
  const [hazards, odds] = [ratioLines(results.coxBySite), ratioLines(results.logistic)];
  return {
    title: "Ratios (95% CI)",
    columns: [
      { name: "term", label: "", format: "text" },
      { name: "hazard", label: "Hazard ratio, Cox by site", format: "text", align: "end" },
      { name: "odds", label: "Odds ratio, five years", format: "text", align: "end" },
    ],
    values: {
      term: hazards.map(({ label }) => label),
      hazard: hazards.map(({ ratio }) => ratioText(ratio)),
      odds: odds.map(({ ratio }) => ratioText(ratio)),
    },
    notes: [doublingNote],
  };
}

/** In a terminal the reasons are left to the report. */
function underHospitalPolicy(run: Run): TableView {
  const { notes = [], ...table } = outcomesTable(run);
  return {
    ...table,
    title: "The same questions under a hospital's default policy",
    notes: notes.slice(0, 1),
  };
}

/** What a reader of the terminal wants to know, with the places of the files. */
export function summaryText(run: Run, expected: Expected, files: readonly string[]): string {
  const { analyses, agreement, peakMegabytes } = run;
  const { survival } = analyses.results;
  const width = process.stdout.columns ?? 120;
  const colour = process.stdout.isTTY === true;
  const { title: _, ...byAnalysis } = agreementTable(agreement);
  return [
    title,
    `${formatInteger(survival.n)} patients at ${analyses.sites.length} sites, ${formatInteger(survival.events)} recurrences or deaths.`,
    tableText(survivalTable(analyses.results, expected), { width, colour }),
    tableText(ratiosTable(run), { width, colour }),
    tableText(
      { title: "Beside R on all rows: largest relative differences", ...byAnalysis },
      { width, colour },
    ),
    agreementText(agreement),
    tableText(underHospitalPolicy(run), { width, colour }),
    costText(run),
    `Analyses ${(analyses.seconds + run.hospital.seconds).toFixed(1)} s, peak memory ${peakMegabytes.toFixed(0)} MB.`,
    files.map((file) => `Written: ${file}`).join("\n"),
    "",
  ].join("\n\n");
}
