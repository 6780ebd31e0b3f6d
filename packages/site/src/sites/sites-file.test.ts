import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { failure, readPlain } from "../../test/plain-frame.ts";
import { runDuckdb, temporaryFile, temporaryFolder } from "../../test/temporary-folder.ts";
import { literal } from "../sources/quoting.ts";
import { policyFile } from "./policy-file.ts";
import { parseSites, readSitesFile } from "./sites-file.ts";

const example = fileURLToPath(new URL("../../../konsil/data/breast-cancer/sites.json", import.meta.url));

const database = { type: "csv", uri: "a.csv" };
const site = (changes: object) => ({
  sites: [{ name: "oslo", databases: { default: database }, ...changes }],
});

async function folderWithData(): Promise<string> {
  return dirname(await temporaryFile("a.csv", "age,code\n50,007\n"));
}

test("the eleven sites of the example have their rows and the open policy", async () => {
  const sites = await readSitesFile(example);
  const rows: Record<string, number> = {};
  for (const { name, databases, policy } of sites) {
    rows[name] = (await databases.default?.read(["days", "hormon"]))?.rows ?? 0;
    expect(policy.open).toBe(true);
    expect(policy.reason).toContain("public data");
  }
  expect(rows).toEqual({
    oslo: 366,
    leeds: 536,
    dublin: 210,
    amsterdam: 654,
    leuven: 299,
    milan: 415,
    tartu: 89,
    vilnius: 146,
    krakow: 267,
    heidelberg: 391,
    prague: 295,
  });
});

