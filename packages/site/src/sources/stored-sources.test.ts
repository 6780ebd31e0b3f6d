import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { failure, readPlain, typesOf } from "../../test/plain-frame.ts";
import { runDuckdb, temporaryFile, temporaryFolder } from "../../test/temporary-folder.ts";
import { duckdbSource } from "./duckdb-source.ts";
import { parquetSource } from "./parquet-source.ts";
import { literal } from "./quoting.ts";

const patients = `SELECT * FROM (VALUES
  (1::BIGINT, 2::HUGEINT, 1.25::DECIMAL(18,2), 0.5::FLOAT, 'a', 'x'::ENUM('y', 'x'), true, DATE '1970-01-02',
   TIMESTAMP '1969-12-31 23:59:59', TIMESTAMPTZ '1970-01-03 00:30:00+01', [1, 2], TIME '12:00:00'),
  (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
  (3, -2, -1.25, 'nan'::FLOAT, '', 'y', false, DATE '1900-01-01',
   TIMESTAMP '1970-01-01 00:00:00', TIMESTAMPTZ '1970-01-03 00:00:00+00', [], NULL)
) AS t(big, huge, "deci""mal", real, text, enum, truth, day, moment, zoned, list, clock)`;

const names = ["big", "huge", 'deci"mal', "real", "text", "enum", "truth", "day", "moment", "zoned"];

const expected = {
  rows: 3,
  big: [1, null, 3],
  huge: [2, null, -2],
  'deci"mal': [1.25, null, -1.25],
  real: [0.5, null, null],
  text: ["a", null, null],
  enum: ["x", null, "y"],
  truth: [1, null, 0],
  day: [1, null, -25567],
  moment: [-1, null, 0],
  zoned: [1, null, 2],
};

async function parquet(query: string): Promise<string> {
  const path = join(await temporaryFolder(), "patients.parquet");
  await runDuckdb(":memory:", `COPY (${query}) TO ${literal(path)} (FORMAT parquet)`);
  return path;
}

async function database(...statements: readonly string[]): Promise<string> {
  const path = join(await temporaryFolder(), "patients.duckdb");
  await runDuckdb(path, ...statements);
  return path;
}

describe("Parquet", () => {
  test("has numbers, text, booleans and days; nested values and times of day are not offered", async () => {
    const source = parquetSource(await parquet(patients));
    expect(Object.keys(await typesOf(source))).toEqual(names);
    expect(await readPlain(source, ...names)).toEqual(expected);
    expect(await failure(() => source.read(["list"]))).toMatchObject({
      name: "DataError",
      code: "COLUMN_TYPE",
    });
  });

  test("keeps the order of rows, whichever columns are read", async () => {
    const source = parquetSource(await parquet("SELECT i, 's' || i % 3 AS s FROM range(300000) t(i)"));
    const i = (await source.read(["i"])).columns.get("i");
    const s = (await source.read(["s"])).columns.get("s");
    if (i?.type !== "numeric" || s?.type !== "category") throw new Error("wrong types");
    expect(i.values.every((value, row) => value === row)).toBe(true);
    expect(s.codes.every((code, row) => code === row % 3)).toBe(true);
  });

  test("that is damaged or absent is an error without its path", async () => {
    const whole = await readFile(await parquet(patients));
    const cut = await temporaryFile("patients.parquet", whole.subarray(0, whole.length - 20));
    const scrambled = await temporaryFile(
      "patients.parquet",
      new Uint8Array(whole).fill(7, 4, whole.length - 400),
    );
    for (const path of [cut, scrambled, "/secret/patients.parquet"]) {
      const error = await failure(() => parquetSource(path, { label: "registry" }).read(["text"]));
      expect(error).toMatchObject({ name: "DataError", code: "DATA_UNREADABLE" });
      expect(error.message).toContain('"registry"');
      expect(error.message).toContain(path.startsWith("/secret") ? "does not exist" : "not a whole Parquet");
      expect(error.message).not.toMatch(/patients|konsil site|secret|Error:/);
      expect((error.cause as Error).message).toContain(path);
    }
  });
});

