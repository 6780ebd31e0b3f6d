import { DataError, listing } from "@konsil/core";

/** What every algorithm says when nobody is left to analyse: an empty table or curve would be taken for an answer. */
export function noRowLeft(columns: readonly string[]): DataError {
  const names = [...new Set(columns)].map((name) => `"${name}"`);
  const complete = names.length === 0 ? "" : ` and that has a value of ${listing(names)}`;
  return new DataError(
    "DATA_EMPTY",
    `No row is left to analyse: no site has one that the filter keeps${complete}. ready() of the data counts the rows that the filter keeps, and describe() the values that are missing.`,
  );
}
