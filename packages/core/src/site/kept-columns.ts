import type { ColumnData, Frame, Source, SourceColumn } from "../table/index.ts";

/** Values that are kept in memory at most: 256 MB of numbers. */
const mostValues = 32_000_000;

/**
 * A source whose columns are kept until they are released, so that the rounds and analyses of a session see the same rows,
 * and a file is not opened for each. The columns of one answer are always of one read: rows may change between two.
 */
export class KeptColumns implements Source {
  readonly #source: Source;
  /** What each column was read with. */
  readonly #frames = new Map<string, Promise<Frame>>();
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

  async notes(): Promise<readonly string[]> {
    return (await this.#source.notes?.()) ?? [];
  }

  async read(names: readonly string[]): Promise<Frame> {
    const [first, ...others] = names;
    if (first === undefined) return this.#source.read(names);
    const kept = this.#frames.get(first);
    const isOne = others.every((name) => this.#frames.get(name) === kept);
    const { rows, columns } = await (kept !== undefined && isOne ? kept : this.#keep(names));
    if (this.#values > mostValues) this.release();
    const read = names.flatMap((name): readonly [string, ColumnData][] => {
      const column = columns.get(name);
      return column === undefined ? [] : [[name, column]];
    });
    return { rows, columns: new Map(read) };
  }

  #keep(names: readonly string[]): Promise<Frame> {
    const frame = this.#source.read(names);
    for (const name of names) this.#frames.set(name, frame);
    frame.then(
      ({ rows }) => {
        this.#values += rows * names.length;
      },
      () => {
        for (const name of names) if (this.#frames.get(name) === frame) this.#frames.delete(name);
      },
    );
    return frame;
  }

  release(): void {
    this.#frames.clear();
    this.#described = undefined;
    this.#values = 0;
  }
}
