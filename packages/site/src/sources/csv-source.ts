import { resolve } from "node:path";
import { type ColumnType, checkOptionNames, type Source } from "@konsil/core";
import { lazySource } from "./lazy-source.ts";

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
 * @throws ArgumentError ARGUMENT_UNKNOWN; DataError (when used) DATA_UNREADABLE, or DATA_INVALID naming a column; without
 * path or values
 */
export function csvSource(path: string, options: CsvOptions = {}): Source {
  checkOptionNames("csvSource()", options, ["missing", "types", "delimiter", "decimal", "label"]);
  const file = resolve(path);
  const { ...given } = options;
  return lazySource(async () => (await import("./csv-file.ts")).csvFile(file, given));
}
