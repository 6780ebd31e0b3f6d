import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { ColumnType, Source } from "@konsil/core";
import { csvFault } from "./csv-fault.ts";
import { csvNotes } from "./csv-notes.ts";
import { csvRelation } from "./csv-relation.ts";
import type { Relation } from "./relation.ts";
import { relationSource } from "./relation-source.ts";

export interface CsvOptions {
  /** Cells that are missing, quoted or not. Default `["", "NA"]`. */
  readonly missing?: readonly string[] | undefined;
  /**
   * Types of columns that are not to be read off their values: "category" for a code that looks like a number, any
   * type for a column that is missing throughout. A value that does not fit is an error.
   */
  readonly types?: Readonly<Record<string, ColumnType>> | undefined;
  /** One character. Default: that of `,` `;` tab `|` which occurs most in the header. */
  readonly delimiter?: string | undefined;
  /** What stands before decimals: "," for 12,5. Default ".". */
  readonly decimal?: "." | "," | undefined;
  /** The label that errors call this database by. Default "default". */
  readonly label?: string | undefined;
}

/**
 * The rows of a CSV file (UTF-8, quotes as in RFC 4180, header required, gzip permitted). Types are read off all rows: numbers
 * (refused at 2^53 or more unless declared); `true` and
 * `false`; ISO dates, also with a time, of which the day as written is kept; everything else is a category, also
 * dates in other notations, whose order of day and month would be a guess.
 * @throws DataError (when used) DATA_UNREADABLE, or DATA_INVALID naming a column; without path or values
 */
export function csvSource(path: string, options: CsvOptions = {}): Source {
  const file = resolve(path);
  const label = options.label ?? "default";
  const { missing = ["", "NA"], types = {}, delimiter, decimal = "." } = options;
  const described = { file, label, missing, types, delimiter, decimal };
  let known: { readonly version: string; readonly relation: Relation } | undefined;
  // Types are read off all rows, which takes as long as reading them: once for each state of the file.
  const relation = async (connection: DuckDBConnection): Promise<Relation> => {
    const { ino, size, mtimeNs } = await stat(file, { bigint: true });
    const version = `${ino} ${size} ${mtimeNs}`;
    if (known?.version !== version) {
      known = { version, relation: await csvRelation(connection, described) };
    }
    return known.relation;
  };
  return relationSource({
    label,
    file: { kind: "read", path: file },
    fault: csvFault,
    advice: "Check that it is UTF-8, and that each row has as many cells as the header.",
    relation,
    notes: (connection, opened) => csvNotes(connection, described, opened),
  });
}
