import { type ColumnData, missingBoolean } from "@konsil/core";
import { columnData, type Target, targetFor } from "../column-data.ts";
import { Dictionary } from "./dictionary.ts";
import type { PostgresColumn } from "./postgres-column.ts";

const firstRows = 4096;

function longer(target: Target, length: number): Target {
  const copy = new (target.constructor as new (length: number) => Target)(length);
  copy.set(target);
  return copy;
}

/** A column that grows by rows, each value of which is some bytes of a message. */
export class GrowingColumn {
  readonly #column: PostgresColumn;
  readonly #levels = new Dictionary();
  #values: Target;

  constructor(column: PostgresColumn) {
    this.#column = column;
    this.#values = targetFor(column.type, firstRows);
  }

  /** Sets the value of a row; of length -1 when it is missing. */
  set(row: number, message: Buffer, offset: number, length: number): void {
    if (row === this.#values.length) this.#values = longer(this.#values, 2 * row);
    this.#values[row] = length < 0 ? this.#missing() : this.#read(message, offset, length);
  }

  #missing(): number {
    if (this.#column.type === "category") return -1;
    return this.#column.type === "boolean" ? missingBoolean : Number.NaN;
  }

  #read(message: Buffer, offset: number, length: number): number {
    if (this.#column.sent === "float8") return message.readDoubleBE(offset);
    if (this.#column.sent === "bool") return message.readUInt8(offset);
    const text = message.toString("utf8", offset, offset + length);
    if (this.#column.type === "numeric") return Number(text);
    return text === "" ? -1 : this.#levels.codeOf(text);
  }

  /** @throws DataError DATA_INVALID naming the column when it holds something that does not fit its type */
  finish(rows: number): ColumnData {
    const values = this.#values.slice(0, rows);
    const levels = values instanceof Int32Array ? this.#levels.sort(values) : [];
    return columnData(this.#column, values, levels);
  }
}
