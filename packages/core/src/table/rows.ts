import { DataError } from "../errors/index.ts";
import { type ColumnData, type ColumnType, type Frame, missingBoolean } from "./frame.ts";
import type { Source, SourceColumn } from "./source.ts";

/** What a cell of a row in memory may hold. Absent, null, undefined, NaN and "" are missing. */
export type Cell = string | number | bigint | boolean | Date | null | undefined;

/** One person's row, as a script or a data frame library holds it. */
export type Row = Readonly<Record<string, Cell>>;

const day = 86_400_000;

function isMissing(cell: Cell): cell is null | undefined {
  return (
    cell === null || cell === undefined || cell === "" || (typeof cell === "number" && Number.isNaN(cell))
  );
}

/** The day of `text` (ISO 8601, `2024-02-29`) as days since 1970-01-01, or NaN when it is no such date. */
export function parseDay(text: string): number {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return Number.NaN;
  const milliseconds = Date.parse(`${text}T00:00:00Z`);
  if (Number.isNaN(milliseconds)) return Number.NaN;
  return new Date(milliseconds).toISOString().startsWith(text) ? milliseconds / day : Number.NaN;
}

function typeOf(cell: Exclude<Cell, null | undefined>): ColumnType {
  if (typeof cell === "number" || typeof cell === "bigint") return "numeric";
  if (typeof cell === "boolean") return "boolean";
  if (cell instanceof Date) return "date";
  if (typeof cell === "string") return Number.isNaN(parseDay(cell)) ? "category" : "date";
  throw new TypeError("not a cell");
}

/** The type that all values of a column share; text wins over a date written as text, everything else must agree. */
function columnType(name: string, rows: readonly Row[]): ColumnType {
  let type: ColumnType | undefined;
  let text = false;
  for (const row of rows) {
    const cell = row[name];
    if (isMissing(cell)) continue;
    let found: ColumnType;
    try {
      found = typeOf(cell);
    } catch {
      throw new DataError(
        "DATA_INVALID",
        `Column "${name}" holds something that is not a number, text, boolean or date.`,
      );
    }
    if (typeof cell === "string") text = true;
    if (type === undefined || type === found) type = found;
    else if (text && ((type === "date" && found === "category") || (type === "category" && found === "date")))
      type = "category";
    else {
      throw new DataError(
        "DATA_INVALID",
        `Column "${name}" mixes ${type} and ${found} values. Give it one type, with null for missing.`,
      );
    }
  }
  return type ?? "category";
}

function columnData(name: string, type: ColumnType, rows: readonly Row[]): ColumnData {
  switch (type) {
    case "numeric": {
      const values = new Float64Array(rows.length);
      for (let i = 0; i < rows.length; i++) {
        const cell = rows[i]?.[name];
        values[i] = isMissing(cell) ? Number.NaN : Number(cell);
        if (values[i] === Infinity || values[i] === -Infinity)
          throw new DataError("DATA_INVALID", `Column "${name}" holds an infinite number.`);
      }
      return { type, values };
    }
    case "boolean": {
      const values = new Uint8Array(rows.length);
      for (let i = 0; i < rows.length; i++) {
        const cell = rows[i]?.[name];
        values[i] = isMissing(cell) ? missingBoolean : cell === true ? 1 : 0;
      }
      return { type, values };
    }
    case "date": {
      const values = new Float64Array(rows.length);
      for (let i = 0; i < rows.length; i++) {
        const cell = rows[i]?.[name];
        if (isMissing(cell)) values[i] = Number.NaN;
        else values[i] = cell instanceof Date ? Math.floor(cell.getTime() / day) : parseDay(String(cell));
      }
      return { type, values };
    }
    case "category": {
      const codes = new Int32Array(rows.length);
      const positions = new Map<string, number>();
      for (let i = 0; i < rows.length; i++) {
        const cell = rows[i]?.[name];
        if (isMissing(cell)) {
          codes[i] = -1;
          continue;
        }
        const level = String(cell);
        let position = positions.get(level);
        if (position === undefined) {
          position = positions.size;
          positions.set(level, position);
        }
        codes[i] = position;
      }
      return { type, codes, levels: [...positions.keys()] };
    }
  }
}

/**
 * A source of rows in memory. Types are read off the values: numbers, booleans, `Date` or ISO dates, text.
 * `columns` names columns that no row may have.
 * @throws DataError (when read) naming a column whose values are of several types
 */
export function rowsSource(rows: readonly Row[], columns: readonly string[] = []): Source {
  const names = new Set<string>(columns);
  for (const row of rows) for (const name of Object.keys(row)) names.add(name);
  const types = new Map<string, ColumnType>();
  const typed = (name: string): ColumnType => {
    let type = types.get(name);
    if (type === undefined) {
      type = columnType(name, rows);
      types.set(name, type);
    }
    return type;
  };
  return {
    describe: async (): Promise<readonly SourceColumn[]> =>
      [...names].map((name) => ({ name, type: typed(name) })),
    read: async (columns): Promise<Frame> => ({
      rows: rows.length,
      columns: new Map(columns.map((name) => [name, columnData(name, typed(name), rows)])),
    }),
  };
}
