import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { createSite, type Journal, parsePolicy, type Round, rowsSource } from "@konsil/core";
import { afterAll, describe, expect, it } from "vitest";
import { makeFederation } from "../src/federation/federation.ts";
import { fileJournal, localFederation } from "../src/index.ts";
import { LocalTransport } from "../src/local/local-transport.ts";
import { mean, rowsTo } from "./mean.ts";

const folder = mkdtempSync(join(tmpdir(), "konsil-journal-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const open = { policy: "open", reason: "rows made up by a test" } as const;
const holder = fileURLToPath(new URL("hold-journal.ts", import.meta.url));

/** A process that asks for a journal, and the first thing it says. */
async function hold(path: string): Promise<{ readonly child: ChildProcess; readonly said: string }> {
  const child = spawn(process.execPath, ["--import", "tsx", holder, path], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const [said] = (await once(createInterface(child.stdout as NodeJS.ReadableStream), "line")) as [string];
  return { child, said };
}

async function ended(child: ChildProcess, end: () => unknown): Promise<void> {
  const closed = once(child, "close");
  end();
  await closed;
}

class CountingTransport extends LocalTransport {
  readonly submitted: string[] = [];
  override submit(round: Round): Promise<string> {
    this.submitted.push(round.key);
    return super.submit(round);
  }
}

function counting() {
  const transport = new CountingTransport(
    ["a", "b"].map((name) =>
      createSite({
        name,
        databases: { default: rowsSource(rowsTo(20)) },
        policy: parsePolicy("open", open.reason),
        algorithms: [mean],
      }),
    ),
  );
  return { transport, federation: makeFederation({ transport, register() {}, release() {} }) };
}

const run = async (journal: Journal) =>
  (await localFederation([{ name: "s", rows: rowsTo(20), ...open }])).run(mean, { column: "x" }, { journal });

const busy = (path: string) => ({
  name: "AnalysisError",
  code: "JOURNAL_INVALID",
  message: expect.stringMatching(
    new RegExp(`^The journal "${path}" is in use by process \\d+.*delete "${path}\\.lock"`),
  ) as string,
});

describe("a journal in a file", () => {
  it("belongs to one analysis at a time, though two objects stand for it: no task is submitted twice", async () => {
    const path = join(folder, "shared.jsonl");
    const { transport, federation } = counting();
    const runs = await Promise.allSettled(
      [1, 2, 3].map(async () =>
        federation.run(mean, { column: "x", rounds: 3 }, { journal: fileJournal(path) }),
      ),
    );
    expect(runs.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const one of runs) if (one.status === "rejected") expect(one.reason).toMatchObject(busy(path));
    expect(transport.submitted).toHaveLength(3);
    expect(new Set(transport.submitted).size).toBe(3);
    expect(existsSync(`${path}.lock`)).toBe(false);
    await federation.run(mean, { column: "x", rounds: 3 }, { journal: fileJournal(path) });
    expect(transport.submitted).toHaveLength(3);
  });

  it("is given back when an analysis fails or is stopped", async () => {
    const path = join(folder, "failed.jsonl");
    const { federation } = counting();
    const journal = fileJournal(path);
    await expect(federation.run(mean, { column: "none" }, { journal })).rejects.toThrow("COLUMN_UNKNOWN");
    expect(existsSync(`${path}.lock`)).toBe(false);
    const signal = AbortSignal.abort();
    await expect(federation.run(mean, { column: "none" }, { journal, signal })).rejects.toThrow();
    await expect(federation.run(mean, { column: "none" }, { journal })).rejects.toThrow("COLUMN_UNKNOWN");
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  it("is kept from this process by another, until that ends", async () => {
    const path = join(folder, "other.jsonl");
    const { child, said } = await hold(path);
    expect(said).toBe("locked");
    expect(JSON.parse(readFileSync(`${path}.lock`, "utf8"))).toMatchObject({ pid: child.pid });
    await expect(run(fileJournal(path))).rejects.toMatchObject(busy(path));
    await expect(fileJournal(path).append({ entry: "intent", round: "r" })).rejects.toMatchObject(busy(path));
    expect(existsSync(path)).toBe(false);
    await ended(child, () => child.stdin?.end());
    expect((await run(fileJournal(path))).n).toBe(20);
  });

  it("is taken over from a process that was killed", async () => {
    const path = join(folder, "killed.jsonl");
    const { child } = await hold(path);
    await ended(child, () => child.kill("SIGKILL"));
    expect(existsSync(`${path}.lock`)).toBe(true);
    expect((await run(fileJournal(path))).n).toBe(20);
    expect(readdirSync(folder).filter((name) => name.startsWith("killed"))).toEqual([
      "killed.jsonl",
      "killed.jsonl.secret",
    ]);
  });

  it("is taken over by one process only, though many see that its holder was killed", async () => {
    const path = join(folder, "contested.jsonl");
    const { child } = await hold(path);
    await ended(child, () => child.kill("SIGKILL"));
    const here = Array.from({ length: 20 }, async () => fileJournal(path).lock?.());
    const there = [hold(path), hold(path)];
    const mine = (await Promise.allSettled(here)).filter(({ status }) => status === "fulfilled");
    const others = await Promise.all(there);
    const theirs = others.filter(({ said }) => said === "locked");
    expect(mine.length + theirs.length).toBe(1);
    for (const { child: other } of others)
      if (other.exitCode === null) await ended(other, () => other.stdin?.end());
  });

  it.runIf(process.platform === "linux")(
    "knows a process by its start, not by its number alone",
    async () => {
      const path = join(folder, "number.jsonl");
      const unlock = await fileJournal(path).lock?.();
      const lock = JSON.parse(readFileSync(`${path}.lock`, "utf8")) as object;
      await unlock?.();
      writeFileSync(`${path}.lock`, JSON.stringify({ ...lock, start: "another start 1" }));
      expect((await run(fileJournal(path))).n).toBe(20);
      writeFileSync(`${path}.lock`, JSON.stringify({ ...lock, host: "elsewhere", pid: 2 ** 22 }));
      await expect(run(fileJournal(path))).rejects.toThrow("in use by process 4194304 on elsewhere");
      writeFileSync(`${path}.lock`, "");
      await expect(run(fileJournal(path))).rejects.toThrow("in use by somebody");
    },
  );

  it.each([
    "",
    "null",
    "{}",
    "[]",
    '{"pid":0}',
    '{"pid":1,"host":"h","space":null,"start":null,"since":"","token":"../x"}',
  ])("is not taken over from a lock that is none: %s", async (lock) => {
    const path = join(folder, "odd-lock.jsonl");
    writeFileSync(`${path}.lock`, lock);
    await expect(run(fileJournal(path))).rejects.toThrow("in use by somebody");
    rmSync(`${path}.lock`);
  });

  const whole = async (name: string) => {
    const path = join(folder, name);
    await run(fileJournal(path));
    return { path, lines: readFileSync(path, "utf8").split("\n") };
  };

  it("that says what none says is damaged, whatever it is", async () => {
    const { path, lines } = await whole("odd.jsonl");
    const odd = [
      '{"entry":"lost"}',
      '{"entry":"lost","without":[{"policy":null}]}',
      '{"entry":"restart","without":[{}]}',
      '{"entry":"restart","without":[],"changed":1}',
      '{"entry":"delivery","round":"r","site":"s"}',
      '{"entry":"submitted","round":"r","task":7}',
      '{"entry":"sending","round":"r","at":"yesterday"}',
      '{"entry":"evil"}',
      "null",
      "42",
      "[]",
      "{garbage",
    ];
    for (const line of odd)
      for (const at of [0, 1, lines.length - 1]) {
        const text = lines.toSpliced(at, 0, line).join("\n");
        writeFileSync(path, text);
        for (const _again of [1, 2])
          await expect(run(fileJournal(path))).rejects.toMatchObject({ code: "JOURNAL_INVALID" });
        expect(readFileSync(path, "utf8")).toBe(text);
      }
  });

  it("resumes before a line that was cut off, whatever it says, and keeps fields that it does not know", async () => {
    const { path, lines } = await whole("cut.jsonl");
    const known = lines.map((line) => line.replace(/}$/, ',"of another version":1}'));
    for (const text of [
      `${lines.join("\n")}{"entry":"sub`,
      lines.slice(0, -1).join("\n"),
      known.join("\n"),
    ]) {
      writeFileSync(path, text);
      for (const _again of [1, 2]) expect((await run(fileJournal(path))).n).toBe(20);
    }
  });

  it.runIf(process.platform !== "win32")(
    "is its owner's alone, also where a copy was everybody's",
    async () => {
      const { path } = await whole("copied.jsonl");
      chmodSync(path, 0o666);
      await run(fileJournal(path));
      expect(statSync(path).mode & 0o777).toBe(0o600);
    },
  );

  it("is one journal by whatever link it is reached", async () => {
    const path = join(folder, "target.jsonl");
    writeFileSync(path, "");
    symlinkSync(path, join(folder, "link.jsonl"));
    const unlock = await fileJournal(join(folder, "link.jsonl")).lock?.();
    await expect(run(fileJournal(path))).rejects.toMatchObject(busy(path));
    await unlock?.();
  });

  it("is refused before the first round when it cannot be written", async () => {
    const path = join(folder, "none", "a.jsonl");
    const { transport, federation } = counting();
    const journal = fileJournal(path);
    await expect(federation.run(mean, { column: "x" }, { journal })).rejects.toMatchObject({
      name: "ArgumentError",
      code: "OUTPUT_UNWRITABLE",
      message: expect.stringContaining(`The journal "${path}" cannot be written: there is no folder`),
    });
    expect(transport.submitted).toEqual([]);
  });
});
