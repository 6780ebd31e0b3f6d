/** What a column can hold. Dates are whole days; times of day do not exist here. */
export type ColumnType = "numeric" | "boolean" | "category" | "date";

/** Numbers; NaN is missing. */
export interface NumericData {
  readonly type: "numeric";
  readonly values: Float64Array;
}

/** 0 and 1; 255 is missing. */
export interface BooleanData {
  readonly type: "boolean";
  readonly values: Uint8Array;
}

/** Positions in `levels`; -1 is missing. Levels are distinct, in any order, and need not all occur. */
export interface CategoryData {
  readonly type: "category";
  readonly codes: Int32Array;
  readonly levels: readonly string[];
}

/** Days since 1 January 1970; NaN is missing. */
export interface DateData {
  readonly type: "date";
  readonly values: Float64Array;
}

export type ColumnData = NumericData | BooleanData | CategoryData | DateData;

/** Columns of equal length, as a source delivers them: what leaves a database and never leaves a site. */
export interface Frame {
  readonly rows: number;
  readonly columns: ReadonlyMap<string, ColumnData>;
}

/** The code for a missing value in `BooleanData`. */
export const missingBoolean = 255;

/** 1 for each row whose value is missing, 0 elsewhere, or'ed into `into`. */
export function markMissing(column: ColumnData, into: Uint8Array): void {
  if (column.type === "category") {
    const { codes } = column;
    for (let i = 0; i < codes.length; i++) if ((codes[i] as number) < 0) into[i] = 1;
  } else if (column.type === "boolean") {
    const { values } = column;
    for (let i = 0; i < values.length; i++) if (values[i] === missingBoolean) into[i] = 1;
  } else {
    const { values } = column;
    for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i] as number)) into[i] = 1;
  }
}

function gather<A extends Float64Array | Int32Array | Uint8Array>(source: A, rows: Int32Array, target: A): A {
  for (let i = 0; i < rows.length; i++) target[i] = source[rows[i] as number] as number;
  return target;
}

/** The same column with only the rows named, in their order. */
export function selectRows(column: ColumnData, rows: Int32Array): ColumnData {
  switch (column.type) {
    case "category":
      return { ...column, codes: gather(column.codes, rows, new Int32Array(rows.length)) };
    case "boolean":
      return { ...column, values: gather(column.values, rows, new Uint8Array(rows.length)) };
    default:
      return { ...column, values: gather(column.values, rows, new Float64Array(rows.length)) };
  }
}
