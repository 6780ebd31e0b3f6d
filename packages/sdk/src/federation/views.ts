import {
  counted,
  type DataSpecification,
  dataInWords,
  type Report,
  type TableView,
  type Variable,
  type View,
} from "@konsil/core";
import { formatDuration, plainText } from "../display/index.ts";
import type { AnalysisState } from "../progress/analysis-state.ts";
import { absenceNotes } from "../result/report-view.ts";
import { rowsFlow } from "../result/rows-flow.ts";

function sitesWords(sites: readonly string[]): string {
  return counted(sites.length, "site");
}

/** "Federation of 3 sites (oslo, leeds, milan)" */
export function federationText(sites: readonly string[]): string {
  return plainText(`Federation of ${sitesWords(sites)} (${sites.join(", ")})`);
}

export function federationView(sites: readonly string[]): View {
  return {
    title: `Federation of ${sitesWords(sites)}`,
    subtitle: sites.join(", "),
    notes: ["describe() says which columns they have, and run() runs an analysis at all of them."],
  };
}

/** `Data at 3 sites (oslo, leeds, milan), database "default": days, event. Rows with nodes >= 5.` */
export function dataText(sites: readonly string[], specification: DataSpecification): string {
  const { database, columns, derive } = specification;
  const { filter } = dataInWords(specification);
  const names = [...(columns === null ? [] : Object.keys(columns)), ...derive.map(({ name }) => name)];
  const held = columns === null ? ["all columns", ...names] : names;
  const kept = filter === null ? "" : ` Rows with ${filter}.`;
  return plainText(
    `Data at ${sitesWords(sites)} (${sites.join(", ")}), database "${database}": ${held.join(", ")}.${kept}`,
  );
}

function detail(variable: Variable): string {
  if (variable.type === "numeric") return variable.unit ?? "";
  return variable.type === "category" ? (variable.levels ?? []).join(", ") : "";
}

const typeWords = { numeric: "number", boolean: "yes/no", category: "category", date: "date" } as const;

export function dataView(sites: readonly string[], specification: DataSpecification): View {
  const { database, columns } = specification;
  const { filter, derived } = dataInWords(specification);
  const declared = Object.entries(columns ?? {});
  const rows = [
    ...declared.map(([name, variable]) => [name, typeWords[variable.type], detail(variable)] as const),
    ...derived.map(({ name, expression }) => [name, "derived", expression] as const),
  ];
  const table: TableView = {
    columns: [
      { name: "column", label: "Column", format: "text" },
      { name: "type", label: "Type", format: "text" },
      { name: "detail", label: "Unit, levels or from what", format: "text" },
    ],
    values: {
      column: rows.map(([name]) => name),
      type: rows.map(([, type]) => type),
      detail: rows.map(([, , words]) => words),
    },
  };
  return {
    title: `Data at ${sitesWords(sites)}`,
    subtitle: `Database "${database}", ${filter === null ? "all rows" : `rows with ${filter}`}`,
    ...(rows.length === 0 ? {} : { tables: [table] }),
    notes: [
      ...(columns === null ? ["Columns are as each site has them."] : []),
      "Nothing is read before an analysis needs it.",
    ],
  };
}

/** " It ends after 60 min at the latest." while it runs. */
function deadlineWords({ deadline, ended }: AnalysisState): string {
  return deadline === undefined || ended ? "" : ` It ends after ${formatDuration(deadline)} at the latest.`;
}

/** "Analysis 4f0a: coxph@1 · round 3 survival.cox-strata · 8 of 11 sites. Await it for its result. It ends after …" */
export function analysisText(id: string, state: AnalysisState): string {
  return plainText(`Analysis ${id}: ${state.line()}. Await it for its result.${deadlineWords(state)}`);
}

export function analysisView(id: string, state: AnalysisState): View {
  const stop = state.ended ? "" : " kill() stops it.";
  return {
    ...state.view(),
    notes: [`Analysis ${id}. Await it for its result.${deadlineWords(state)}${stop}`, ...state.notes],
  };
}

/** Rows by site, and the way of all of them. */
export function attritionView({ sites, data }: Report): View {
  const flow = rowsFlow(sites, data.filter);
  return {
    title: "Rows at the sites",
    subtitle: `Database "${data.database}", ${data.filter === null ? "all rows" : `rows with ${data.filter}`}`,
    tables: [
      {
        columns: [
          { name: "site", label: "Site", format: "text" },
          { name: "read", label: "Read", format: "integer" },
          { name: "selected", label: "Selected", format: "integer" },
        ],
        values: {
          site: sites.map(({ site }) => site),
          read: sites.map(({ rows }) => rows?.read ?? null),
          selected: sites.map(({ rows }) => rows?.selected ?? null),
        },
        notes: absenceNotes(sites),
      },
    ],
    ...(flow === undefined ? {} : { figures: [flow] }),
  };
}
