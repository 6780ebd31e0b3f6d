import { execFile } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isOpenToNobody } from "../src/container/open-to-nobody.ts";
import { encodeBase32 } from "./encode-base32.ts";

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
/** Where packages that are not bundled are found from. */
const built = path("../node_modules/.cache/container-program");

const isRoot = process.getuid?.() === 0;
const isOpen = isOpenToNobody(path("."));
const why = isOpen ? "" : " (skipped: nobody but root may look into this folder)";

/** One file, as a process that is started thirty times should not be translated each time. */
beforeAll(async () => {
  await build({
    configFile: false,
    logLevel: "error",
    resolve: { alias: { "@konsil/core": path("../../core/src/index.ts") } },
    ssr: { noExternal: ["zod"] },
    build: {
      ssr: path("container-program.ts"),
      outDir: built,
      emptyOutDir: true,
      rollupOptions: { external: ["@duckdb/node-api"] },
    },
  });
}, 120_000);

interface TaskFolder {
  readonly volume: string;
  readonly folder: string;
  readonly data: string;
}

const volumes: string[] = [];
afterAll(() => {
  for (const volume of volumes) rmSync(volume, { recursive: true, force: true });
});

/** What a node writes for a task, with the modes of its files. @param isOld whether the data were written long ago */
function taskFolder(isOld = false): TaskFolder {
  const volume = mkdtempSync(join(tmpdir(), "konsil-volume-"));
  volumes.push(volume);
  // As /mnt/data is: anybody may look into it.
  chmodSync(volume, 0o755);
  const folder = join(volume, "task-000000001");
  mkdirSync(folder);
  const data = join(volume, "rows.csv");
  const rows = Array.from({ length: 30 }, (_, i) => `${i},${i % 2 === 0 ? "a" : "b"}`);
  writeFileSync(data, `days,arm\n${rows.join("\n")}\n`);
  if (isOld) utimesSync(data, 1.6e9, 1.6e9);
  writeFileSync(join(folder, "output"), "", { mode: 0o600 });
  writeFileSync(join(folder, "token"), "", { mode: 0o600 });
  return { volume, folder, data };
}

const question = (more: object = {}) => ({
  method: "konsil",
  args: [],
  kwargs: {
    request: {
      format: "konsil.request/1",
      analysis: "a",
      round: "r",
      algorithm: { name: "describe", version: 1 },
      step: null,
      arguments: {},
      data: { database: "default", columns: null, derive: [], filter: null },
      roster: ["oslo"],
      policy: {},
      ...more,
    },
  },
});

interface Ended {
  readonly code: number;
  readonly log: string;
  readonly output: string;
  readonly reply: Readonly<Record<string, unknown>>;
}

/** @param longestFile kilobytes */
function run(
  { volume, folder, data }: TaskFolder,
  input: unknown,
  more: Readonly<Record<string, string>> = {},
  plain: Readonly<Record<string, string>> = {},
  longestFile = 1_000_000,
): Promise<Ended> {
  writeFileSync(join(folder, "input"), typeof input === "string" ? input : JSON.stringify(input), {
    mode: 0o600,
  });
  const variables = {
    INPUT_FILE: join(folder, "input"),
    OUTPUT_FILE: join(folder, "output"),
    TOKEN_FILE: join(folder, "token"),
    TEMPORARY_FOLDER: join(volume, "tmp"),
    USER_REQUESTED_DATABASE_LABELS: "default",
    DB_LABELS: "default",
    DEFAULT_DATABASE_URI: data,
    DEFAULT_DATABASE_TYPE: "csv",
    KONSIL_SITE: "oslo",
    KONSIL_POLICY: '{"policy":"open","reason":"rows that a test made"}',
    ...more,
  };
  const encoded = Object.fromEntries(
    Object.entries(variables).map(([name, text]) => [name, encodeBase32(text)]),
  );
  return new Promise((resolve) => {
    execFile(
      "bash",
      [
        "--norc",
        "-c",
        `ulimit -f ${longestFile} && exec "$0" "$1"`,
        process.execPath,
        join(built, "container-program.js"),
      ],
      { env: { PATH: process.env["PATH"], ...encoded, ...plain } },
      (error, stdout, stderr) => {
        const output = readFileSync(join(folder, "output"), "utf8");
        resolve({
          code: typeof error?.code === "number" ? error.code : error === null ? 0 : -1,
          log: stdout + stderr,
          output,
          reply: output === "" ? {} : (JSON.parse(output) as Ended["reply"]),
        });
      },
    );
  });
}

