import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kaplanMeier, summary } from "@konsil/algorithms";
import {
  attrition,
  decodeJson,
  describe as describeColumns,
  encodeJson,
  journalLine,
  readReply,
  type Source,
} from "@konsil/core";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { encodeBase32 } from "../../test/encode-base32.ts";
import { answerTask, type Task } from "./answer-task.ts";
import { csv, openDatabase } from "./databases.ts";
import { readEnvironment } from "./environment.ts";
import { checkAlgorithms } from "./site-of-task.ts";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "konsil-task-"));
  const rows = Array.from({ length: 30 }, (_, i) => `${10 * i + 5},${i % 2},${i % 3 === 0 ? "a" : "b"}`);
  writeFileSync(join(folder, "rows.csv"), `days,died,arm\n${rows.join("\n")}\n`);
});

function encoded(variables: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).map(([name, text]) => [name, encodeBase32(text)]));
}

function environment(more: Readonly<Record<string, string>> = {}) {
  return readEnvironment({
    PATH: "/usr/bin",
    // Base32 by accident: nobody asked for it.
    PKG_NAME: "MFRGG!!!",
    ...encoded({
      INPUT_FILE: "/mnt/data/task-1/input",
      OUTPUT_FILE: "/mnt/data/task-1/output",
      TOKEN_FILE: "/mnt/data/task-1/token",
      HOST: "http://proxyserver",
      PORT: "7654",
      API_PATH: "",
      USER_REQUESTED_DATABASE_LABELS: "registry",
      DB_LABELS: "registry,scans",
      REGISTRY_DATABASE_URI: join(folder, "rows.csv"),
      REGISTRY_DATABASE_TYPE: "csv",
      REGISTRY_DB_PARAM_MISSING: "NA,",
      SCANS_DATABASE_URI: "/mnt/scans",
      SCANS_DATABASE_TYPE: "other",
      KONSIL_POLICY: '{"policy":"open","reason":"rows that a test made"}',
      ...more,
    }),
  });
}

function task(input: unknown, more: Partial<Task> = {}): Task {
  return {
    environment: environment(),
    input: input instanceof Uint8Array ? input : encodeJson(input),
    algorithms: [describeColumns, attrition, summary, kaplanMeier],
    sources: [csv],
    proxy: undefined,
    siteName: async () => "oslo",
    onDefect: () => undefined,
    ...more,
  };
}

async function answer(input: unknown, more: Partial<Task> = {}): Promise<unknown> {
  return decodeJson(await answerTask(task(input, more)));
}

const columns = {
  format: "konsil.request/1",
  analysis: "a",
  round: "r",
  algorithm: { name: "describe", version: 1 },
  step: null,
  arguments: {},
  data: { database: "default", columns: null, derive: [], filter: null },
  roster: ["oslo"],
  policy: {},
};

describe("the environment of a container of vantage6 4.x", () => {
  it("is read by the names that are known", () => {
    const read = environment();
    expect(read.proxy).toBe("http://proxyserver:7654");
    expect(read.requested).toEqual(["registry"]);
    expect(read.databases.map(({ label, type }) => `${label} ${type}`)).toEqual([
      "registry csv",
      "scans other",
    ]);
    expect(read.databases[0]?.parameters).toEqual({ MISSING: "NA," });
    expect(Object.keys(read.settings)).toEqual(["KONSIL_POLICY"]);
  });

  it("takes nothing for its administrator's that a task can put there", () => {
    const injected = environment({
      // A task that names the databases "registry_db_param" and "konsil_policy" with a query makes these.
      REGISTRY_DB_PARAM_QUERY: "SELECT name FROM patients",
      KONSIL_POLICY_QUERY: "1",
    });
    expect(injected.databases[0]?.parameters).toEqual({ MISSING: "NA," });
    expect(Object.keys(injected.settings)).toEqual(["KONSIL_POLICY"]);
    const [registry] = environment({ REGISTRY_QUERY: "SELECT name FROM patients" }).databases;
    expect(() => openDatabase(registry!, [csv])).toThrow(
      /a query for the database "registry".*does not carry out/,
    );
  });

  it("is refused where a node did not write it", () => {
    expect(() => readEnvironment({ INPUT_FILE: "/plain/path" })).toThrow(/INPUT_FILE.*konsil node --dev/);
  });

  it("names the databases that an image does not read", () => {
    const [, scans] = environment().databases;
    expect(() => openDatabase(scans!, [csv])).toThrow(/"scans" as "other".*It reads csv/);
  });
});

