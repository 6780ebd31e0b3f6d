import {
  type AnyAlgorithm,
  type Cell,
  inWords,
  isKonsilError,
  type KonsilError,
  type Policy,
  policyDifferences,
  type Report,
  type SiteReport,
  type SiteState,
  type TableColumn,
  type TableView,
  type View,
} from "@konsil/core";
import { formatCell, localFederation } from "@konsil/sdk";
import type { SiteDescription } from "@konsil/site";
import type { Question } from "./given-arguments.ts";
import type { Columns } from "./policy-names.ts";

/** A policy, and what it is called where two stand beside each other. */
export interface Named {
  readonly name: string;
  readonly policy: Policy;
}

/** What an analysis comes to under one policy at all sites. */
export type Trial =
  | { readonly view: View; readonly report: Report; readonly error: null }
  | { readonly view: null; readonly report: null; readonly error: KonsilError };

/** Runs an analysis with one policy in the place of every site's own. */
export async function trial(
  sites: readonly SiteDescription[],
  policy: Policy,
  algorithm: AnyAlgorithm,
  { arguments: args, filter }: Question,
): Promise<Trial> {
  const federation = await localFederation(sites.map(({ name, databases }) => ({ name, databases, policy })));
  const data = federation.data(filter === undefined ? {} : { filter });
  try {
    const result = (await data.run(algorithm, args as never)) as unknown as { view: View; report: Report };
    return { view: result.view, report: result.report, error: null };
  } catch (error) {
    if (!isKonsilError(error)) throw error;
    return { view: null, report: null, error };
  }
}

const text = (name: string, label: string): TableColumn => ({ name, label, format: "text" });

/** Setting by setting what the second policy is to the first. */
export function settingsTable(before: Named, after: Named, columns?: Columns): TableView | undefined {
  const differences = policyDifferences(before.policy, after.policy, (column) => {
    const type = columns?.get(column);
    return type === "numeric" || type === "date" ? type : undefined;
  });
  if (differences.length === 0) return undefined;
  return {
    title: "Settings that differ",
    columns: [
      text("setting", "Setting"),
      text("before", before.name),
      text("after", after.name),
      text("strictness", `${after.name} is`),
    ],
    values: {
      setting: differences.map(({ setting }) => setting),
      before: differences.map((one) => one.before),
      after: differences.map((one) => one.after),
      strictness: differences.map(({ words }) => words),
    },
  };
}

function sitesIn({ report }: Trial, state: SiteState): number {
  return (report?.sites ?? []).filter((one) => one.state === state).length;
}

const released = (trialled: Trial): string =>
  trialled.report === null
    ? "–"
    : String(trialled.report.released.reduce((sum, { cells }) => sum + cells, 0));

/** Whether there is a result, who is in it, and how many numbers it took. */
export function costTable(before: Named, after: Named, trials: readonly [Trial, Trial]): TableView {
  const row = (label: string, of: (trialled: Trial) => string): readonly string[] => [
    label,
    ...trials.map(of),
  ];
  const rows = [
    row("Result", ({ error }) => (error === null ? "yes" : `none: ${error.code}`)),
    row("Sites that answer", (one) => (one.report === null ? "–" : String(sitesIn(one, "answered")))),
    row("Sites that leave", (one) => (one.report === null ? "–" : String(sitesIn(one, "abstained")))),
    row("Masked cells", ({ report }) => (report === null ? "–" : String(report.cellsMasked))),
    row("Numbers that leave", released),
    row("Event times", ({ report }) => report?.exactness ?? "–"),
  ];
  return {
    title: "What it costs",
    columns: [text("what", ""), text("before", before.name), text("after", after.name)],
    values: {
      what: rows.map(([what = ""]) => what),
      before: rows.map(([, value = ""]) => value),
      after: rows.map(([, , value = ""]) => value),
    },
  };
}

/** The setting of the policy by which a site leaves, as its sentence names it: "minimumCell 10". Else the code. */
function ruleBehind({ code, message, state }: SiteReport, policy: Policy): string {
  const named = [...(message ?? "").matchAll(/\((\w+) [^()]+\)/g)];
  const found = named.find(([, setting = ""]) => Object.hasOwn(policy, setting));
  return found?.[0].slice(1, -1) ?? code ?? state;
}

/** Why sites leave under a policy, in their own words: those that say the same are named together. */
function reasons({ name }: Named, { report }: Trial): readonly string[] {
  const sites = new Map<string, string[]>();
  for (const { site, code, message } of report?.sites ?? []) {
    if (message === null) continue;
    const own = message.replace(`${site} abstains: `, "").replaceAll(site, "the site");
    const words = `${own}${code === null ? "" : ` [${code}]`}`;
    sites.set(words, [...(sites.get(words) ?? []), site]);
  }
  return [...sites].map(([words, names]) => `${name}, ${inWords(names)}: ${words}`);
}

