import { deserialize, serialize } from "node:v8";
import type { ColumnData, Frame, Source, SourceColumn } from "@konsil/core";
import type { KeptFiles } from "./kept-files.ts";

/** A database whose rows are kept for the next rounds of a job. */
export interface KeptDatabase {
  readonly label: string;
  readonly files: KeptFiles;
  /**
   * What tells this database, as it is now, from all others and from itself once it has changed; undefined where nothing
   * would tell.
   */
  readonly state: () => string | undefined;
  /** Told what is done, without a word of what is kept. */
  readonly say: (words: string) => void;
}

/** All columns of a database that were asked for so far, as they were read at one time. */
interface KeptTable extends Frame {
  readonly described: readonly SourceColumn[];
}

function has({ columns }: Frame, names: readonly string[]): boolean {
  return names.every((name) => columns.has(name));
}

function pick({ rows, columns }: Frame, names: readonly string[]): Frame {
  const picked = names.flatMap((name): readonly [string, ColumnData][] => {
    const column = columns.get(name);
    return column === undefined ? [] : [[name, column]];
  });
  return { rows, columns: new Map(picked) };
}

/**
 * A source whose columns are read once for all rounds of a job. They are kept as the database has them, before anything
 * that a request or a policy says, so that each round is judged as if it had read them itself. What is kept together was
 * read together: a column that is asked for later has all read anew, for rows may change between two reads.
 */
export function keptSource(source: Source, { label, files, state, say }: KeptDatabase): Source {
  let opened: { readonly state: string; readonly table: KeptTable | undefined } | undefined;
  let described: { readonly state: string; readonly columns: readonly SourceColumn[] } | undefined;

  const tableOf = (now: string): KeptTable | undefined => {
    if (opened?.state === now) return opened.table;
    const bytes = files.read(label, now);
    // Whoever has the key wrote them, in this form.
    opened = { state: now, table: bytes === undefined ? undefined : (deserialize(bytes) as KeptTable) };
    if (bytes !== undefined) say(`read the table "${label}" that an earlier round kept`);
    return opened.table;
  };
  const describe = async (now: string): Promise<readonly SourceColumn[]> => {
    if (described?.state !== now) described = { state: now, columns: await source.describe() };
    return described.columns;
  };
  const readAll = async (names: readonly string[], before: KeptTable | undefined): Promise<Frame> => {
    if (before === undefined) return source.read(names);
    try {
      return await source.read([...new Set([...before.columns.keys(), ...names])]);
    } catch {
      // A column that was there is no more, which is nothing to whoever does not ask for it.
      return source.read(names);
    }
  };
  const keep = async (now: string, frame: Frame): Promise<void> => {
    try {
      const table: KeptTable = { ...frame, described: await describe(now) };
      // What changed while it was read is of two states.
      if (state() !== now || !files.write(label, now, serialize(table))) return;
      opened = { state: now, table };
      say(`kept the table "${label}" for the next rounds`);
    } catch (error) {
      // The next round reads the database, as this one did.
      say(`the table "${label}" cannot be kept: ${(error as NodeJS.ErrnoException).code ?? "too large"}`);
    }
  };
  return {
    async describe() {
      const now = state();
      if (now === undefined) return source.describe();
      return tableOf(now)?.described ?? (await describe(now));
    },
    async read(names) {
      const now = state();
      if (now === undefined) return source.read(names);
      const kept = tableOf(now);
      if (kept !== undefined && has(kept, names)) return pick(kept, names);
      const frame = await readAll(names, kept);
      await keep(now, frame);
      return pick(frame, names);
    },
  };
}
