import type { ColumnsAnswer, ReleaseNote } from "./message.ts";

/** What left with an answer that names columns. */
export function namesNote({ columns }: ColumnsAnswer): ReleaseNote {
  const rule = "names and types of the columns that the policy permits to be read";
  return { field: "columns", kind: "names", cells: columns.length, masked: 0, rule };
}