const names = ({ reply }: Ended): readonly string[] =>
  (reply["columns"] as readonly { readonly name: string }[]).map(({ name }) => name);

describe(`a container${why}`, () => {
  it.runIf(isOpen)(
    "answers what a node asks, keeps the steward's journal, and says in its log what it answered",
    async () => {
      const task = taskFolder();
      const journal = join(task.volume, "journal.jsonl");
      const ended = await run(task, question(), { KONSIL_JOURNAL: journal });
      expect(names(ended)).toEqual(["days", "arm"]);
      expect(ended).toMatchObject({ code: 0, log: "konsil: answered\n" });
      expect(JSON.parse(readFileSync(journal, "utf8"))).toMatchObject({ site: "oslo", answer: "answered" });
      expect(statSync(journal).mode & 0o077).toBe(0);
      expect(readdirSync(join(task.volume, "konsil"))).toEqual(["asked-0.json"]);
    },
  );

  it.runIf(isOpen)("reads a run-context file where a node writes one", async () => {
    const task = taskFolder();
    const file = join(task.folder, "run_context.json");
    const { method, args, kwargs } = question();
    const context = {
      schema_version: "0.1",
      entrypoint: { name: method },
      arguments: { positional: args, named: kwargs },
      executor: { id: 4, kind: "vantage6-node" },
      inputs: [{ id: "default", uri: task.data, type: "csv" }],
      outputs: [{ id: "result", uri: join(task.folder, "output") }],
      "x-vantage6": {
        run_id: 1,
        task_id: 1,
        collaboration_id: 1,
        token_file: join(task.folder, "token"),
        api_proxy: { host: "http://proxyserver", port: "7654", api_path: "" },
        temporary_directory: join(task.volume, "tmp"),
      },
    };
    writeFileSync(file, JSON.stringify(context));
    // Only the settings are left of the environment.
    const none = { INPUT_FILE: "", OUTPUT_FILE: "", TOKEN_FILE: "", DB_LABELS: "" };
    expect(names(await run(task, "", none, { RUN_CONTEXT_FILE: file }))).toEqual(["days", "arm"]);
    // One of a schema that nobody knows yet: the environment says the same.
    writeFileSync(file, JSON.stringify({ ...context, schema_version: "0.2" }));
    expect(names(await run(task, question(), {}, { RUN_CONTEXT_FILE: file }))).toEqual(["days", "arm"]);
  });

  describe.runIf(isOpen)("whose node keeps tables between the rounds of a job", () => {
    const rows = (more: object = {}) => {
      const { kwargs, ...call } = question({
        algorithm: { name: "attrition", version: 1 },
        step: { name: "describe.rows", version: 1 },
        data: { database: "default", columns: { days: { type: "numeric" } }, derive: [], filter: null },
      });
      return { ...call, kwargs: { ...kwargs, ...more } };
    };
    const keep = { KONSIL_KEEP_TABLES: "job" };
    const subtask = { subtask: true };
    const inJob = ({ volume }: TaskFolder) => readdirSync(join(volume, "tmp"));
    const keys = ({ volume }: TaskFolder) =>
      readdirSync(join(volume, "konsil")).filter((name) => name.includes("table"));

    it("reads in the second what the first kept, sealed and for nobody else, with the same answer", async () => {
      const task = taskFolder(true);
      const anew = await run(task, rows(subtask));
      expect(anew).toMatchObject({ reply: { ok: true }, log: "konsil: answered describe.rows@1\n" });
      expect([...inJob(task), ...keys(task)]).toEqual([]);
      const first = await run(task, rows(subtask), keep);
      expect(first.log).toContain('konsil: kept the table "default" for the next rounds\n');
      const [file = "", ...others] = inJob(task);
      expect(others).toEqual([]);
      const { mode, uid } = statSync(join(task.volume, "tmp", file));
      expect(mode & 0o777).toBe(0o600);
      expect(uid).not.toBe(0);
      const second = await run(task, rows(subtask), keep);
      expect(second.log).toBe(
        'konsil: read the table "default" that an earlier round kept\nkonsil: answered describe.rows@1\n',
      );
      expect([first.output, second.output]).toEqual([anew.output, anew.output]);
      // Truncated: prepared anew.
      truncateSync(join(task.volume, "tmp", file), 40);
      const third = await run(task, rows(subtask), keep);
      expect(third.output).toBe(anew.output);
      expect(third.log).toContain("kept the table");
      // And once the administrator keeps none, nobody has the key.
      expect(keys(task)).toHaveLength(1);
      await run(task, rows(subtask));
      expect(keys(task)).toEqual([]);
    });

    it("keeps nothing for a round that a desk asks, and nothing of a file that was written just now", async () => {
      const desk = taskFolder(true);
      expect((await run(desk, rows(), keep)).reply).toMatchObject({ ok: true });
      expect([...inJob(desk), ...keys(desk)]).toEqual([]);
      const fresh = taskFolder();
      // Where a process starts slowly, "now" would be over.
      const now = Date.now() / 1000 + 60;
      utimesSync(fresh.data, now, now);
      expect((await run(fresh, rows(subtask), keep)).reply).toMatchObject({ ok: true });
      expect([...inJob(fresh), ...keys(fresh)]).toEqual([]);
    });

    it("says in its log why it answers nothing by a setting that it does not know", async () => {
      const ended = await run(taskFolder(true), rows(subtask), { KONSIL_KEEP_TABLES: "always" });
      expect(ended).toMatchObject({ code: 0, reply: { code: "SITE_FAILED" } });
      expect(ended.log).toContain('KONSIL_KEEP_TABLES is "always". It may be "job"');
      expect(ended.output).not.toContain("always");
    });

    it("answers where it can keep nothing", async () => {
      const task = taskFolder(true);
      const nowhere = { ...keep, KONSIL_MEMORY: join(task.data, "below a file") };
      const ended = await run(task, rows(subtask), nowhere);
      expect(ended.reply).toMatchObject({ ok: true });
      expect(ended.log).toContain('the table "default" cannot be kept: ');
    });
  });

  it("answers with a refusal, and exit code 0, whatever goes wrong", async () => {
    const task = taskFolder();
    expect(await run(task, "no JSON")).toMatchObject({ code: 0, reply: { code: "REQUEST_INVALID" } });
    const policy = await run(task, question(), { KONSIL_POLICY: '{"minimumCel":3}' });
    expect(policy).toMatchObject({ code: 0, reply: { code: "SITE_FAILED", site: "oslo" } });
    // The administrator's own words are for the administrator.
    expect(policy.log).toContain('Did you mean "minimumCell"?');
    expect(policy.output).not.toContain("minimumCel");
    const journal = await run(task, question(), { KONSIL_JOURNAL: join(task.volume, "none", "journal") });
    expect(journal).toMatchObject({ code: 0, reply: { code: "SITE_FAILED" } });
    expect(journal.log).toMatch(/^konsil: failed: Error ENOENT/);
  });

  it.each(["defective", "late"])(
    "says nothing of a person in its log when its source is %s",
    async (type) => {
      const ended = await run(taskFolder(), question(), { DEFAULT_DATABASE_TYPE: type });
      expect(ended).toMatchObject({ code: 0, reply: { code: "SITE_FAILED" } });
      expect(ended.log + ended.output).not.toMatch(/Ola|Nordmann|secret/);
      expect(ended.log).toMatch(/^konsil: failed: (RangeError|TypeError) at container-program\.js:\d+\n/);
    },
  );

  it("takes a run-context file that it cannot read for one that it does not know", async () => {
    const none = { RUN_CONTEXT_FILE: "/nowhere/Ola Nordmann.json" };
    const ended = await run(taskFolder(), "no JSON", {}, none);
    expect(ended).toMatchObject({ code: 0, reply: { code: "REQUEST_INVALID" } });
    expect(ended.log).toMatch(/^konsil: the run-context file cannot be read: Error ENOENT/);
    expect(ended.log).not.toMatch(/Ola|nowhere/);
  });

  it("fails where its answer cannot be written, and says why in none of the system's words", async () => {
    const task = taskFolder();
    for (const [file, code] of [
      [task.volume, "EISDIR"],
      [join(task.volume, "Ola Nordmann"), "ENOENT"],
      ["/dev/full", "E"],
    ] as const)
      for (const type of ["csv", "late"]) {
        const ended = await run(task, question(), { OUTPUT_FILE: file, DEFAULT_DATABASE_TYPE: type });
        expect(ended.code).toBe(1);
        expect(ended.log).toContain(`konsil: the answer cannot be written: Error ${code}`);
        expect(ended.log.split("\n").filter((line) => !/^konsil: .*|^$/.test(line))).toEqual([]);
        expect(ended.log).not.toMatch(/Ola|konsil-volume/);
      }
  });

  it.runIf(isOpen)("leaves no half of an answer on a disk that takes no more", async () => {
    const task = taskFolder();
    writeFileSync(task.data, `${Array.from({ length: 9 }, (_, i) => `${i}`.repeat(150)).join()}\n`);
    const whole = await run(task, question());
    expect(whole).toMatchObject({ code: 0, reply: { ok: true } });
    expect(whole.output.length).toBeGreaterThan(1024);
    const ended = await run(task, question(), {}, {}, 1);
    expect(ended).toMatchObject({ code: 1, output: "" });
    expect(ended.log).toMatch(/konsil: the answer cannot be written: Error EFBIG/);
  });

  it("fails only where no node started it", async () => {
    const ended = await run(taskFolder(), question(), { OUTPUT_FILE: "" });
    expect(ended.code).not.toBe(0);
    expect(ended.log).toContain("OUTPUT_FILE");
  });
});