describe("a task", () => {
  it("of a desk is answered with the bytes of a reply, whatever the desk calls the database", async () => {
    const reply = readReply(
      await answerTask(task({ method: "konsil", args: [], kwargs: { request: columns } })),
    );
    expect(reply).toMatchObject({ ok: true, site: "oslo", round: "r" });
    expect(reply).toMatchObject({ columns: [{ name: "days" }, { name: "died" }, { name: "arm" }] });
  });

  it("of Python calls a step by its name", async () => {
    const levels = await answer({ method: "attrition", kwargs: { organizations: ["oslo"] } });
    // An algorithm is answered by asking every site, for which there is no proxy here.
    expect(levels).toMatchObject({ error: { code: "SITE_UNAVAILABLE" } });
  });

  it("names what an image has where it lacks what is called", async () => {
    expect(await answer({ method: "kaplan_maier" })).toMatchObject({
      error: { code: "ALGORITHM_UNKNOWN", message: expect.stringContaining('Did you mean "kaplan_meier"?') },
    });
  });

  it("is refused in words when a policy keeps the site from starting, without the reason", async () => {
    const broken = environment({ KONSIL_POLICY: '{"minimumCel": 3}' });
    const input = { method: "konsil", kwargs: { request: columns } };
    const defects: unknown[] = [];
    const reply = readReply(
      await answerTask(task(input, { environment: broken, onDefect: (error) => defects.push(error) })),
    );
    expect(reply).toMatchObject({ ok: false, code: "SITE_FAILED" });
    expect(JSON.stringify(reply)).not.toContain("minimumCel");
    expect(defects).toHaveLength(1);
  });

  it("of Python is refused in words too when a site cannot start, without the reason", async () => {
    const broken = environment({ KONSIL_POLICY: '{"minimumCel": 3}' });
    const answered = await answer({ method: "summary", kwargs: {} }, { environment: broken });
    expect(answered).toMatchObject({ error: { code: "SITE_FAILED" } });
    expect(JSON.stringify(answered)).not.toContain("minimumCel");
  });

  it("of Python is answered as the site's policy says", async () => {
    const closed = environment({ KONSIL_POLICY: '{"plainCalls":"refuse","minimumOrganizations":1}' });
    for (const method of ["summary", "describe_rows", "nonsense"])
      expect(await answer({ method }, { environment: closed })).toMatchObject({
        error: { code: "CALL_NOT_PERMITTED" },
      });
    const desk = { method: "konsil", kwargs: { request: columns } };
    expect(await answer(desk, { environment: closed })).toMatchObject({ ok: true });
  });

  it("of Python with arguments by their place is told to name them", async () => {
    const call = { method: "describe_rows", args: ["arm"], kwargs: {} };
    const given = await answer(call);
    expect(given).toMatchObject({ error: { code: "ARGUMENT_INVALID" } });
    expect((given as { error: { message: string } }).error.message).toMatch(/`args`.*as `kwargs`/);
    expect(await answer({ ...call, args: [] })).not.toHaveProperty("error");
  });

  it("of Python with a number that JSON has not is answered with where it is", async () => {
    for (const [number, place] of [
      ["NaN", "x"],
      ['{"y": [1, -Infinity]}', "x.y[1]"],
      ["1e999", "x"],
    ]) {
      const input = new TextEncoder().encode(`{"method": "summary", "kwargs": {"x": ${number}}}`);
      expect(await answer(input)).toEqual({
        error: {
          code: "ARGUMENT_INVALID",
          message: `\`kwargs.${place}\` is NaN or infinite, and no argument can be. Give a number, or leave it out.`,
        },
      });
    }
    const desk = JSON.stringify({ method: "konsil", kwargs: { request: { ...columns, arguments: "!" } } });
    for (const number of ["NaN", "1e999"])
      expect(await answer(new TextEncoder().encode(desk.replace('"!"', number)))).toMatchObject({
        ok: false,
        code: "REQUEST_INVALID",
      });
  });

  it("nested without end is a request that cannot be read", async () => {
    for (const deep of [`${"[".repeat(1e5)}${"]".repeat(1e5)}`, `${"[".repeat(1e5)}NaN${"]".repeat(1e5)}`])
      for (const method of ["konsil", "summary"]) {
        const input = new TextEncoder().encode(`{"method": "${method}", "kwargs": {"request": ${deep}}}`);
        expect(await answer(input)).toMatchObject({ ok: false, code: "REQUEST_INVALID" });
      }
  });

  it("of Python that is refused is in the steward's journal, and does not leave where it cannot be", async () => {
    const closed = environment({ KONSIL_POLICY: '{"plainCalls":"refuse"}' });
    const calls = [
      ["CALL_NOT_PERMITTED", { method: "summary" }, closed],
      ["ALGORITHM_UNKNOWN", { method: "steal" }, environment()],
      ["ARGUMENT_UNKNOWN", { method: "describe_rows", kwargs: { evil: 1 } }, environment()],
      ["ARGUMENT_INVALID", { method: "summary", kwargs: { organizations: "all" } }, environment()],
      ["SITE_UNAVAILABLE", { method: "summary", kwargs: {} }, environment()],
    ] as const;
    for (const [code, input, at] of calls) {
      const noted: unknown[] = [];
      const onAnswer: Task["onAnswer"] = (request, reply, question) =>
        noted.push(journalLine(request, reply, question, { at: "", researcher: "" }));
      expect(await answer(input, { environment: at, onAnswer })).toMatchObject({ error: { code } });
      expect(noted).toMatchObject([{ site: "oslo", answer: "refused", code, released: [] }]);
      const defects: unknown[] = [];
      const full = new Error("the journal is full");
      const unwritten = await answer(input, {
        environment: at,
        onDefect: (error) => defects.push(error),
        onAnswer() {
          throw full;
        },
      });
      expect(unwritten).toMatchObject({ error: { code: "SITE_FAILED" } });
      expect(defects).toEqual([full]);
    }
  });

  it("reads the database that it names, by whatever name the request calls it, and counts by that name", async () => {
    const changes: (string | undefined)[] = [];
    const memory = {
      async update(change: (kept: string | undefined) => string) {
        changes.push(change(changes.at(-1)));
      },
    };
    const closed = environment({ KONSIL_POLICY: '{"minimumOrganizations":1}' });
    const { data } = columns;
    for (const database of ["default", "registry", "scans", "x"]) {
      const request = {
        ...columns,
        algorithm: { name: "attrition", version: 1 },
        step: { name: "describe.rows", version: 1 },
        data: { ...data, database },
      };
      const reply = await answer({ method: "konsil", kwargs: { request } }, { environment: closed, memory });
      expect(reply).toMatchObject({ ok: true });
    }
    // One name, so one and the same text each time.
    expect(new Set(changes).size).toBe(1);
  });

  it("that is a central part deletes what its job kept when it ends, and no round does", async () => {
    const ended: string[] = [];
    const kept = { source: (_: unknown, source: Source) => source, forget: () => ended.push("forgotten") };
    const central = {
      ...columns,
      format: "konsil.central/1",
      algorithm: { name: "summary", version: 1 },
      arguments: { columns: ["days"] },
      whenSiteFails: "stop",
      deadline: 10,
    };
    const { step: _, ...request } = central;
    // It fails, since there is no way to other sites.
    expect(await answer({ method: "konsil", kwargs: { request } }, { kept })).toMatchObject({
      ok: false,
      error: { code: "SITE_UNAVAILABLE" },
    });
    expect(ended).toEqual(["forgotten"]);
    await answer({ method: "konsil", kwargs: { subtask: true, request: columns } }, { kept });
    expect(ended).toHaveLength(1);
  });

  it("has a place for a seal that is not opened yet", async () => {
    expect(await answer({ method: "konsil", kwargs: { sealed: "…" } })).toMatchObject({
      ok: false,
      code: "REQUEST_INVALID",
    });
  });

  it("ends in an answer whatever it says", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array().map((bytes) => bytes as unknown),
          fc.jsonValue(),
          fc.record({
            method: fc.constantFrom("konsil", "kaplan_meier", "summary", "x"),
            kwargs: fc.jsonValue(),
          }),
        ),
        async (input) => {
          expect(await answer(input)).toBeTypeOf("object");
        },
      ),
      { numRuns: 200 },
    );
  });
});

