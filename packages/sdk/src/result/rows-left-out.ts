import type { Report, View } from "@konsil/core";
import { leftOut, total } from "./rows-flow.ts";

/** Sites that are named; more are a list that nobody reads, and the report has it. */
const namedSites = 6;

function text({ lower, upper }: { readonly lower: number; readonly upper: number }): string {
  const digits = (count: number): string => count.toLocaleString("en");
  return lower === upper ? digits(lower) : `${digits(lower)}–${digits(upper)}`;
}

/**
 * What R prints beside n, "14 observations deleted due to missingness". Only the report knows: sites drop rows before a
 * step sees them. Says nothing when none was left out.
 */
function rowsLeftOut({ sites }: Report): string | undefined {
  const used = sites.flatMap(({ site, state, rows }) =>
    rows === null || state !== "answered" ? [] : [{ site, rows }],
  );
  const left = used.flatMap(({ site, rows }) => {
    const dropped = leftOut(rows.selected, rows.used);
    return dropped.upper > 0 ? [{ site, dropped }] : [];
  });
  if (left.length === 0) return undefined;
  const most = left.toSorted((a, b) => b.dropped.upper - a.dropped.upper);
  const named = most.slice(0, namedSites).map(({ site, dropped }) => `${site} ${text(dropped)}`);
  const where = named.join(", ") + (most.length > namedSites ? ", …" : "");
  const dropped = total(left.map((one) => one.dropped));
  const selected = total(used.map(({ rows }) => rows.selected));
  const kept = total(used.map(({ rows }) => rows.used));
  return `${text(kept)} of ${text(selected)} rows used, ${text(dropped)} left out for missing values or levels left out (${where}). describe() says which columns lack values.`;
}

/** The view of a result with, first among its notes, the rows that were left out. */
export function withRowsLeftOut(view: View, report: Report): View {
  const note = rowsLeftOut(report);
  return note === undefined ? view : { ...view, notes: [note, ...(view.notes ?? [])] };
}
