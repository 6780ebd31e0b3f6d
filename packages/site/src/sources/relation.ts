import type { StoredColumn } from "./stored-column.ts";

/** What a file holds once it is open. */
export interface Relation {
  /** SQL to select from. */
  readonly sql: string;
  readonly columns: readonly StoredColumn[];
  /** Whether each look at it costs a parse, so that one pass over it is kept in memory. */
  readonly parsed: boolean;
  /** Names of columns whose type Konsil does not have. */
  readonly notOffered: readonly string[];
}
