import { ServerError } from "@konsil/core";
import { describe, expect, it, vi } from "vitest";
import type { ReadResult, Run, TaskResult } from "../../src/vantage6/index.ts";
import { type Waited, waitFor } from "../../src/vantage6/wait.ts";
import { fastPace } from "../remote/fast-pace.ts";

const run = (id: number, status = "completed"): Run => ({
  id,
  status,
  log: null,
  input: null,
  isBlob: false,
  startedAt: null,
  finishedAt: ["active", "dreaming"].includes(status) ? null : new Date(),
  task: { id: 1 },
  organization: { id: id + 100 },
  node: null,
  result: { id: id + 200 },
});

const resultOf = ({ id, task, result }: Run): TaskResult => ({
  id: result.id,
  run: { id },
  task,
  result: "e30=",
  isBlob: false,
});

const away = new ServerError("SERVER_FAILED", "It is away.", { status: 502 });
const gone = new ServerError("NOT_FOUND", "There is no such thing.", { status: 404 });

interface World {
  /** By look; the last one stays. */
  readonly runs: readonly (readonly Run[] | Error)[];
  readonly results?: readonly TaskResult[];
  readonly task?: Error;
  readonly read?: (result: TaskResult, before: number) => Promise<ReadResult>;
}

const readAll = async (result: TaskResult): Promise<ReadResult> => ({
  ...result,
  content: result.result === null ? { type: "none" } : { type: "json", value: {} },
});

/** What a server has of task 1, and how often its runs were listed. */
function serverOf({ runs, results = [], task, read = readAll }: World): Waited & { looks: number } {
  const listing = (all: () => Promise<readonly unknown[]>): never => ({ list: () => ({ all }) }) as never;
  let reads = 0;
  const waited: Waited & { looks: number } = {
    looks: 0,
    tasks: {
      async get() {
        if (task !== undefined) throw task;
      },
    } as never,
    runs: listing(async () => {
      const now = runs[Math.min(waited.looks++, runs.length - 1)];
      if (now instanceof Error) throw now;
      return now ?? [];
    }),
    results: listing(async () => results),
    read: (result: TaskResult) => read(result, reads++),
  };
  return waited;
}

const wait = (server: Waited, options?: Parameters<typeof waitFor>[2]) =>
  waitFor(() => server, 1, options, fastPace);

