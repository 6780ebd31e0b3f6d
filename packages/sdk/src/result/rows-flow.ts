import { bounds, type FlowFigure, type Masked, type SiteReport } from "@konsil/core";

interface Range {
  readonly lower: number;
  readonly upper: number;
}

function total(counts: readonly Masked[]): Range {
  return counts
    .map(bounds)
    .reduce((sum, { lower, upper }) => ({ lower: sum.lower + lower, upper: sum.upper + upper }), {
      lower: 0,
      upper: 0,
    });
}

/** Ends of a number of rows that was left out: those of the larger number are made of those of both parts. */
function less(all: Range, kept: Range): Range {
  return { lower: all.lower - kept.lower, upper: all.upper - kept.upper };
}

const written = (range: Range): Masked => (range.lower === range.upper ? range.lower : range);

/** Rows at the sites that answered, from those read to those used. */
export interface RowTotals {
  readonly sites: number;
  readonly read: Masked;
  readonly selected: Masked;
  readonly used: Masked;
  /** Not kept by the filter, and then lacking a value. */
  readonly filtered: Masked;
  readonly incomplete: Masked;
}

/** Undefined where no site said how many rows it has. */
export function rowTotals(sites: readonly SiteReport[]): RowTotals | undefined {
  const told = sites.flatMap(({ state, rows }) => (state === "answered" && rows !== null ? [rows] : []));
  if (told.length === 0) return undefined;
  const read = total(told.map((rows) => rows.read));
  const selected = total(told.map((rows) => rows.selected));
  const used = total(told.map((rows) => rows.used));
  return {
    sites: told.length,
    read: written(read),
    selected: written(selected),
    used: written(used),
    filtered: written(less(read, selected)),
    incomplete: written(less(selected, used)),
  };
}

/** Which rows went which way, as CONSORT draws it; undefined where all were used. */
export function rowsFlow(sites: readonly SiteReport[], filter: string | null): FlowFigure | undefined {
  const totals = rowTotals(sites);
  if (totals === undefined) return undefined;
  const { read, selected, used, filtered, incomplete } = totals;
  const silent = sites.filter(({ state, rows }) => state !== "answered" || rows === null);
  const isFiltered = bounds(filtered).upper > 0;
  const isIncomplete = bounds(incomplete).upper > 0;
  if (!isFiltered && !isIncomplete) return undefined;
  const place = totals.sites === 1 ? "at 1 site" : `at ${totals.sites} sites`;
  return {
    kind: "flow",
    title: "Rows",
    ...(silent.length === 0
      ? {}
      : { notes: [`Without ${silent.map(({ site }) => site).join(", ")}, whose rows are not known here.`] }),
    stages: [
      { label: `Rows read ${place}`, count: read },
      ...(isFiltered
        ? [
            {
              label: isIncomplete ? "Rows that the filter keeps" : "Rows used",
              count: selected,
              left: [{ label: `Not kept by the filter ${filter ?? ""}`.trim(), count: filtered }],
            },
          ]
        : []),
      ...(isIncomplete
        ? [
            {
              label: "Rows used",
              count: used,
              left: [{ label: "Missing values, or levels left out", count: incomplete }],
            },
          ]
        : []),
    ],
  };
}
