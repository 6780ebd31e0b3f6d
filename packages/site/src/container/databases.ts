import { extname } from "node:path";
import { DataError, listing, type Source } from "@konsil/core";
import { csvSource, duckdbSource, parquetSource } from "../sources/index.ts";
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
      ...(parameters["MISSING"] === undefined ? {} : { missing: parameters["MISSING"].split(",") }),
    }),
};

export const parquet: SourceKind = {
  name: "parquet",
  types: ["parquet"],
  endings: [".parquet"],
  open: ({ uri, label }) => parquetSource(uri, { label }),
};

export const duckdb: SourceKind = {
  name: "duckdb",
  types: ["duckdb"],
  endings: [".duckdb", ".db"],
  open: ({ uri, label, parameters }) => {
    const table = parameters["TABLE"];
    if (table === undefined)
      throw new DataError(
        "DATA_UNREADABLE",
        `The database "${label}" is a DuckDB file, and its node does not say which table is read. Its administrator sets \`env: { table: … }\` beside it.`,
      );
    return duckdbSource(uri, { table, schema: parameters["SCHEMA"], label });
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