describe("DuckDB", () => {
  test("has the same columns in a table", async () => {
    const path = await database(`CREATE TABLE "pa""tients" AS ${patients}`);
    const source = duckdbSource(path, { table: 'pa"tients' });
    expect(await readPlain(source, ...names)).toEqual(expected);
  });

  test.each([
    ["9007199254740993::BIGINT"],
    ["-9007199254740993::HUGEINT"],
    ["12345678901234567890.5::DECIMAL(38,1)"],
    ["'inf'::DOUBLE"],
    ["'infinity'::DATE"],
    ["'-infinity'::TIMESTAMP"],
  ])("with %s is an error that names the column only", async (value) => {
    const error = await failure(async () =>
      duckdbSource(await database(`CREATE TABLE people AS SELECT ${value} AS id`), { table: "people" }).read([
        "id",
      ]),
    );
    expect(error).toMatchObject({ name: "DataError", code: "DATA_INVALID" });
    expect(error.message).toContain('"id"');
    expect(error.message).not.toMatch(/90071|1234567|patients/);
  });

  test("has tables in schemas, and keeps their order of rows", async () => {
    const path = await database(
      "CREATE SCHEMA registry",
      "CREATE TABLE registry.people AS SELECT i FROM range(200000) t(i) ORDER BY i DESC",
    );
    const { columns } = await duckdbSource(path, { table: "people", schema: "registry" }).read(["i"]);
    const i = columns.get("i");
    expect(i?.type === "numeric" && i.values.every((value, row) => value === 199_999 - row)).toBe(true);
  });

  test("may have columns of any name", async () => {
    const names = ["v1", "v0", "nothing", "kept", "rowid", "select", "a b", "\u00e9'"];
    const columns = names.map((name, i) => `${i} AS "${name}"`);
    const path = await database(`CREATE TABLE kept AS SELECT ${columns.join(", ")}`);
    const read = await readPlain(duckdbSource(path, { table: "kept" }), ...names);
    expect(read).toEqual({ rows: 1, ...Object.fromEntries(names.map((name, i) => [name, [i]])) });
  });

  test("that was not closed is read with what its journal holds", async () => {
    const path = await database(
      "CREATE TABLE people AS SELECT 1 AS i",
      "PRAGMA disable_checkpoint_on_shutdown",
    );
    await runDuckdb(path, "PRAGMA disable_checkpoint_on_shutdown", "INSERT INTO people VALUES (2)");
    await expect(readFile(`${path}.wal`)).resolves.toBeInstanceOf(Buffer);
    expect(await readPlain(duckdbSource(path, { table: "people" }), "i")).toEqual({ rows: 2, i: [1, 2] });
  });

  test("is left as it was", async () => {
    const path = await database("CREATE TABLE people AS SELECT 1 AS i");
    const before = await readFile(path);
    await duckdbSource(path, { table: "people" }).read(["i"]);
    expect(before.equals(await readFile(path))).toBe(true);
  });

  test("has no view and no table of another spelling", async () => {
    const path = await database("CREATE TABLE people AS SELECT 1 AS i", "CREATE VIEW seen AS FROM people");
    for (const table of ["seen", "People", "people; DROP TABLE people", ""]) {
      const error = await failure(() => duckdbSource(path, { table }).describe());
      expect(error).toMatchObject({ name: "DataError", code: "DATA_UNREADABLE" });
      expect(error.message).toContain("no table of the name");
    }
  });

  test("that is damaged or absent is an error without its path, and is not made", async () => {
    const folder = await temporaryFolder();
    const absent = join(folder, "patients.duckdb");
    const damaged = join(folder, "damaged.duckdb");
    await writeFile(damaged, "not a database, but a note on patients");
    for (const path of [absent, damaged]) {
      const error = await failure(() => duckdbSource(path, { table: "people" }).describe());
      expect(error).toMatchObject({ name: "DataError", code: "DATA_UNREADABLE" });
      expect(error.message).not.toMatch(/patients|konsil site|damaged|Error:/);
    }
    await expect(readFile(absent)).rejects.toMatchObject({ code: "ENOENT" });
  });
});
