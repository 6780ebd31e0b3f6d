import { identifier } from "../quoting.ts";
import { unreadable } from "../unreadable.ts";
import { type PostgresColumn, type PostgresType, postgresColumn } from "./postgres-column.ts";
import type { PostgresSession } from "./postgres-session.ts";

/** What is read: a table or a query. */
export type Wanted = { readonly schema: string; readonly table: string } | { readonly query: string };

/** How rows come in one order, whichever of their columns are read. */
type Order =
  | { readonly by: "columns"; readonly sql: readonly string[] }
  /** As they are stored. */
  | { readonly by: "storage" };

/** A table or query of PostgreSQL. */
export interface PostgresRelation {
  /** SQL to select from. */
  readonly sql: string;
  readonly columns: readonly PostgresColumn[];
  /** Names of columns whose type Konsil does not have. */
  readonly notOffered: readonly string[];
  readonly order: Order;
}

interface FoundTable {
  readonly oid: string;
  /** Whether its rows are in one place of their own: neither view, partitions, inheritance nor another server. */
  readonly stored: boolean;
}

async function findTable(
  session: PostgresSession,
  schema: string,
  table: string,
  label: string,
): Promise<FoundTable> {
  const [found] = await session.rows(
    `SELECT c.oid, c.relkind IN ('r', 'm') AND NOT c.relhassubclass
     FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p', 'v', 'm', 'f')`,
    [schema, table],
  );
  if (found === undefined)
    throw unreadable(
      label,
      "It has no table of the name that its configuration gives, in the schema that it gives (public, unless it says). Names are spelled as in the catalogue: in lower case unless they were quoted.",
    );
  return { oid: String(found[0]), stored: found[1] === "t" };
}

/** The columns of a table that its user may read. */
async function readableNames(session: PostgresSession, { oid }: FoundTable): Promise<readonly string[]> {
  const rows = await session.rows(
    `SELECT attname FROM pg_catalog.pg_attribute
     WHERE attrelid = $1::oid AND attnum > 0 AND NOT attisdropped
       AND has_column_privilege(attrelid, attnum, 'SELECT')
     ORDER BY attnum`,
    [oid],
  );
  return rows.map(([name]) => String(name));
}

async function primaryKey(session: PostgresSession, { oid }: FoundTable): Promise<readonly string[]> {
  const rows = await session.rows(
    `SELECT a.attname
     FROM pg_catalog.pg_index i
       CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, place)
       JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
     WHERE i.indrelid = $1::oid AND i.indisprimary AND k.place <= i.indnkeyatts
     ORDER BY k.place`,
    [oid],
  );
  return rows.map(([name]) => String(name));
}

async function typesOf(
  session: PostgresSession,
  oids: readonly string[],
): Promise<ReadonlyMap<string, PostgresType>> {
  const rows = await session.rows(
    `SELECT oid, typname, typnamespace = 'pg_catalog'::regnamespace, typtype = 'e'
     FROM pg_catalog.pg_type WHERE oid = ANY($1::oid[])`,
    [`{${oids.join(",")}}`],
  );
  return new Map(
    rows.map(([oid, name, builtIn, enumeration]) => [
      String(oid),
      { name: String(name), builtIn: builtIn === "t", enumeration: enumeration === "t" },
    ]),
  );
}

/** The columns of a result, of which nothing is read. PostgreSQL describes them by the types beneath domains. */
async function columnsOf(
  session: PostgresSession,
  select: string,
): Promise<Pick<PostgresRelation, "columns" | "notOffered">> {
  const described = await session.columns(`${select} LIMIT 0`);
  const types = await typesOf(session, [...new Set(described.map(({ type }) => type))]);
  const columns: PostgresColumn[] = [];
  const notOffered: string[] = [];
  for (const { name, type } of described) {
    const found = types.get(type);
    const column = found && postgresColumn(name, found);
    if (column === undefined) notOffered.push(name);
    else columns.push(column);
  }
  return { columns, notOffered };
}

/** Rows that are equal in every column that is offered may change places: nobody can tell. */
function byEveryColumn(columns: readonly PostgresColumn[]): Order {
  const sql = columns.map(({ sent, value }) => (sent === "text" ? `${value} COLLATE "C"` : value));
  return { by: "columns", sql };
}

async function tableRelation(
  session: PostgresSession,
  schema: string,
  table: string,
  label: string,
): Promise<PostgresRelation> {
  const found = await findTable(session, schema, table, label);
  const names = await readableNames(session, found);
  if (names.length === 0)
    throw unreadable(label, "Its user may read no column of the table. Grant SELECT on it.");
  const sql = `${identifier(schema)}.${identifier(table)} AS asked`;
  const read = await columnsOf(session, `SELECT ${names.map(identifier).join(", ")} FROM ${sql}`);
  const key = found.stored ? await primaryKey(session, found) : [];
  if (key.length > 0 && key.every((name) => names.includes(name)))
    // A bare name would be the value that is read, not the column of the key.
    return { sql, ...read, order: { by: "columns", sql: key.map((name) => `asked.${identifier(name)}`) } };
  return { sql, ...read, order: found.stored ? { by: "storage" } : byEveryColumn(read.columns) };
}

async function queryRelation(
  session: PostgresSession,
  query: string,
  label: string,
): Promise<PostgresRelation> {
  // On lines of its own: a query may end with a comment.
  const sql = `(\n${query.replace(/[;\s]+$/, "")}\n) AS asked`;
  const read = await columnsOf(session, `SELECT * FROM ${sql}`);
  const names = [...read.columns.map(({ name }) => name), ...read.notOffered];
  if (new Set(names).size < names.length)
    throw unreadable(label, "Its query gives two columns one name. Give each a name of its own.");
  return { sql, ...read, order: byEveryColumn(read.columns) };
}

/**
 * Looks a table up, or a query.
 * @throws DataError DATA_UNREADABLE when there is none
 */
export function postgresRelation(
  session: PostgresSession,
  wanted: Wanted,
  label: string,
): Promise<PostgresRelation> {
  return "query" in wanted
    ? queryRelation(session, wanted.query, label)
    : tableRelation(session, wanted.schema, wanted.table, label);
}
