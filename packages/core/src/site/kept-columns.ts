import type { ColumnData, Frame, Source, SourceColumn } from "../table/index.ts";

/** Values that are kept in memory at most: 256 MB of numbers. */
const mostValues = 32_000_000;

/**
 * A source whose columns are read once and kept until they are released, so that the rounds and analyses of a session see
 * the same rows, and a file is not opened for each.
 */
export class KeptColumns implements Source {
  readonly #source: Source;
  readonly #columns = new Map<
    string,
    Promise<{ readonly rows: number; readonly column: ColumnData | undefined }>
  >();
  #described: Promise<readonly SourceColumn[]> | undefined;
  #values = 0;

  constructor(source: Source) {
    this.#source = source;
  }

  describe(): Promise<readonly SourceColumn[]> {
    const described = this.#described ?? this.#source.describe();
    this.#described = described;
    described.catch(() => {
      this.#described = undefined;
    });
    return described;
  }

  async read(names: readonly string[]): Promise<Frame> {
    const wanted = names.filter((name) => !this.#columns.has(name));
    if (wanted.length > 0) this.#keep(wanted);
    const columns = new Map<string, ColumnData>();
    let rows = 0;
    for (const name of names) {
      const kept = await this.#columns.get(name);
      if (kept?.column !== undefined) columns.set(name, kept.column);
      rows = kept?.rows ?? rows;
    }
    if (this.#values > mostValues) this.release();
    return names.length > 0 ? { rows, columns } : this.#source.read(names);
  }

  #keep(names: readonly string[]): void {
    const frame = this.#source.read(names);
    for (const name of names) {
      const kept = frame.then(({ rows, columns }) => ({ rows, column: columns.get(name) }));
      this.#columns.set(name, kept);
      kept.then(
        ({ rows }) => {
          this.#values += rows;
        },
        () => this.#columns.delete(name),
      );
    }
  }

  release(): void {
    this.#columns.clear();
    this.#described = undefined;
    this.#values = 0;
  }
}
