export type {
  AnyColumn,
  Category,
  CategoryOptions,
  Column,
  ColumnOptions,
  Columns,
  Compared,
  NumericOptions,
  OtherLevels,
  Table,
} from "./column.ts";
export { boolean, category, date, number, numeric, standIn, variable } from "./column.ts";
export type {
  BooleanData,
  CategoryData,
  ColumnData,
  ColumnType,
  DateData,
  Frame,
  NumericData,
} from "./frame.ts";
export { markMissing, missingBoolean, selectRows } from "./frame.ts";
export type { Cell as RowCell, Row } from "./rows.ts";
export { parseDay, rowsSource } from "./rows.ts";
export type { Source, SourceColumn } from "./source.ts";
export type { TimeUnit } from "./time-unit.ts";
export { timeUnitOf } from "./time-unit.ts";
