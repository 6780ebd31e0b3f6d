import type { GrowingColumn } from "./growing-column.ts";

/** "PGCOPY\n\xff\r\n\0", flags, and the length of what may follow them. */
const signature = Buffer.from("5047434f50590aff0d0a00", "hex");

/** What `COPY … TO STDOUT (FORMAT binary)` sends, put into columns. */
export class BinaryRows {
  readonly #columns: readonly GrowingColumn[];
  #begun = false;
  #rows = 0;

  constructor(columns: readonly GrowingColumn[]) {
    this.#columns = columns;
  }

  get rows(): number {
    return this.#rows;
  }

  take(message: Buffer): void {
    let offset = this.#begun ? 0 : this.#header(message);
    this.#begun = true;
    while (offset < message.length) {
      const width = message.readInt16BE(offset);
      offset += 2;
      if (width === -1) return;
      if (width !== this.#columns.length) throw new Error("A row has another width.");
      for (const column of this.#columns) {
        const length = message.readInt32BE(offset);
        offset += 4;
        column.set(this.#rows, message, offset, length);
        if (length > 0) offset += length;
      }
      this.#rows++;
    }
  }

  #header(message: Buffer): number {
    if (!message.subarray(0, signature.length).equals(signature)) throw new Error("It is no binary copy.");
    return signature.length + 8 + message.readInt32BE(signature.length + 4);
  }
}