describe("a description", () => {
  test("may name the file of a site's journal, relative to its folder", async () => {
    const folder = await folderWithData();
    const [described] = await parseSites(site({ journal: "logs/oslo.jsonl" }), folder);
    expect(described).toMatchObject({ name: "oslo", journal: join(folder, "logs/oslo.jsonl") });
    expect((await parseSites(site({}), folder))[0]).not.toHaveProperty("journal");
    const [named] = await parseSites(site({ journal: "a.jsonl", researcher: "Dr. Lie" }), folder);
    expect(named).toMatchObject({ researcher: "Dr. Lie" });
    expect(await failure(() => parseSites(site({ researcher: "a\nb" }), folder))).toMatchObject({
      message: expect.stringContaining("sites[0].researcher"),
    });
    const error = await failure(() => parseSites(site({ journal: "" }), folder));
    expect(error).toMatchObject({
      code: "ARGUMENT_INVALID",
      message: expect.stringContaining("sites[0].journal"),
    });
    expect(await failure(() => parseSites(site({ jurnal: "a" }), folder))).toMatchObject({
      message: expect.stringContaining('Did you mean "journal"?'),
    });
  });

  test("may be of CSV, Parquet and DuckDB files, relative to its folder", async () => {
    const folder = await folderWithData();
    await mkdir(join(folder, "sub"));
    await runDuckdb(
      ":memory:",
      `COPY (SELECT 2 AS age) TO ${literal(join(folder, "sub/b.parquet"))} (FORMAT parquet)`,
    );
    await runDuckdb(join(folder, "c.duckdb"), "CREATE SCHEMA s", "CREATE TABLE s.t AS SELECT 3 AS age");
    const written = site({
      databases: {
        default: { ...database, types: { code: "category" }, missing: [""] },
        b: { type: "parquet", uri: "sub/b.parquet" },
        c: { type: "duckdb", uri: join(folder, "c.duckdb"), table: "t", schema: "s" },
      },
    });
    const file = join(folder, "sites.json");
    await writeFile(file, `\uFEFF${JSON.stringify(written)}`);
    const [described] = await readSitesFile(file);
    const { default: a, b, c } = described?.databases ?? {};
    if (!a || !b || !c) throw new Error("a database is absent");
    expect(await readPlain(a, "age", "code")).toEqual({ rows: 1, age: [50], code: ["007"] });
    expect(await readPlain(b, "age")).toEqual({ rows: 1, age: [2] });
    expect(await readPlain(c, "age")).toEqual({ rows: 1, age: [3] });
  });

  test("may be of a PostgreSQL's tables, whose password is in a file or nowhere in an error", async () => {
    const folder = await folderWithData();
    const server = { type: "postgresql", uri: "postgresql://anna:hunter2@localhost:1/db", table: "t" };
    const parse = (changes: object) =>
      parseSites(site({ databases: { default: { ...server, ...changes } } }), folder);
    expect(await parse({ schema: "s" })).toHaveLength(1);
    await writeFile(join(folder, "password"), "hunter2\n");
    expect(await parse({ passwordFile: "password" })).toHaveLength(1);
    for (const [changes, message] of [
      [{ passwordFile: "absent" }, /default\.passwordFile: the file ".*" does not exist/],
      [{ uri: "postgres:anna:hunter2" }, /default\.uri: must be an address as postgresql:/],
      [{ uri: "mysql://anna:hunter2@localhost/db" }, /default\.uri: must be an address/],
      [{ table: undefined }, /default\.table: is missing/],
      [{ query: "SELECT 'hunter2'" }, /default\.query: there is no such setting/],
      [{ shema: "s" }, /Did you mean "schema"/],
    ] as const) {
      const error = await failure(() => parse(changes));
      expect(error.message).toMatch(message);
      expect(error.message).not.toMatch(/hunter2|anna/);
    }
    const [described] = await parse({});
    const error = await failure(async () => described?.databases["default"]?.describe());
    expect(error).toMatchObject({ code: "DATA_UNREADABLE" });
    expect(error.message).not.toMatch(/hunter2|anna|localhost/);
    expect(inspect(described, { depth: 9, showHidden: true })).not.toContain("hunter2");
  });

  test("reads CSV as the documentation says that it can be told to", async () => {
    const page = await readFile(
      fileURLToPath(new URL("../../../../docs/reference/data-sources.md", import.meta.url)),
      "utf8",
    );
    const options = { missing: ["", "-9"], types: { code: "category" }, delimiter: ";" } as const;
    for (const option of Object.keys(options))
      expect(page).toMatch(new RegExp(`^\\| \`${option}\` \\|`, "m"));
    const path = await temporaryFile("a.csv", "age;code\n50;007\n-9;-9\n");
    const told = site({ databases: { default: { ...database, ...options } } });
    const [described] = await parseSites(told, dirname(path));
    const data = described?.databases["default"];
    if (data === undefined) throw new Error("the database is absent");
    expect(await readPlain(data, "age", "code")).toEqual({ rows: 2, age: [50, null], code: ["007", null] });
  });

  test("without a policy has the hospital's default; with one, that", async () => {
    const folder = await folderWithData();
    const policyOf = async (changes: object) => (await parseSites(site(changes), folder))[0]?.policy;
    expect(await policyOf({})).toMatchObject({ open: false, minimumCell: 5, minimumOrganizations: 3 });
    expect(await policyOf({ policy: { minimumCell: 8 } })).toMatchObject({ minimumCell: 8, minimumRows: 10 });
  });

  test.each([
    [
      "a type",
      { databases: { default: { type: "csvv", uri: "a.csv" } } },
      /sites\[0\]\.databases\.default\.type: .*"csvv".*Did you mean "csv"/,
    ],
    [
      "no type",
      { databases: { default: { uri: "a.csv" } } },
      /sites\[0\]\.databases\.default\.type: is missing.*parquet/,
    ],
    [
      "no URI",
      { databases: { default: { type: "csv" } } },
      /sites\[0\]\.databases\.default\.uri: is missing/,
    ],
    ["no table", { databases: { default: { type: "duckdb", uri: "a.csv" } } }, /default\.table: is missing/],
    [
      "a setting of a database",
      { databases: { default: { ...database, mising: [] } } },
      /databases\.default\.mising: .*Did you mean "missing"/,
    ],
    [
      "a table of a CSV file",
      { databases: { default: { ...database, table: "t" } } },
      /databases\.default\.table: there is no such setting/,
    ],
    [
      "a type of a column",
      { databases: { default: { ...database, types: { age: "number" } } } },
      /default\.types\.age: must be one of "numeric", .*/,
    ],
    ["a setting of a site", { polic: {} }, /sites\[0\]\.polic: .*Did you mean "policy"/],
    ["no database", { databases: {} }, /sites\[0\]\.databases: must have at least one database/],
    ["no databases", { databases: undefined }, /sites\[0\]\.databases: is missing/],
    ["a name", { name: "oslo/../x" }, /sites\[0\]\.name: may hold letters/],
    ["a name that ends in a space", { name: "oslo " }, /sites\[0\]\.name/],
  ])("with %s that is wrong says where", async (_what, changes, message) => {
    const error = await failure(() => parseSites(site(changes), "/"));
    expect(error).toMatchObject({ name: "ArgumentError", code: "ARGUMENT_INVALID" });
    expect(error.message).toMatch(message);
  });

  test.each([[null], [[]], [{}], [{ sites: [] }], [{ sites: {} }], [{ site: [] }], ["sites"]])(
    "is not %j",
    async (value) => {
      expect(await failure(() => parseSites(value, "/"))).toMatchObject({ code: "ARGUMENT_INVALID" });
    },
  );

  test("permits names of all languages", async () => {
    const folder = await folderWithData();
    for (const name of ["St. Olav's".replace("'", ""), "Krak\u00f3w", "site-1_b", "\u5317\u4eac 2"])
      expect(await parseSites(site({ name }), folder)).toHaveLength(1);
  });

  test("has each name once, whatever its case", async () => {
    const databases = { default: database };
    const written = {
      sites: [
        { name: "oslo", databases },
        { name: "leeds", databases },
        { name: "Oslo", databases },
      ],
    };
    const error = await failure(async () => parseSites(written, await folderWithData()));
    expect(error.message).toContain('sites[2].name: "Oslo" is also the name of sites[0]');
  });

  test.each([
    ["a setting that does not exist", { policy: { minimumCel: 5 } }, /Did you mean "minimumCell"/],
    ["open without a reason", { policy: "open" }, /needs a "reason"/],
    ["a reason without open", { reason: "public data of a package" }, /belongs to the policy "open"/],
    ["null", { policy: null }, /policy/],
  ])("with a policy of %s is refused", async (_what, changes, message) => {
    const error = await failure(async () => parseSites(site(changes), await folderWithData()));
    expect(error).toMatchObject({ name: "PolicyError", code: "POLICY_INVALID" });
    expect(error.message).toMatch(/^sites\[0\]\.policy \(oslo\): /);
    expect(error.message).toMatch(message);
    expect(error.message.match(/\[POLICY_INVALID\]/g)).toHaveLength(1);
  });

  test("of a file that does not exist says which", async () => {
    const folder = await temporaryFolder();
    const error = await failure(() => parseSites(site({}), folder));
    expect(error).toMatchObject({ name: "DataError", code: "DATA_UNREADABLE" });
    expect(error.message).toContain(join(folder, "a.csv"));
    expect(error.message).toContain("sites[0].databases.default.uri");
  });

  test("that is no file or no JSON says so", async () => {
    expect(await failure(() => readSitesFile("/no/sites.json"))).toMatchObject({ code: "USAGE" });
    const file = await temporaryFile("sites.json", "{ sites: }");
    expect(await failure(() => readSitesFile(file))).toMatchObject({ code: "ARGUMENT_INVALID" });
  });
});

