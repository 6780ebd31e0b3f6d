import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inspect } from "node:util";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { failure, readPlain, typesOf } from "../../../test/plain-frame.ts";
import { type Cluster, postgresIsInstalled, startCluster } from "../../../test/postgres-cluster.ts";
import { runDuckdb, temporaryFolder } from "../../../test/temporary-folder.ts";
import { csvSource } from "../csv-source.ts";
import { duckdbSource } from "../duckdb-source.ts";
import { parquetSource } from "../parquet-source.ts";
import { literal } from "../quoting.ts";
import { postgresRelation } from "./postgres-relation.ts";
import { readRows } from "./postgres-rows.ts";
import { withPostgres } from "./postgres-session.ts";
import { type PostgresOptions, postgresSource } from "./postgres-source.ts";

const why = postgresIsInstalled ? "" : " (skipped: no PostgreSQL is installed here)";

describe.skipIf(!postgresIsInstalled)(`PostgreSQL${why}`, () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster();
  });
  afterAll(() => cluster?.stop());

  const source = (options: PostgresOptions) => postgresSource(cluster.url, options);

  test("has the columns of other databases: numbers, text, booleans and days", async () => {
    await cluster.run(
      `CREATE TYPE stage AS ENUM ('y', 'x')`,
      `CREATE DOMAIN grams AS numeric(18, 2) CHECK (value < 1000)`,
      `CREATE TABLE "pa""tients" ("small" int2, "whole" int4, big int8, "deci""mal" numeric(18, 2), loose numeric,
         mass grams, real float4, double float8, text text, limited varchar(9), padded char(4), stage stage,
         truth boolean, day date, moment timestamp, zoned timestamptz, list int[], clock time, id uuid, doc jsonb)`,
      `INSERT INTO "pa""tients" VALUES
         (1, 2, 3, 1.25, 1e-400, 7.5, 0.1, 0.1, 'a', '\u00e9''"', 'M', 'x', true, '1970-01-02',
          '1969-12-31 23:59:59', '1970-01-03 00:30:00+01', '{1}', '12:00', gen_random_uuid(), '{}'),
         (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
         (-1, -2, -3, -1.25, 'NaN', 0, 'NaN', 'NaN', '', 'NA', '', 'y', false, '1900-01-01',
          '4000-01-01 00:00:00', '1970-01-03 00:00:00+00', '{}', NULL, NULL, NULL)`,
    );
    const patients = source({ table: 'pa"tients' });
    const expected = {
      small: [1, null, -1],
      whole: [2, null, -2],
      big: [3, null, -3],
      'deci"mal': [1.25, null, -1.25],
      loose: [0, null, null],
      mass: [7.5, null, 0],
      real: [Math.fround(0.1), null, null],
      double: [0.1, null, null],
      text: ["a", null, null],
      limited: ["\u00e9'\"", null, "NA"],
      padded: ["M", null, null],
      stage: ["x", null, "y"],
      truth: [1, null, 0],
      day: [1, null, -25567],
      moment: [-1, null, Date.UTC(4000, 0, 1) / 86_400_000],
      zoned: [1, null, 2],
    };
    const names = Object.keys(expected);
    expect(Object.keys(await typesOf(patients))).toEqual(names);
    expect(await readPlain(patients, ...names)).toEqual({ rows: 3, ...expected });
    for (const name of ["list", "clock", "id", "doc"])
      expect(await failure(() => patients.read([name]))).toMatchObject({ code: "COLUMN_TYPE" });
    expect(await failure(() => patients.read(["day", "Day"]))).toMatchObject({ code: "COLUMN_UNKNOWN" });
    expect(await patients.read([])).toEqual({ rows: 3, columns: new Map() });
  });

  test("gives the frame that CSV, Parquet and DuckDB give for the same data", async () => {
    const folder = await temporaryFolder();
    const [parquet, duckdb] = ["rows.parquet", "rows.duckdb"].map((name) => join(folder, name));
    // Where the server may read it.
    const csv = join(cluster.folder, "rows.csv");
    if (!parquet || !duckdb) throw new Error("no path");
    const levels = ["b", "B", "\u00e9", "\u{1f3e5}", "\uffee", 'a, "quoted"', "z z"].map((level) =>
      literal(level),
    );
    await runDuckdb(
      duckdb,
      "SELECT setseed(0.5)",
      `CREATE TABLE rows AS SELECT i AS id, i % 7 = 3 AS truth,
         CASE WHEN i % 11 <> 0 THEN exp(20 * random() - 10) * (random() - 0.5) END AS measure,
         CASE WHEN i % 13 <> 0 THEN (random() * 1000)::DECIMAL(9, 3) END AS price,
         CASE WHEN i % 5 <> 0 THEN [${levels.join(", ")}][1 + (i * 31) % ${levels.length}] END AS level,
         CASE WHEN i % 17 <> 0 THEN DATE '1900-01-01' + (random() * 60000)::INT END AS day
       FROM range(3000) t(i)`,
      `COPY rows TO ${literal(csv)} (FORMAT csv, HEADER)`,
      `COPY rows TO ${literal(parquet)} (FORMAT parquet)`,
    );
    await cluster.run(
      "CREATE TABLE rows (id bigint PRIMARY KEY, truth boolean, measure float8, price numeric(9, 3), level text, day date)",
      `COPY rows FROM ${literal(csv)} (FORMAT csv, HEADER)`,
    );
    const names = ["id", "truth", "measure", "price", "level", "day"];
    const read = async (from: ReturnType<typeof csvSource>) => (await from.read(names)).columns;
    const columns = await read(duckdbSource(duckdb, { table: "rows" }));
    expect(columns.get("level")).toMatchObject({ levels: { length: levels.length } });
    expect(await read(parquetSource(parquet))).toEqual(columns);
    expect(await read(csvSource(csv))).toEqual(columns);
    expect(await read(source({ table: "rows" }))).toEqual(columns);
    expect(await read(source({ query: "SELECT * FROM rows -- all of them;" }))).toEqual(columns);
  });

  test.each([
    ["9007199254740993::bigint"],
    ["-9007199254740993::bigint"],
    ["12345678901234567890.5::numeric"],
    ["1e400::numeric"],
    ["'inf'::float8"],
    ["'-inf'::float4"],
    ["'infinity'::date"],
    ["'-infinity'::timestamp"],
    ["'infinity'::timestamptz"],
  ])("with %s is an error that names the column only", async (value) => {
    const query = `SELECT 1 AS other, ${value} AS id UNION ALL SELECT 2, NULL`;
    const error = await failure(() => source({ query }).read(["other", "id"]));
    expect(error).toMatchObject({ name: "DataError", code: "DATA_INVALID" });
    expect(error.message).toContain('"id"');
    expect(error.message).not.toMatch(/90071|1234567|e400|anna/);
  });

  test("may have columns and tables of any name", async () => {
    const names = [
      "v1",
      "asked",
      "ctid2",
      "select",
      "a b",
      "\u00e9'",
      'q"',
      "Age",
      "age",
      "$1",
      "%s",
      "a\\b",
    ];
    const columns = names.map((name, i) => `${i} AS "${name.replaceAll('"', '""')}"`).join(", ");
    await cluster.run(
      'CREATE SCHEMA "re""gis; try"',
      `CREATE TABLE "re""gis; try"."a'.b" AS SELECT ${columns}`,
    );
    const read = await readPlain(source({ schema: 're"gis; try', table: "a'.b" }), ...names);
    expect(read).toEqual({ rows: 1, ...Object.fromEntries(names.map((name, i) => [name, [i]])) });
  });

  test("has no table of another spelling or elsewhere", async () => {
    await cluster.run(
      "CREATE TABLE people (i int)",
      "CREATE SCHEMA other",
      "CREATE TABLE other.hidden (i int)",
    );
    for (const table of ["People", "people; DROP TABLE people", "hidden", "other.hidden", "pg_class", ""]) {
      const error = await failure(() => source({ table }).describe());
      expect(error).toMatchObject({ name: "DataError", code: "DATA_UNREADABLE" });
      expect(error.message).toContain("no table of the name");
    }
    expect(await typesOf(source({ table: "hidden", schema: "other" }))).toEqual({ i: "numeric" });
  });

  test("keeps one order of rows, whichever columns are read", async () => {
    await cluster.run(
      "CREATE TABLE heap AS SELECT i AS a, 's' || i % 3 AS s, repeat('x', 200) AS wide FROM generate_series(1, 8000) i ORDER BY i DESC",
      "CREATE INDEX ON heap (a)",
      "CREATE TABLE keyed AS SELECT i % 100 AS a, i AS b, 's' || i % 3 AS s FROM generate_series(1, 8000) i ORDER BY random()",
      "ALTER TABLE keyed ADD PRIMARY KEY (a, b)",
      "VACUUM ANALYZE heap",
      "CREATE VIEW seen AS SELECT a % 10 AS a, s FROM heap ORDER BY random()",
      "CREATE TABLE parts (a int, s text) PARTITION BY LIST (a)",
      "CREATE TABLE part1 PARTITION OF parts FOR VALUES IN (1)",
      "CREATE TABLE part2 PARTITION OF parts FOR VALUES IN (2, 3)",
      "INSERT INTO parts SELECT 1 + i % 3, 's' || i FROM generate_series(1, 3000) i",
    );
    for (const options of [
      { table: "heap" },
      { table: "keyed" },
      { table: "seen" },
      { table: "parts" },
      { query: "SELECT a, s FROM heap WHERE a < 5000 ORDER BY random()" },
    ]) {
      const from = source(options);
      const together = await readPlain(from, "a", "s");
      expect(await readPlain(from, "a")).toEqual({ rows: together["rows"], a: together["a"] });
      expect(await readPlain(from, "s")).toEqual({ rows: together["rows"], s: together["s"] });
      expect(await readPlain(from, "s", "a")).toEqual(together);
    }
    const { a } = await readPlain(source({ table: "heap" }), "a");
    expect(a).toEqual(Array.from({ length: 8000 }, (_, i) => 8000 - i));
    // A row that is changed is stored elsewhere, and has its place by its key.
    const before = await readPlain(source({ table: "keyed" }), "b");
    await cluster.run("UPDATE keyed SET s = 'changed' WHERE a = 3");
    expect(await readPlain(source({ table: "keyed" }), "b")).toEqual(before);
  });

  test("is read at one moment, and changed by nobody through it", async () => {
    await cluster.run("CREATE TABLE moving AS SELECT i AS a FROM generate_series(1, 1000) i");
    const server = {
      label: "default",
      url: cluster.url,
      password: undefined,
      passwordFile: undefined,
      timeout: 10_000,
    };
    const frame = await withPostgres(server, async (session) => {
      const relation = await postgresRelation(session, { schema: "public", table: "moving" }, "default");
      await cluster.run(
        "INSERT INTO moving SELECT 7 FROM generate_series(1, 50)",
        "DELETE FROM moving WHERE a < 9",
      );
      return readRows(session, relation, relation.columns);
    });
    expect(frame.rows).toBe(1000);
    await cluster.run(
      "CREATE FUNCTION sneak() RETURNS int LANGUAGE sql AS 'INSERT INTO moving VALUES (1) RETURNING a'",
    );
    const error = await failure(() => source({ query: "SELECT sneak() AS a" }).read(["a"]));
    expect(error).toMatchObject({ code: "DATA_UNREADABLE", message: expect.stringContaining("only reads") });
  });

  test("offers what its user may read", async () => {
    await cluster.run(
      "CREATE ROLE bram LOGIN PASSWORD 'b'",
      "CREATE TABLE granted (id int PRIMARY KEY, age int, name text)",
      "INSERT INTO granted VALUES (1, 50, 'Ola'), (2, 60, 'Kari')",
      "GRANT SELECT (age) ON granted TO bram",
      "CREATE TABLE refused (age int)",
      "CREATE SCHEMA closed",
      "CREATE TABLE closed.t (age int)",
      "GRANT SELECT ON closed.t TO bram",
    );
    const asBram = (options: PostgresOptions) =>
      postgresSource(cluster.url.replace(/anna:[^@]*/, "bram:b"), options);
    expect(await typesOf(asBram({ table: "granted" }))).toEqual({ age: "numeric" });
    expect(await readPlain(asBram({ table: "granted" }), "age")).toEqual({ rows: 2, age: [50, 60] });
    expect((await asBram({ table: "granted" }).read([])).rows).toBe(2);
    for (const options of [
      { table: "refused" },
      { table: "t", schema: "closed" },
      { query: "TABLE granted" },
    ]) {
      const error = await failure(() => asBram(options).describe());
      expect(error).toMatchObject({
        code: "DATA_UNREADABLE",
        message: expect.stringContaining("Grant SELECT"),
      });
    }
  });

  test("has a query whose columns have names of their own", async () => {
    const error = await failure(() => source({ query: "SELECT 1 AS a, 2 AS a" }).describe());
    expect(error).toMatchObject({ code: "DATA_UNREADABLE", message: expect.stringContaining("one name") });
    const wrong = await failure(() => source({ query: "SELECT secret FROM nowhere" }).describe());
    expect(wrong).toMatchObject({ code: "DATA_UNREADABLE" });
    expect(wrong.message).not.toMatch(/secret|nowhere/);
  });

  describe("password", () => {
    const table = "pg_patients";
    beforeAll(() => cluster.run(`CREATE TABLE ${table} AS SELECT 1 AS a`));
    const open = (options: Partial<PostgresOptions>) =>
      postgresSource(cluster.withoutPassword, { table, ...options } as PostgresOptions).read(["a"]);

    test("is in the address, beside it, in a file or in the environment", async () => {
      expect((await source({ table }).read(["a"])).rows).toBe(1);
      expect((await open({ password: cluster.password })).rows).toBe(1);
      const passwordFile = join(await temporaryFolder(), "password");
      await writeFile(passwordFile, `${cluster.password}\n`);
      expect((await open({ passwordFile })).rows).toBe(1);
      vi.stubEnv("PGPASSWORD", cluster.password);
      expect((await open({})).rows).toBe(1);
      vi.unstubAllEnvs();
    });

    test("that is wrong, or a file that is not there, is an error that says neither password nor address nor path", async () => {
      const wrong = cluster.url.replace(/:[^:@]*@/, ":hunter2@");
      const refused = await failure(() => postgresSource(wrong, { table, label: "registry" }).describe());
      expect(refused).toMatchObject({ code: "DATA_UNREADABLE" });
      expect(refused.message).toMatch(/"registry".*refuses the user or the password/);
      expect(inspect(refused, { depth: 9, showHidden: true })).not.toContain("hunter2");
      const absent = await failure(() => open({ passwordFile: "/secret/place" }));
      expect(absent.message).toMatch(/password file/);
      for (const { message } of [refused, absent])
        expect(message).not.toMatch(/hunter2|secret|anna|localhost|127\.0\.0\.1|Error:/);
    });
  });

  test("is asked by TLS as its address says, with a certificate that is checked", async () => {
    await cluster.run("CREATE TABLE over_tls AS SELECT 1 AS a");
    const open = (parameters: string) =>
      postgresSource(`${cluster.url}?${parameters}`, { table: "over_tls" }).read(["a"]);
    const encrypted = postgresSource(`${cluster.url}?sslrootcert=${cluster.certificate}`, {
      query: "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
    });
    expect(await readPlain(encrypted, "ssl")).toEqual({ rows: 1, ssl: [1] });
    const warned = vi.spyOn(process, "emitWarning");
    for (const mode of ["require", "verify-ca", "verify-full"]) {
      expect((await open(`sslmode=${mode}&sslrootcert=${cluster.certificate}`)).rows).toBe(1);
      const error = await failure(() => open(`sslmode=${mode}`));
      expect(error).toMatchObject({
        code: "DATA_UNREADABLE",
        message: expect.stringContaining("certificate"),
      });
    }
    expect(warned).not.toHaveBeenCalled();
    expect((await open("sslmode=no-verify")).rows).toBe(1);
    const other = cluster.url.replace("localhost", "127.0.0.1");
    const misnamed = `${other}?sslmode=verify-full&sslrootcert=${cluster.certificate}`;
    expect(
      (await failure(() => postgresSource(misnamed, { table: "over_tls" }).describe())).message,
    ).toContain("certificate");
    const absent = await failure(() => open("sslrootcert=/secret/ca.pem"));
    expect(absent).toMatchObject({ code: "DATA_UNREADABLE", message: expect.not.stringContaining("secret") });
  });

  test("that takes too long, or stops, is an error and leaves nothing behind", async () => {
    await cluster.run("CREATE TABLE busy AS SELECT i AS a FROM generate_series(1, 200000) i");
    const locker = new Client({ connectionString: cluster.url });
    await locker.connect();
    await locker.query("BEGIN; LOCK TABLE busy IN ACCESS EXCLUSIVE MODE");
    const error = await failure(() => source({ table: "busy", timeout: 0.3 }).read(["a"]));
    expect(error).toMatchObject({ code: "DATA_UNREADABLE", message: expect.stringContaining("too long") });
    const watcher = new Client({ connectionString: cluster.url });
    await watcher.connect();
    const ours = "FROM pg_stat_activity WHERE application_name = 'konsil'";
    const waiting = failure(() => source({ table: "busy" }).read(["a"]));
    const stopped = `SELECT pg_terminate_backend(pid) ${ours} AND wait_event_type = 'Lock'`;
    await expect.poll(async () => (await watcher.query(stopped)).rows.length).toBe(1);
    expect(await waiting).toMatchObject({
      code: "DATA_UNREADABLE",
      message: expect.stringContaining("stopped"),
    });
    await locker.query("ROLLBACK");
    await expect.poll(async () => (await watcher.query(`SELECT 1 ${ours}`)).rows.length).toBe(0);
    await watcher.end();
    await locker.end();
  });
});