describe.skipIf(!isRoot)(`a container that is started as root${why}`, () => {
  const nobody = 65_534;
  const asked = (task: TaskFolder) => run(task, question(), { DEFAULT_DATABASE_TYPE: "identity" });

  it("is nobody before it touches data, though its task's files are root's", async () => {
    const task = taskFolder();
    expect(names(await asked(task))).toEqual([`user ${nobody}`, `group ${nobody}`, "groups 65534"]);
    expect(statSync(join(task.folder, "output")).uid).toBe(0);
    expect(statSync(join(task.volume, "konsil")).uid).toBe(nobody);
    expect(existsSync(join(task.volume, "tmp"))).toBe(true);
  });

  it.runIf(isOpen)("has the group that may read the data beside it", async () => {
    const task = taskFolder();
    chownSync(task.data, 0, 4321);
    chmodSync(task.data, 0o640);
    expect(names(await asked(task))).toEqual([`user ${nobody}`, `group ${nobody}`, "groups 4321 65534"]);
    expect(names(await run(task, question()))).toEqual(["days", "arm"]);
  });

  it.runIf(isOpen)(
    "is the owner of data that only the owner may read, and keeps what it was asked with others",
    async () => {
      const task = taskFolder();
      expect(names(await run(task, question()))).toEqual(["days", "arm"]);
      chownSync(task.data, 4321, 4321);
      chmodSync(task.data, 0o600);
      expect(names(await asked(task))[0]).toBe("user 4321");
      expect(names(await run(task, question()))).toEqual(["days", "arm"]);
    },
  );

  it.runIf(isOpen)("does not read what root alone may read, and says what to do", async () => {
    const task = taskFolder();
    chmodSync(task.data, 0o600);
    const ended = await run(task, question());
    expect(ended).toMatchObject({ code: 0, reply: { ok: false, code: "DATA_UNREADABLE" } });
    expect(ended.log).toMatch(
      /can be read by root or root's group only.*let another group or owner read its file/,
    );
    expect(ended.output).not.toContain(task.data);
  });
});
