import { extname } from "node:path";
import { DataError, listing, type Source } from "@konsil/core";
import { csvSource, duckdbSource, parquetSource, postgresSource } from "../sources/index.ts";
import { isPostgresAddress } from "../sources/postgres/address.ts";
import type { OfferedDatabase } from "./environment.ts";

/** A kind of database that an image can read. */
export interface SourceKind {
  readonly name: string;
  /** vantage6's words for its type. */
  readonly types: readonly string[];
  /** Endings of files by which it is known where the node's type is "other". */
  readonly endings: readonly string[];
  open(database: OfferedDatabase): Source;
}

export const csv: SourceKind = {
  name: "csv",
  types: ["csv"],
  endings: [".csv", ".tsv", ".txt"],
  open: ({ uri, label, parameters }) =>
    csvSource(uri, {
      label,
      ...(parameters["DELIMITER"] === undefined ? {} : { delimiter: parameters["DELIMITER"] }),
      ...(parameters["DECIMAL"] === "," ? { decimal: "," } : {}),
      ...(parameters["MISSING"] === undefined ? {} : { missing: parameters["MISSING"].split(",") }),
    }),
};

export const parquet: SourceKind = {
  name: "parquet",
  types: ["parquet"],
  endings: [".parquet"],
  open: ({ uri, label }) => parquetSource(uri, { label }),
};

/** @throws DataError DATA_UNREADABLE where the node does not say which table is read */
function tableOf({ label, parameters }: OfferedDatabase, what: string): string {
  const table = parameters["TABLE"];
  if (table !== undefined && table !== "") return table;
  throw new DataError(
    "DATA_UNREADABLE",
    `The database "${label}" is a ${what}, and its node does not say which table is read. Its administrator sets \`env: { table: … }\` beside it.`,
  );
}

export const duckdb: SourceKind = {
  name: "duckdb",
  types: ["duckdb"],
  endings: [".duckdb", ".db"],
  open: (database) => {
    const { uri, label, parameters } = database;
    return duckdbSource(uri, {
      table: tableOf(database, "DuckDB file"),
      schema: parameters["SCHEMA"],
      label,
    });
  },
};

/** Python's libraries name a driver in the address: `postgresql+psycopg2://`. */
function withoutDriver(address: string): string {
  return address.replace(/^(postgres(ql)?)\+\w+:/, "$1:");
}

export const postgresql: SourceKind = {
  name: "postgresql",
  types: ["sql", "postgresql"],
  endings: [],
  open: (database) => {
    const { uri, label, parameters } = database;
    const address = withoutDriver(uri);
    if (!isPostgresAddress(address))
      throw new DataError(
        "DATA_UNREADABLE",
        `{site} has its database "${label}" as "${database.type}", at an address that is not one of PostgreSQL (postgresql://…), which is all that this image reads of servers. SQLite and others are read once they are stored as Parquet, DuckDB or CSV.`,
      );
    return postgresSource(address, {
      table: tableOf(database, "PostgreSQL"),
      schema: parameters["SCHEMA"],
      password: parameters["PASSWORD"],
      label,
    });
  },
};

/**
 * The source of a database as a node offers it.
 * @throws DataError DATA_UNREADABLE for a kind that this image does not read
 */
export function openDatabase(database: OfferedDatabase, kinds: readonly SourceKind[]): Source {
  const type = database.type.toLowerCase();
  const ending = extname(database.uri).toLowerCase();
  const kind =
    kinds.find(({ types }) => types.includes(type)) ??
    (type === "other" ? kinds.find(({ endings }) => endings.includes(ending)) : undefined);
  const [wish] = database.wishes;
  if (wish !== undefined)
    throw new DataError(
      "DATA_UNREADABLE",
      `The task gives a ${wish} for the database "${database.label}", which this image does not carry out. Use \`data\` with derived columns and a filter instead.`,
    );
  if (kind !== undefined) return kind.open(database);
  throw new DataError(
    "DATA_UNREADABLE",
    `{site} has its database "${database.label}" as "${database.type}", which this image does not read. It reads ${listing(kinds.map(({ name }) => name))}.`,
  );
}
