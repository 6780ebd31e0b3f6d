import type { ColumnType, Frame } from "./frame.ts";

/** Name and type of a column as its source has it. */
export interface SourceColumn {
  readonly name: string;
  readonly type: ColumnType;
}

/**
 * Where a site's rows come from: a file, a database, rows in memory. Read anew for each set of columns, so that no
 * more is held in memory than an analysis needs.
 */
export interface Source {
  /** Every column that can be read. */
  describe(): Promise<readonly SourceColumn[]>;
  /**
   * The columns named, all of equal length and in one fixed order of rows.
   * @throws DataError naming the column when a value does not fit its type. The message holds no value and no path.
   */
  read(columns: readonly string[]): Promise<Frame>;
  /**
   * What the owner of the data should know of them, such as which row keeps a column from being numbers. It may name
   * columns and rows, and never leaves the site.
   */
  notes?(): Promise<readonly string[]>;
}