/** The sites that leave under one of the two, and by which rule. */
export function sitesTable(
  before: Named,
  after: Named,
  trials: readonly [Trial, Trial],
): TableView | undefined {
  const stateAt = ({ report }: Trial, { policy }: Named, site: string): string => {
    const found = report?.sites.find((one) => one.site === site);
    if (found === undefined) return "–";
    return found.state === "answered" ? "answers" : `leaves: ${ruleBehind(found, policy)}`;
  };
  const sites = [
    ...new Set(
      trials.flatMap(({ report }) =>
        (report?.sites ?? []).flatMap(({ site, state }) => (state === "answered" ? [] : [site])),
      ),
    ),
  ];
  if (sites.length === 0) return undefined;
  return {
    title: "Sites that leave",
    columns: [text("site", "Site"), text("before", before.name), text("after", after.name)],
    values: {
      site: sites,
      before: sites.map((site) => stateAt(trials[0], before, site)),
      after: sites.map((site) => stateAt(trials[1], after, site)),
    },
    notes: [...reasons(before, trials[0]), ...reasons(after, trials[1])],
  };
}

const isText = ({ format }: TableColumn): boolean => format === "text";

/** The columns that name a row: texts at the start of their column, since numbers that are written out stand at its end. */
function namingColumns({ columns }: TableView): readonly TableColumn[] {
  return columns.filter((column) => isText(column) && (column.align ?? "start") === "start");
}

/** The columns that are compared: of an estimate also its standard error, and else all that name no row. */
function comparedColumns(table: TableView): readonly TableColumn[] {
  const naming = namingColumns(table);
  const estimate = table.columns.filter(({ name }) => name === "estimate" || name === "std.error");
  return estimate.length === 2 ? estimate : table.columns.filter((column) => !naming.includes(column));
}

/** What names each row; rows of one name are told apart by their order. */
function keysOf(table: TableView): readonly string[] {
  const texts = namingColumns(table).map(({ name }) => table.values[name] ?? []);
  const rows = Math.max(0, ...Object.values(table.values).map(({ length }) => length));
  const seen = new Map<string, number>();
  return Array.from({ length: rows }, (_, i) => {
    const key = texts.map((cells) => formatCell(cells[i] ?? "")).join(" ");
    const times = (seen.get(key) ?? 0) + 1;
    seen.set(key, times);
    return times === 1 ? key : `${key} (${times})`;
  });
}

function cellOf(table: TableView | undefined, row: string, column: string): Cell {
  const at = table === undefined ? -1 : keysOf(table).indexOf(row);
  return table?.values[column]?.[at] ?? null;
}

/** The results side by side; how far an estimate moves in standard errors of the first. */
export function resultTable(
  before: Named,
  after: Named,
  trials: readonly [Trial, Trial],
): TableView | undefined {
  const [a, b] = trials.map(({ view }) => view?.tables?.[0]) as [
    TableView | undefined,
    TableView | undefined,
  ];
  const either = a ?? b;
  if (either === undefined) return undefined;
  const rows = [...new Set([...(a === undefined ? [] : keysOf(a)), ...(b === undefined ? [] : keysOf(b))])];
  const compared = comparedColumns(either);
  const isEstimate = compared.some(({ name }) => name === "std.error");
  const sides = [
    ["before", before.name, a],
    ["after", after.name, b],
  ] as const;
  const columns: TableColumn[] = [
    text(
      "row",
      namingColumns(either)
        .flatMap(({ label }) => (label === "" ? [] : [label]))
        .join(", "),
    ),
  ];
  const values: Record<string, readonly Cell[]> = { row: rows };
  for (const column of compared)
    for (const [side, label, table] of sides) {
      const name = `${column.name}.${side}`;
      const { muted: _, ...shown } = column;
      columns.push({ ...shown, name, label, group: column.label });
      values[name] = rows.map((row) => cellOf(table, row, column.name));
    }
  if (isEstimate && a !== undefined && b !== undefined) {
    columns.push({ name: "moved", label: "Moved, in standard errors", digits: 2 });
    values["moved"] = rows.map((row) => {
      const [from, to, error] = [
        cellOf(a, row, "estimate"),
        cellOf(b, row, "estimate"),
        cellOf(a, row, "std.error"),
      ];
      return typeof from === "number" && typeof to === "number" && typeof error === "number" && error > 0
        ? (to - from) / error
        : null;
    });
  }
  return { title: either.title ?? "Result", columns, values };
}
