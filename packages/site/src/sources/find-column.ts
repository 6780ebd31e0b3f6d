import { DataError } from "@konsil/core";

interface Offer<C> {
  readonly columns: readonly C[];
  /** Names of columns whose type Konsil does not have. */
  readonly notOffered: readonly string[];
}

/** @throws DataError COLUMN_TYPE or COLUMN_UNKNOWN, naming the column */
export function findColumn<C extends { readonly name: string }>(
  offer: Offer<C>,
  name: string,
  label: string,
): C {
  const column = offer.columns.find((candidate) => candidate.name === name);
  if (column !== undefined) return column;
  if (offer.notOffered.includes(name)) {
    throw new DataError(
      "COLUMN_TYPE",
      `Column "${name}" of the database "${label}" is neither number, text, boolean nor date. Store it as one of these.`,
    );
  }
  throw new DataError("COLUMN_UNKNOWN", `The database "${label}" has no column "${name}".`);
}
