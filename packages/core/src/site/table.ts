import { type Column, type ColumnData, type Columns, selectRows, type Table } from "../table/index.ts";
import { dropFewUnlisted, markAbsent, refuseUnlisted, requested, type Selection } from "./columns.ts";
import { moveRareLevels } from "./rare-levels.ts";

/** A step's table, and how many of the selected rows are complete. */
export interface Built {
  readonly table: Table<Columns>;
  readonly used: number;
}

function requests(
  columns: Columns,
): readonly (readonly [key: string, position: number, request: Column<unknown>])[] {
  return Object.entries(columns).flatMap(([key, held]) =>
    Array.isArray(held)
      ? (held as readonly Column<unknown>[]).map((request, i) => [key, i, request] as const)
      : [[key, -1, held as Column<unknown>] as const],
  );
}

/** The names of all columns that a step asks for. */
export function requestedNames(columns: Columns): readonly string[] {
  return [...new Set(requests(columns).map(([, , request]) => request.name))];
}

/** What a step sees of a column: a typed array, or codes and levels. */
function held(column: ColumnData, request: Column<unknown>): unknown {
  if (request.type === "any") return column;
  if (column.type === "category") return { codes: column.codes, levels: column.levels };
  return column.values;
}

/** Types the columns, leaves out rows that lack one that must be there, and lays the rest out by key. */
export function buildTable(selection: Selection, columns: Columns, minimumCell: number): Built {
  const typed = requests(columns).map(([key, position, request]) => ({
    key,
    position,
    request,
    column: requested(selection.column(request.name), request),
  }));
  const missing = new Uint8Array(selection.selected);
  do {
    for (const { request, column } of typed)
      if (request.missing === "drop") markAbsent(column, request, missing);
  } while (moveRareLevels(typed, missing, minimumCell));
  // Under the open policy, whose cells may hold one person, a single one is a reason to refuse.
  for (const { request, column } of typed)
    if (request.levels !== undefined) dropFewUnlisted(column, missing, minimumCell);
  let used = 0;
  for (let i = 0; i < missing.length; i++) if (missing[i] === 0) used++;
  let rows: Int32Array | undefined;
  if (used < missing.length) {
    rows = new Int32Array(used);
    for (let i = 0, k = 0; i < missing.length; i++) if (missing[i] === 0) rows[k++] = i;
  }
  const table: Record<string, unknown> = { rows: used };
  for (const [key, value] of Object.entries(columns)) if (Array.isArray(value)) table[key] = [];
  for (const { key, position, request, column } of typed) {
    const kept = rows === undefined ? column : selectRows(column, rows);
    refuseUnlisted(kept, request);
    const value = held(kept, request);
    if (position < 0) table[key] = value;
    else (table[key] as unknown[])[position] = value;
  }
  return { table: table as Table<Columns>, used };
}
