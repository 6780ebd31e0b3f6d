import { bounds, counted, type FlowFigure, type Masked, narrowed, type SiteReport } from "@konsil/core";

export interface Range {
  readonly lower: number;
  readonly upper: number;
}

/** The ends of a sum of counts. */
export function total(counts: readonly Masked[]): Range {
  return counts
    .map(bounds)
    .reduce((sum, { lower, upper }) => ({ lower: sum.lower + lower, upper: sum.upper + upper }), {
      lower: 0,
      upper: 0,
    });
}

/**
 * How many rows of one site were left out. A site makes the ends of one number from those of the other, by adding what was
 * left out to the smaller or by taking it off the larger: either way their differences are its ends, in one order or the other.
 */
export function leftOut(all: Masked, kept: Masked): Range {
  const [larger, smaller] = [bounds(all), bounds(kept)];
  const ends = [larger.lower - smaller.lower, larger.upper - smaller.upper];
  return { lower: Math.min(...ends), upper: Math.max(...ends) };
}

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
    read: narrowed(read),
    selected: narrowed(selected),
    used: narrowed(used),
    filtered: narrowed(total(told.map((rows) => leftOut(rows.read, rows.selected)))),
    incomplete: narrowed(total(told.map((rows) => leftOut(rows.selected, rows.used)))),
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
  return {
    kind: "flow",
    title: "Rows",
    ...(silent.length === 0
      ? {}
      : { notes: [`Without ${silent.map(({ site }) => site).join(", ")}, whose rows are not known here.`] }),
    stages: [
      { label: `Rows read at ${counted(totals.sites, "site")}`, count: read },
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