describe("a policy file", () => {
  const policy = async (content: unknown) =>
    policyFile(await temporaryFile("policy.json", JSON.stringify(content)));

  test("holds the settings, or the policy with its reason", async () => {
    expect(await policy({ minimumCell: 7 })).toMatchObject({ minimumCell: 7, open: false });
    expect(await policy({ policy: { minimumCell: 7 } })).toMatchObject({ minimumCell: 7 });
    expect(await policy({ policy: "open", reason: "data of a public package" })).toMatchObject({
      open: true,
    });
  });

  test("with anything else is refused", async () => {
    for (const content of [
      { minimumCel: 7 },
      "open",
      [],
      null,
      { sites: [] },
      { policy: {}, minimumCell: 9 },
    ])
      expect(await failure(() => policy(content))).toMatchObject({ code: "POLICY_INVALID" });
    const twice = await temporaryFile("policy.json", '{ "minimumCell": 5, "minimumCell": 2 }');
    expect(await failure(() => policyFile(twice))).toMatchObject({ code: "ARGUMENT_INVALID" });
    const reason = "data of a public package";
    expect((await failure(() => policy({ policy: "open", reason, minimumCell: 9 }))).message).toContain(
      'The policy "open" releases everything exactly and has no settings. Leave out minimumCell;',
    );
  });
});
