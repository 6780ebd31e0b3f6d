import type { DuckDBConnection } from "@duckdb/node-api";
import type { Source } from "@konsil/core";
import { fetchColumns } from "./fetch-columns.ts";
import { findColumn } from "./find-column.ts";
import type { Relation } from "./relation.ts";
import { type SessionFile, withSession } from "./session.ts";
import { orUnreadable } from "./unreadable.ts";

/** A file that DuckDB can read. */
export interface RelationFile {
  readonly label: string;
  readonly file: SessionFile;
  /** What to do when it cannot be read. */
  readonly advice: string;
  readonly relation: (connection: DuckDBConnection) => Promise<Relation>;
}

/** A source that opens its file anew for each request and holds nothing open in between. */
export function relationSource({ label, file, advice, relation }: RelationFile): Source {
  const use: typeof withSession = (opened, action) =>
    orUnreadable(label, advice, () => withSession(opened, action));
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
  };
}
