import type { DataError } from "@konsil/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { failure, readPlain } from "../../test/plain-frame.ts";
import { type Cluster, postgresIsInstalled, startCluster } from "../../test/postgres-cluster.ts";
import { csv, duckdb, openDatabase, parquet, postgresql } from "./databases.ts";
import type { OfferedDatabase } from "./environment.ts";

const kinds = [csv, parquet, duckdb, postgresql];

const offered = (changes: Partial<OfferedDatabase>): OfferedDatabase => ({
  label: "registry",
  type: "sql",
  uri: "postgresql://anna:hunter2@db:5432/registry",
  parameters: { TABLE: "patients" },
  wishes: [],
  ...changes,
});

test.each<[string, Partial<OfferedDatabase>, RegExp]>([
  ["a server without a table", { parameters: {} }, /"registry" is a PostgreSQL.*env: \{ table/],
  ["a table without a name", { parameters: { TABLE: "" } }, /env: \{ table/],
  [
    "a DuckDB file without a table",
    { type: "duckdb", uri: "/a.duckdb", parameters: {} },
    /DuckDB file.*table/,
  ],
  ["SQLite", { uri: "sqlite:////mnt/patients.sqlite" }, /"registry" as "sql".*not one of PostgreSQL/],
  ["MySQL", { uri: "mysql://anna:hunter2@db/registry" }, /as "sql".*Parquet, DuckDB or CSV/],
  ["a spreadsheet", { type: "excel", uri: "/mnt/patients.xlsx" }, /as "excel".*It reads csv, .*postgresql/],
  ["an unknown file", { type: "other", uri: "/mnt/patients.sav" }, /as "other".*It reads csv/],
])("%s is refused in words, without its address", async (_what, changes, message) => {
  const error = await failure(async () => openDatabase(offered(changes), kinds));
  expect(error).toMatchObject({ name: "DataError", code: "DATA_UNREADABLE" } satisfies Partial<DataError>);
  expect(error.message).toMatch(message);
  expect(error.message).not.toMatch(/hunter2|anna|mnt|patients/);
});

const why = postgresIsInstalled ? "" : " (skipped: no PostgreSQL is installed here)";

describe.skipIf(!postgresIsInstalled)(`A node's "sql" database${why}`, () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster();
    await cluster.run(
      "CREATE SCHEMA registry",
      "CREATE TABLE registry.patients AS SELECT 50 AS age",
      "CREATE TABLE patients AS SELECT 60 AS age",
    );
  });
  afterAll(() => cluster?.stop());

  test("is the table of a PostgreSQL, whatever driver of Python's its address names", async () => {
    const { url, withoutPassword, password } = cluster;
    const python = url.replace("postgresql:", "postgresql+psycopg2:");
    const read = (changes: Partial<OfferedDatabase>) =>
      readPlain(openDatabase(offered(changes), kinds), "age");
    const schema = { TABLE: "patients", SCHEMA: "registry" };
    expect(await read({ uri: url })).toEqual({ rows: 1, age: [60] });
    expect(await read({ uri: python, parameters: schema })).toEqual({ rows: 1, age: [50] });
    const beside = { uri: withoutPassword, parameters: { ...schema, PASSWORD: password } };
    expect(await read(beside)).toEqual({ rows: 1, age: [50] });
  });
});
