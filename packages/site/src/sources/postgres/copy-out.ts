import type { Connection, Submittable } from "pg";

/**
 * One `COPY … TO STDOUT`, as the driver takes requests that it does not know. Each message holds one row, and is gone
 * when `take` returns: neither rows nor bytes pile up.
 */
export class CopyOut implements Submittable {
  readonly #sql: string;
  readonly #take: (message: Buffer) => void;
  #failure: unknown;
  /** Called once, by the driver's timer too. */
  callback: (failure?: unknown) => void;

  constructor(sql: string, take: (message: Buffer) => void, callback: (failure?: unknown) => void) {
    this.#sql = sql;
    this.#take = take;
    this.callback = callback;
  }

  submit(connection: Connection): void {
    connection.query(this.#sql);
  }

  handleCopyData({ chunk }: { readonly chunk: Buffer }): void {
    if (this.#failure !== undefined) return;
    try {
      this.#take(chunk);
    } catch (thrown) {
      // Thrown from here it would be nobody's.
      this.#failure = thrown;
    }
  }

  handleError(error: unknown): void {
    this.callback(error);
  }

  handleCommandComplete(): void {}

  handleReadyForQuery(): void {
    this.callback(this.#failure);
  }
}
