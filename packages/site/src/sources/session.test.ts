import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect, test } from "vitest";
import { temporaryFile } from "../../test/temporary-folder.ts";
import { literal } from "./quoting.ts";
import { queryRows, withSession } from "./session.ts";

test.each([
  ["another file", (folder: string) => `FROM read_csv(${literal(join(folder, "other.csv"))})`],
  ["all files of the folder", (folder: string) => `FROM read_csv(${literal(join(folder, "*.csv"))})`],
  ["a file to write", (folder: string) => `COPY (SELECT 1) TO ${literal(join(folder, "out.csv"))}`],
  ["the network", () => "FROM read_csv('https://example.org/a.csv')"],
  ["an extension", () => "INSTALL httpfs"],
  ["an extension that is installed", () => "LOAD httpfs"],
  ["a looser configuration", () => "SET enable_external_access = true"],
  ["another folder for what does not fit in memory", () => "SET temp_directory = '/tmp'"],
  ["another database", (folder: string) => `ATTACH ${literal(join(folder, "x.duckdb"))} AS x`],
])("a session does not open %s", async (_what, statement) => {
  const path = await temporaryFile("patients.csv", "a\n1\n");
  await withSession({ kind: "read", path }, async (connection) => {
    await expect(queryRows(connection, statement(dirname(path)))).rejects.toThrow();
    expect(await queryRows(connection, `FROM read_csv(${literal(path)})`)).toHaveLength(1);
  });
});

test("what the sources need is part of DuckDB, and no extension from elsewhere", async () => {
  const instance = await DuckDBInstance.create(":memory:", { autoinstall_known_extensions: "false" });
  const connection = await instance.connect();
  const loaded = await queryRows(
    connection,
    "SELECT extension_name FROM duckdb_extensions() WHERE loaded AND install_mode = 'STATICALLY_LINKED'",
  );
  const names = loaded.map(([name]) => name);
  // icu: the day of a timestamp with a zone
  for (const name of ["core_functions", "parquet", "icu"]) expect(names).toContain(name);
  connection.closeSync();
  instance.closeSync();
});

test("importing the sources does not load DuckDB", async () => {
  const folder = new URL("./", import.meta.url);
  const files = (await readdir(folder)).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"));
  expect(files).toContain("session.ts");
  for (const name of files)
    expect(await readFile(new URL(name, folder), "utf8")).not.toMatch(
      /^(?!import type ).*from "@duckdb\/node-api"/m,
    );
});
