import type { ColumnData, Source } from "@konsil/core";

function plain(column: ColumnData): readonly (string | number | null)[] {
  if (column.type === "category")
    return [...column.codes].map((code) => (code < 0 ? null : (column.levels[code] ?? "no level")));
  return [...column.values].map((value) =>
    Number.isNaN(value) || (column.type === "boolean" && value === 255) ? null : value,
  );
}

/** Columns as arrays, null for missing, and the number of rows. */
export async function readPlain(
  source: Source,
  ...names: readonly string[]
): Promise<Record<string, unknown>> {
  const { rows, columns } = await source.read(names);
  return { rows, ...Object.fromEntries([...columns].map(([name, column]) => [name, plain(column)])) };
}

export async function typesOf(source: Source): Promise<Record<string, string>> {
  return Object.fromEntries((await source.describe()).map(({ name, type }) => [name, type]));
}

/** The error that `action` ends with. */
export async function failure(action: () => Promise<unknown>): Promise<Error & { readonly code: string }> {
  try {
    await action();
  } catch (thrown) {
    if (thrown instanceof Error && "code" in thrown) return thrown as Error & { readonly code: string };
    throw thrown;
  }
  throw new Error("nothing was thrown");
}
