import type { DuckDBConnection } from "@duckdb/node-api";
import type { Source } from "@konsil/core";
import type { FormatFault } from "./fault.ts";
import { fetchColumns } from "./fetch-columns.ts";
import { findColumn } from "./find-column.ts";
import type { Relation } from "./relation.ts";
import { type SessionFile, withSession } from "./session.ts";
import { orUnreadable } from "./unreadable.ts";

/** A file that DuckDB can read. */
export interface RelationFile {
  readonly label: string;
  readonly file: SessionFile;
  /** What is wrong with it, by what its driver says. */
  readonly fault?: FormatFault;
  /** What to do where nothing is known of what is wrong. */
  readonly advice: string;
  readonly relation: (connection: DuckDBConnection) => Promise<Relation>;
  /** What its owner should know of what it holds. */
  readonly notes?: (connection: DuckDBConnection, relation: Relation) => Promise<readonly string[]>;
}

/** A source that opens its file anew for each request and holds nothing open in between. */
export function relationSource({ label, file, fault, advice, relation, notes }: RelationFile): Source {
  const read = { label, path: file.path, fault: fault ?? (() => undefined), advice };
  const use: typeof withSession = (opened, action) => orUnreadable(read, () => withSession(opened, action));
  return {
    describe: () =>
      use(file, async (connection) =>
        (await relation(connection)).columns.map(({ name, type }) => ({ name, type })),
      ),
    read: (names) =>
      use(file, async (connection) => {
        const opened = await relation(connection);
        const columns = [...new Set(names)].map((name) => findColumn(opened, name, label));
        return fetchColumns(connection, opened, columns, label);
      }),
    ...(notes === undefined
      ? {}
      : { notes: () => use(file, async (connection) => notes(connection, await relation(connection))) }),
  };
}
