import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type AnalysisEvent,
  crosstab,
  fileJournal,
  isKonsilError,
  localFederation,
  memoryJournal,
  type Server,
} from "konsil";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { begun, image, researcher, sitesHere, valueIn } from "./real.ts";
// @ts-expect-error: the stack's scripts are JavaScript
import { stop } from "./stack/processes.mjs";
// @ts-expect-error: the stack's scripts are JavaScript
import { startServer } from "./stack/server.mjs";

const args = { formula: "~ grade" } as const;
const folder = mkdtempSync(join(tmpdir(), "konsil-failures-"));
let server: Server;

beforeAll(async () => {
  server = await researcher();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Tasks of Konsil's at the server, by name. */
async function tasks(): Promise<readonly string[]> {
  return (await server.tasks.list({ name: "konsil-%" }).all()).map(({ name }) => name);
}

async function truth(): Promise<object> {
  return valueIn(await (await localFederation(sitesHere("open"))).run(crosstab, args));
}

async function failure(run: PromiseLike<unknown>): Promise<unknown> {
  return await Promise.resolve(run).then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe("real nodes", () => {
  it("say that an image is not there", async () => {
    const federation = await server.federation({
      collaboration: "public data",
      image: "localhost:1/konsil/nothing:1",
    });
    expect(await failure(federation.run(crosstab, args))).toMatchObject({ code: "IMAGE_NOT_FOUND" });
  });

  it("that have no such database are found before anything is sent", async () => {
    const federation = await server.federation({ collaboration: "public data", image });
    const before = await tasks();
    const began = performance.now();
    const error = await failure(federation.data({ database: "biobank" }).run(crosstab, args));
    const seconds = (performance.now() - began) / 1000;
    expect(error).toMatchObject({ code: "DATABASE_UNKNOWN" });
    expect((error as Error).message).toContain('"default"');
    expect(await tasks()).toEqual(before);
    expect(seconds).toBeLessThan(2);
  });

  it("are told of by events, and answer without", async () => {
    const events: AnalysisEvent[] = [];
    const heard: string[] = [];
    const stop = server.events().listen(({ type }) => heard.push(type));
    const federation = await server.federation({ collaboration: "public data", image, events: false });
    await federation.run(crosstab, args, { onProgress: (event) => events.push(event) });
    stop();
    expect(heard).toEqual(expect.arrayContaining(["connected", "run", "log"]));
    for (const site of federation.sites) {
      expect(events).toContainEqual(expect.objectContaining({ type: "site-started", site }));
      expect(events).toContainEqual(expect.objectContaining({ type: "site-log", site }));
    }
  });
});

describe("a task", () => {
  it("that somebody kills fails its sites, and is asked anew by the same journal", async () => {
    const journal = fileJournal(join(folder, "killed.jsonl"));
    const federation = await server.federation({ collaboration: "hospitals", image });
    const many = { formula: "~ hormon" } as const;
    const analysis = federation.run(crosstab, many, {
      journal,
      onProgress: (event) => {
        if (event.type === "round-started") void server.tasks.kill(Number(event.task));
      },
    });
    expect(await failure(analysis)).toMatchObject({ code: "TASK_KILLED" });
    const again = await federation.run(crosstab, many, { journal });
    expect(again.report.sites.map(({ state }) => state)).toEqual(["answered", "answered", "answered"]);
  });

  it("that is stopped by the deadline is killed where that is wanted", async () => {
    const federation = await server.federation({ collaboration: "public data", image });
    let task = 0;
    const analysis = federation.run(crosstab, args, {
      deadline: 1.5,
      whenAborted: "kill task",
      onProgress: (event) => {
        if (event.type === "round-started") task = Number(event.task);
      },
    });
    expect(await failure(analysis)).toMatchObject({ code: "ANALYSIS_TIMEOUT" });
    if (task !== 0) expect((await server.tasks.get(task)).status).toBe("killed by user");
  });
});

describe("a central part at a site", () => {
  it("is one task, whose log says the rounds and which takes with it what it asked when it is killed", async () => {
    const federation = await server.federation({ collaboration: "public data", image });
    let task = 0;
    let killing: Promise<void> | undefined;
    const analysis = federation.run(crosstab, args, {
      centralAt: "leeds",
      onProgress: (event) => {
        if (event.type === "round-started") task = Number(event.task);
        // Its first question is under way.
        if (event.type === "site-log" && event.text.includes("round 1"))
          killing ??= Promise.resolve(analysis.kill());
      },
    });
    expect(await failure(analysis)).toMatchObject({ code: "ANALYSIS_ABORTED" });
    await killing;
    const family = [task, ...(await server.tasks.list({ parent: task }).all()).map(({ id }) => id)];
    expect(family.length).toBeGreaterThan(1);
    const runs = await Promise.all(family.map((id) => server.runs.list({ task: id }).all()));
    for (const { status } of runs.flat()) expect(["killed by user", "completed"]).toContain(status);
  });

  it("is found again by the journal of a process that went, and is never asked twice", async () => {
    const federation = await server.federation({ collaboration: "hospitals", image });
    const many = { formula: "~ hormon" } as const;
    const journal = fileJournal(join(folder, "central.jsonl"));
    const stop = new AbortController();
    const tasks: string[] = [];
    const options = { centralAt: "leeds", journal } as const;
    const first = federation.run(crosstab, many, {
      ...options,
      signal: stop.signal,
      onProgress: (event) => {
        if (event.type !== "round-started") return;
        tasks.push(event.task);
        stop.abort();
      },
    });
    expect(await failure(first)).toMatchObject({ code: "ANALYSIS_ABORTED" });
    const result = await federation.run(crosstab, many, {
      ...options,
      onProgress: (event) => {
        if (event.type === "round-started") tasks.push(event.task);
      },
    });
    expect(tasks).toEqual([tasks[0], tasks[0]]);
    expect(result.report.seenBy).toContain("leeds, where the central part ran");
    const local = await localFederation(sitesHere("hospital"));
    expect(valueIn(result)).toEqual(valueIn(await local.run(crosstab, many)));
  });

  it("is attached to by its number, by whoever has no journal, while it runs", async () => {
    const options = { collaboration: "public data", image };
    const stop = new AbortController();
    let task = "";
    const first = (await server.federation(options)).run(crosstab, args, {
      centralAt: "oslo",
      signal: stop.signal,
      onProgress: (event) => {
        if (event.type !== "round-started") return;
        task = event.task;
        stop.abort();
      },
    });
    expect(await failure(first)).toMatchObject({ code: "ANALYSIS_ABORTED" });
    const logs: string[] = [];
    const attached = await (await server.federation(options)).attach(task, {
      onProgress: (news) => {
        if (news.type === "site-log") logs.push(news.text);
      },
    });
    expect(attached.sites).toMatchObject([{ site: "oslo", state: "answered" }]);
    expect(logs.join("")).toContain("round 1");
    const local = await localFederation(sitesHere("open"));
    expect(valueIn(attached.result(crosstab))).toEqual(valueIn(await local.run(crosstab, args)));
  });
});

/** A researcher's process of its own, which can be killed without a word. */
function researching(journal: string): ChildProcess {
  const script = fileURLToPath(new URL("researcher.ts", import.meta.url));
  return spawn(process.execPath, ["--import", "tsx", script, journal], {
    stdio: ["ignore", "pipe", "inherit"],
  });
}

it("the researcher's process may be killed: another goes on in the round in which it was", async () => {
  const journal = join(folder, "crash.jsonl");
  const first = researching(journal);
  const ended = new Promise((resolve) => first.once("exit", resolve));
  expect(await seen(first, /round (\d+) started/)).toBe("2");
  first.kill("SIGKILL");
  await ended;

  const federation = await server.federation({ collaboration: "public data", image });
  const result = await federation.run(crosstab, args, { journal: fileJournal(journal) });
  const { report } = result;
  expect(valueIn(result)).toEqual(await truth());
  expect(report.rounds.map(({ replayed }) => replayed)).toContain(true);
  // One task for each round, whichever process asked.
  const rounds = [...readFileSync(journal, "utf8").matchAll(/"entry":"intent","round":"(\w+)"/g)];
  expect(rounds).toHaveLength(report.rounds.length);
  for (const [, key] of rounds)
    expect(await server.tasks.list({ name: `konsil-${key}` }).all()).toHaveLength(1);
});

/** Waits for a line of a process that matches, at its second round. */
async function seen(child: ChildProcess, pattern: RegExp): Promise<string> {
  let text = "";
  for await (const chunk of child.stdout as NonNullable<ChildProcess["stdout"]>) {
    text += String(chunk);
    const found = [...text.matchAll(new RegExp(pattern, "g"))].map((match) => match[1] ?? "");
    if (found.length >= 2) return found.at(-1) ?? "";
  }
  throw new Error(`The process ended before its second round: ${text}`);
}

describe("a server that is started anew", () => {
  it("in the middle of an analysis is waited for, and nothing is sent twice", async () => {
    const sites = await server.federation({ collaboration: "public data", image });
    const before = await server.tasks.list().first();
    const options = { deadline: 280, journal: memoryJournal() };
    const analysis = sites.run(crosstab, args, options);
    await begun(2, analysis);
    await stop(["server"]);
    await startServer();
    // A node of vantage6 gives a run up whose server is away just when it asks ("unknown error"), or carries it out twice
    // once it is connected again, and sends nothing of the first. The site is then asked again by the same journal.
    const result = await analysis.catch((error: unknown) => {
      if (isKonsilError(error) && ["SITE_FAILED", "REPLY_INVALID"].includes(error.code))
        return sites.run(crosstab, args, options);
      throw error;
    });
    expect(valueIn(result)).toEqual(await truth());
    const made = (await server.tasks.list().all()).filter(({ id }) => id > (before?.id ?? 0));
    expect(new Set(made.map(({ name }) => name)).size).toBe(made.length);
    const again = result.report.rounds.some(({ replayed }) => replayed) ? 1 : 0;
    expect(made.length).toBe(result.report.rounds.length + again);
  });
});

it("errors of the federation are typed, for names too", async () => {
  const error = await failure(server.federation({ collaboration: "public date", image }));
  expect(isKonsilError(error)).toBe(true);
  expect(error).toMatchObject({ code: "COLLABORATION_UNKNOWN" });
  expect((error as Error).message).toContain('Did you mean "public data"?');
});