describe("waiting for a task", () => {
  it("outlasts a server that is away for a while, and not one that stays away", async () => {
    const away8 = Array.from({ length: 8 }, () => away);
    const runs = [[run(1, "active")], ...away8, [run(1)]];
    expect(await wait(serverOf({ runs, results: [resultOf(run(1))] }))).toMatchObject([
      { organization: { id: 101 }, content: { type: "json" } },
    ]);
    const began = Date.now();
    await expect(wait(serverOf({ runs: [away] }))).rejects.toBe(away);
    expect(Date.now() - began).toBeGreaterThanOrEqual(fastPace.outage);
  });

  it("is not put off by a clock that is set back", async () => {
    setTimeout(() => vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - 3_600_000 }), 50);
    try {
      await expect(wait(serverOf({ runs: [away] }))).rejects.toBe(away);
    } finally {
      vi.useRealTimers();
    }
  });

  it("gives one outcome for each run, once the server has had time for its result", async () => {
    const runs = [[run(1), run(2, "crashed"), run(3)]];
    const began = Date.now();
    const outcomes = await wait(serverOf({ runs, results: [resultOf(run(1))] }));
    expect(outcomes.map(({ run: { id }, status, content }) => [id, status, content.type])).toEqual([
      [1, "completed", "json"],
      [2, "crashed", "none"],
      [3, "completed", "none"],
    ]);
    expect(Date.now() - began).toBeGreaterThanOrEqual(fastPace.result);
  });

  it("gives what can be read where one result is lost, and reads none twice", async () => {
    const all = [run(1), run(2), run(3)];
    const asked: number[] = [];
    const server = serverOf({
      runs: [all],
      results: all.map(resultOf),
      async read(result, before) {
        asked.push(result.run.id);
        if (result.run.id === 2) throw gone;
        if (before === 2) throw away;
        return await readAll(result);
      },
    });
    expect(await wait(server)).toMatchObject([
      { content: { type: "json" } },
      { content: { type: "unreadable", error: gone } },
      { content: { type: "json" } },
    ]);
    expect(asked).toEqual([1, 2, 3, 3]);
  });

  it("fails where nothing can be read any more: for want of a session, of proof, or by a defect", async () => {
    for (const error of [
      new ServerError("SESSION_EXPIRED", "Over.", { status: 401 }),
      new ServerError("MFA_REQUIRED", "A code is wanted.", { status: 200 }),
      new ServerError("SERVER_UNTRUSTED", "It does not prove who it is.", { unsent: true }),
      new TypeError("x"),
    ]) {
      const read = (): Promise<ReadResult> => Promise.reject(error);
      const server = serverOf({ runs: [[run(1)]], results: [resultOf(run(1))], read });
      await expect(wait(server)).rejects.toBe(error);
    }
  });

  it("gives the others where the server fails at one result for as long as it may be away", async () => {
    const all = [run(1), run(2)];
    const server = serverOf({
      runs: [all],
      results: all.map(resultOf),
      async read(result) {
        if (result.run.id === 1) throw away;
        return await readAll(result);
      },
    });
    const began = Date.now();
    expect(await wait(server)).toMatchObject([
      { content: { type: "unreadable", error: away } },
      { content: { type: "json" } },
    ]);
    expect(Date.now() - began).toBeGreaterThanOrEqual(fastPace.outage);
  });

  it("ends in time where the server keeps silent, and says what goes on", async () => {
    const silent = serverOf({ runs: [[run(1), run(2, "active"), run(3, "dreaming")]] });
    let looks = 0;
    const server: Waited = {
      ...silent,
      runs: {
        list: (filter) => {
          const pages = silent.runs.list(filter);
          return looks++ === 0 ? pages : { ...pages, all: () => new Promise(() => undefined) };
        },
      },
    };
    const goesOn =
      'still runs after 0.1005 s (organization 102: "active", organization 103: "dreaming", which this version does not know).';
    await expect(wait(server, { deadline: 0.1005 })).rejects.toMatchObject({
      code: "ANALYSIS_TIMEOUT",
      message: expect.stringContaining(goesOn),
    });
    const signal = AbortSignal.timeout(20);
    await expect(wait(server, { signal })).rejects.toMatchObject({ code: "ANALYSIS_ABORTED" });
    await expect(wait(server, { signal: "now" as never })).rejects.toMatchObject({
      code: "ARGUMENT_INVALID",
    });
  });

  it("tells of each run when its status changes, and what it writes, once", async () => {
    const writing = (status: string, log: string | null): Run => ({ ...run(1, status), log });
    const heard: unknown[] = [];
    const looks = [
      [writing("active", null)],
      [writing("active", "one\r\n\u001b[2J")],
      [writing("active", "one\r\n\u001b[2Jtwo")],
      [writing("completed", "one\r\n\u001b[2Jtwo")],
    ];
    await wait(serverOf({ runs: looks, results: [resultOf(run(1))] }), {
      onProgress: ({ task, run: id, organization, ...news }) => {
        expect([task, id, organization]).toEqual([1, 1, 101]);
        heard.push(news);
      },
    });
    expect(heard).toEqual([
      { type: "run", status: "active" },
      { type: "log", text: "one\n\ufffd[2J" },
      { type: "log", text: "two" },
      { type: "run", status: "completed" },
    ]);
  });

  it("tells of an option that there is not", async () => {
    await expect(wait(serverOf({ runs: [[]] }), { deadlin: 60 } as never)).rejects.toMatchObject({
      code: "ARGUMENT_UNKNOWN",
      message: expect.stringContaining('Did you mean "deadline"?'),
    });
  });

  it("fails at once where the task is gone, and soon where it has no run", async () => {
    const server = serverOf({ runs: [[run(1, "active")], []], task: gone });
    await expect(wait(server)).rejects.toBe(gone);
    expect(server.looks).toBe(2);
    await expect(wait(serverOf({ runs: [[]] }))).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: expect.stringContaining("no run of task 1"),
    });
  });

  it.each([Number.NaN, 0, -1, "60"])("until %s is refused before anything is asked", async (deadline) => {
    const server = serverOf({ runs: [[]] });
    await expect(wait(server, { deadline: deadline as number })).rejects.toMatchObject({
      code: "ARGUMENT_INVALID",
      message: expect.stringContaining("`deadline`"),
    });
    expect(server.looks).toBe(0);
  });
});
