import type { Column, ColumnData } from "../table/index.ts";

/** A column as it was asked for. */
interface Asked {
  readonly request: Column<unknown>;
  readonly column: ColumnData;
}

/** Where the rows of a rare level go: into another level, or to those who lack the column (-1); undefined: nowhere. */
function destination({ others, levels }: Column<unknown>): number | undefined {
  if (others === "exclude") return -1;
  return typeof others === "object" ? (levels?.indexOf(others.merge) ?? -1) : undefined;
}

/**
 * Gives rows of levels that fewer than `minimumCell` of the rows not marked missing have here to where the request says,
 * in place. Whether any row was moved: then rows may have become incomplete, and other levels rare.
 */
export function moveRareLevels(asked: readonly Asked[], missing: Uint8Array, minimumCell: number): boolean {
  let moved = false;
  for (const { request, column } of asked) {
    const to = destination(request);
    if (to === undefined || column.type !== "category" || request.levels === undefined) continue;
    const people = new Float64Array(request.levels.length);
    for (let i = 0; i < missing.length; i++)
      if (missing[i] === 0 && (column.codes[i] as number) >= 0) people[column.codes[i] as number]!++;
    for (let i = 0; i < missing.length; i++) {
      const code = column.codes[i] as number;
      if (code < 0 || code === to || missing[i] === 1) continue;
      if ((people[code] as number) >= minimumCell) continue;
      column.codes[i] = to;
      moved = true;
    }
  }
  return moved;
}
