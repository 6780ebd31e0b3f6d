import { DataError } from "../errors/index.ts";
import { byCodePoint } from "../statistics/levels.ts";
import { type ColumnData, type ColumnType, missingBoolean } from "../table/index.ts";
import type { Variable } from "./variable.ts";

const nouns: Readonly<Record<ColumnType, string>> = {
  numeric: "numeric",
  boolean: "boolean",
  category: "a category",
  date: "a date",
};

/** What can be made of columns of other types. */
const derivations: Readonly<Record<ColumnType, Partial<Record<ColumnType, string>>>> = {
  numeric: { category: "compare(), which is read as 1 and 0", date: "days() between two dates" },
  boolean: { category: "compare()", date: "compare()" },
  category: { date: "compare(), or with cut() of days() between two dates" },
  date: {},
};

function wrongType(name: string, is: ColumnType, wanted: ColumnType): DataError {
  const what =
    wanted === "boolean"
      ? "a yes/no column is wanted: true and false, or 1 and 0"
      : `${nouns[wanted]} is wanted`;
  const derived = derivations[wanted][is];
  return new DataError(
    "COLUMN_TYPE",
    `Column "${name}" at {site} is ${nouns[is]}, and ${what}. Name another column${derived === undefined ? "" : `, or derive one with ${derived}`}.`,
  );
}

/** A column without any value is of whatever type is wanted: its source cannot know. */
function allMissing(type: ColumnType, rows: number): ColumnData {
  switch (type) {
    case "category":
      return { type, codes: new Int32Array(rows).fill(-1), levels: [] };
    case "boolean":
      return { type, values: new Uint8Array(rows).fill(missingBoolean) };
    default:
      return { type, values: new Float64Array(rows).fill(Number.NaN) };
  }
}

function toNumeric(column: ColumnData, name: string): ColumnData {
  if (column.type !== "boolean") throw wrongType(name, column.type, "numeric");
  return {
    type: "numeric",
    values: Float64Array.from(column.values, (value) => (value === missingBoolean ? Number.NaN : value)),
  };
}

function toBoolean(column: ColumnData, name: string): ColumnData {
  if (column.type !== "numeric") throw wrongType(name, column.type, "boolean");
  const values = new Uint8Array(column.values.length);
  for (let i = 0; i < values.length; i++) {
    const value = column.values[i] as number;
    if (value !== 0 && value !== 1 && !Number.isNaN(value)) {
      throw new DataError(
        "DATA_INVALID",
        `Column "${name}" at {site} holds numbers other than 0 and 1, so it is not a yes/no column. Where an event is coded otherwise, write a comparison, as in Surv(time, status == 2), or derive a column with compare().`,
      );
    }
    values[i] = Number.isNaN(value) ? missingBoolean : value;
  }
  return { type: "boolean", values };
}

/** Whole numbers below this are looked up in a table; it is filled in one pass. */
const tableSize = 65_536;

/** 1 for each number that occurs, or undefined unless all are whole and small. */
function occurring(values: Float64Array): Int32Array | undefined {
  const table = new Int32Array(tableSize);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    // A comparison with NaN is false: a missing value is none of the levels.
    if (value >= 0 && value < tableSize && value === Math.floor(value)) table[value] = 1;
    else if (!Number.isNaN(value)) return undefined;
  }
  return table;
}

/** Levels of numbers ascend; a whole number is written without a point. */
function numbersToCategory(values: Float64Array): ColumnData {
  const codes = new Int32Array(values.length);
  const position = occurring(values);
  if (position !== undefined) {
    const levels: string[] = [];
    for (let value = 0; value < tableSize; value++) {
      if (position[value] === 1) {
        position[value] = levels.length;
        levels.push(String(value));
      }
    }
    for (let i = 0; i < codes.length; i++) {
      const value = values[i] as number;
      codes[i] = Number.isNaN(value) ? -1 : (position[value] as number);
    }
    return { type: "category", codes, levels };
  }
  const distinct = [...new Set(values)].filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  const positions = new Map(distinct.map((value, i) => [value, i]));
  for (let i = 0; i < codes.length; i++) codes[i] = positions.get(values[i] as number) ?? -1;
  return { type: "category", codes, levels: distinct.map(String) };
}

function toCategory(column: ColumnData, name: string): ColumnData {
  switch (column.type) {
    case "numeric":
      return numbersToCategory(column.values);
    case "boolean":
      return {
        type: "category",
        codes: Int32Array.from(column.values, (value) => (value === missingBoolean ? -1 : value)),
        levels: ["FALSE", "TRUE"],
      };
    default:
      throw wrongType(name, column.type, "category");
  }
}

/** What columns were made into: every round of an analysis asks for the same, and columns never change. */
const conversions = new WeakMap<ColumnData, Map<ColumnType, ColumnData>>();

/**
 * A column as one of another type: numbers from booleans, booleans from 0 and 1, categories from numbers and booleans.
 * @throws DataError COLUMN_TYPE or DATA_INVALID, naming the column and nothing that it holds
 */
export function convertColumn(column: ColumnData, type: ColumnType, name: string): ColumnData {
  if (column.type === type) return column;
  const known = conversions.get(column) ?? new Map<ColumnType, ColumnData>();
  conversions.set(column, known);
  const made = known.get(type) ?? converted(column, type, name);
  known.set(type, made);
  return made;
}

function converted(column: ColumnData, type: ColumnType, name: string): ColumnData {
  if (column.type === "category" && column.levels.length === 0) return allMissing(type, column.codes.length);
  switch (type) {
    case "numeric":
      return toNumeric(column, name);
    case "boolean":
      return toBoolean(column, name);
    case "category":
      return toCategory(column, name);
    case "date":
      throw wrongType(name, column.type, "date");
  }
}

/**
 * A column as the data declare it; declared levels are put in their order.
 * @throws DataError COLUMN_TYPE, or DATA_INVALID when a category has a level that is not declared
 */
export function declareColumn(column: ColumnData, variable: Variable, name: string): ColumnData {
  const converted = convertColumn(column, variable.type, name);
  if (converted.type !== "category") return converted;
  const declared = variable.type === "category" ? variable.levels : undefined;
  const levels =
    declared ?? (column.type === "category" ? [...converted.levels].sort(byCodePoint) : converted.levels);
  const positions = new Map(levels.map((level, i) => [level, i]));
  const translation = Int32Array.from(converted.levels, (level) => positions.get(level) ?? -2);
  const codes = new Int32Array(converted.codes.length);
  for (let i = 0; i < codes.length; i++) {
    const code = converted.codes[i] as number;
    const translated = code < 0 ? -1 : (translation[code] as number);
    if (translated === -2) {
      throw new DataError(
        "DATA_INVALID",
        `Column "${name}" at {site} holds a level that its declaration does not have. Add it, merge it with recode(), or leave the levels out.`,
      );
    }
    codes[i] = translated;
  }
  return { type: "category", codes, levels };
}