/** Replaces what is at some place of a value. */
function changed(value: unknown, path: readonly string[], by: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return by;
  return { ...(value as object), [key]: changed((value as Record<string, unknown>)[key], rest, by) };
}

describe("a request that somebody changed on its way", () => {
  const places = [
    ...Object.keys(columns).map((key) => [key]),
    ...["database", "columns", "derive", "filter"].map((key) => ["data", key]),
    ...["name", "version"].flatMap((key) => [
      ["algorithm", key],
      ["step", key],
    ]),
  ];

  it("gets a reply of the site's, which says nothing that the policy does not permit", async () => {
    const whole = {
      ...columns,
      algorithm: { name: "attrition", version: 1 },
      step: { name: "describe.rows", version: 1 },
    };
    const strict = environment({ KONSIL_POLICY: '{"minimumOrganizations":2}' });
    const defects: unknown[] = [];
    const hostile = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom("__proto__", "constructor", 1e308, -1, "../..", ["oslo"], ["oslo", "oslo"], {
        op: "column",
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), hostile, async (place, by) => {
        const request = changed(whole, place, by);
        const input = encodeJson({ method: "konsil", args: [], kwargs: { request } });
        const more = { environment: strict, onDefect: (error: unknown) => defects.push(error) };
        const bytes = await answerTask(task(input, more));
        const reply = readReply(bytes);
        expect(reply).toMatchObject({ ok: false });
      }),
      { numRuns: 400 },
    );
    expect(defects).toEqual([]);
  });
});

describe("an image", () => {
  it("with two algorithms of one name does not start", () => {
    expect(() => checkAlgorithms([summary, summary])).toThrow(
      /summary@1 and summary@1, which are both called "summary"/,
    );
    const renamed = { ...summary, name: "table.one" };
    expect(() => checkAlgorithms([renamed, { ...summary, name: "table-one" }])).toThrow(
      /both called "table_one"/,
    );
    checkAlgorithms([summary, { ...summary, version: 2 }]);
  });
});
