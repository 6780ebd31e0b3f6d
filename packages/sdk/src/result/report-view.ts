import { type Cell, counted, type Report, type RoundsFigure, type TableView, type View } from "@konsil/core";
import { formatDuration } from "../display/index.ts";
import { roundLabel } from "../display/round-label.ts";
import { rowsFlow } from "./rows-flow.ts";

function cell(value: number | { readonly lower: number; readonly upper: number } | undefined): Cell {
  return value ?? null;
}

/** Why sites gave no answer: beneath a table, which sentences would make too wide to read. */
export function absenceNotes(
  sites: readonly { readonly site: string; readonly message: string | null }[],
): readonly string[] {
  return sites.flatMap(({ site, message }) =>
    message === null ? [] : [message.includes(site) ? message : `${site}: ${message}`],
  );
}

/** Of masked counts the rows of people who lack a variable are part: they are counted as missing, and not dropped. */
const countsMissing = ({ released }: Report): boolean => released.some(({ kind }) => kind === "maskedCounts");

function sitesTable(report: Report): TableView {
  const { sites } = report;
  return {
    title: "Sites",
    columns: [
      { name: "site", label: "Site", format: "text" },
      { name: "state", label: "Answer", format: "text" },
      { name: "read", label: "Rows read", format: "integer", group: "Rows" },
      { name: "selected", label: "After the filter", format: "integer", group: "Rows" },
      { name: "used", label: "Used", format: "integer", group: "Rows" },
      { name: "policy", label: "Policy", format: "text" },
    ],
    values: {
      site: sites.map(({ site }) => site),
      state: sites.map(({ state }) => state),
      read: sites.map(({ rows }) => cell(rows?.read)),
      selected: sites.map(({ rows }) => cell(rows?.selected)),
      used: sites.map(({ rows }) => cell(rows?.used)),
      policy: sites.map(({ policy }) =>
        policy === null
          ? ""
          : policy.open
            ? `open: ${policy.reason}`
            : `minimum cell ${policy.minimumCell}, rows ${policy.minimumRows}`,
      ),
    },
    notes: [
      ...absenceNotes(sites),
      ...(countsMissing(report)
        ? [
            "Rows used need not be complete: people who lack a variable of a table, or have a level left out, would be in them, since they are counted as missing.",
          ]
        : []),
    ],
  };
}

/** What left, by field: the sites together where the same rule held. */
function releasedTable({ released }: Report): TableView {
  const groups = new Map<
    string,
    {
      step: string;
      field: string;
      kind: string;
      rule: string;
      sites: number;
      rounds: number;
      cells: number;
      masked: number;
    }
  >();
  for (const { step, field, kind, rule, rounds, cells, masked } of released) {
    const key = `${step} ${field} ${rule}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { step, field, kind, rule, sites: 1, rounds, cells, masked });
    else {
      group.sites += 1;
      group.rounds = Math.max(group.rounds, rounds);
      group.cells += cells;
      group.masked += masked;
    }
  }
  const rows = [...groups.values()];
  return {
    title: "What left the sites",
    columns: [
      { name: "step", label: "Question", format: "text" },
      { name: "field", label: "Statistic", format: "text" },
      { name: "kind", label: "Kind", format: "text" },
      { name: "sites", label: "Sites", format: "integer" },
      { name: "rounds", label: "Rounds", format: "integer" },
      { name: "cells", label: "Numbers", format: "integer" },
      { name: "masked", label: "Masked", format: "integer" },
      { name: "rule", label: "Rule", format: "text" },
    ],
    values: {
      step: rows.map(({ step }) => step),
      field: rows.map(({ field }) => field),
      kind: rows.map(({ kind }) => kind),
      sites: rows.map(({ sites }) => sites),
      rounds: rows.map(({ rounds }) => rounds),
      cells: rows.map(({ cells }) => cells),
      masked: rows.map(({ masked }) => masked),
      rule: rows.map(({ rule }) => rule),
    },
    rowGroup: "step",
  };
}

function roundsFigure({ rounds, sites }: Report): RoundsFigure {
  const names = sites.map(({ site }) => site);
  return {
    kind: "rounds",
    title: "Rounds",
    sites: names,
    rounds: rounds.map(({ step }, i) => ({ label: roundLabel(i + 1, step) })),
    replies: names.map((name) =>
      rounds.map(({ sites: replies }) => {
        const reply = replies.find(({ site }) => site === name);
        return reply === undefined ? { state: "not asked" } : { state: reply.state, seconds: reply.seconds };
      }),
    ),
  };
}

/** Which rows and computed columns, in full: a report is what an analysis is repeated from. */
function dataNotes({ data }: Report): readonly string[] {
  return [
    `Database "${data.database}", ${data.filter === null ? "all rows" : `rows with ${data.filter}`}.`,
    ...data.derived.map(({ name, expression }) => `Derived: ${name} = ${expression}.`),
  ];
}

/** A report as tables and a figure. */
export function reportView(report: Report): View {
  const { algorithm, sites, rounds, seconds } = report;
  const flow = rowsFlow(sites, report.data.filter);
  const answered = sites.filter(({ state }) => state === "answered").length;
  const abstained = sites.filter(({ state }) => state === "abstained").map(({ site }) => site);
  const notes = [
    ...dataNotes(report),
    `Seen by ${report.seenBy}.`,
    ...(report.exactness === null ? [] : [`Event times: ${report.exactness}.`]),
    ...(abstained.length > 0 ? [`Abstained: ${abstained.join(", ")}.`] : []),
    ...report.warnings,
    ...report.notGuarded.map((rule) => `Not yet guarded: ${rule}.`),
  ];
  return {
    title: `How ${algorithm.name}@${algorithm.version} was done`,
    subtitle: `${answered} of ${counted(sites.length, "site")} answered ${counted(rounds.length, "round")} in ${formatDuration(seconds)}; ${counted(report.cellsMasked, "cell")} masked; konsil ${report.versions.konsil}`,
    notes,
    tables: [sitesTable(report), releasedTable(report)],
    figures: [roundsFigure(report), ...(flow === undefined ? [] : [flow])],
  };
}
