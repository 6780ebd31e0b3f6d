import { type AnalysisEvent, memoryJournal, type RunOptions, type SiteError } from "@konsil/core";
import { describe, expect, it } from "vitest";
import type { ServerFederationOptions } from "../../src/remote/server-federation.ts";
import { mean } from "../mean.ts";
import { type FakeWorld, smallKey } from "./fake-server/fake-world.ts";
import type { Call, Fate, Fault } from "./fake-server/fate.ts";
import { fastPace } from "./fast-pace.ts";
import { federationOf, total, world } from "./worlds.ts";

const keys = [0, 1, 2, 3].map(smallKey);

const federation = (of: FakeWorld, options: Partial<ServerFederationOptions> = {}) =>
  federationOf(of, options, { key: keys[0] });

const args = { column: "x", rounds: 2 };

/** A fault of the first request that makes a task. */
function atFirstTask(fault: Fault): (call: Call) => Fault | undefined {
  let isFirst = true;
  return ({ method, path }) => {
    if (!isFirst || method !== "POST" || path !== "/task") return undefined;
    isFirst = false;
    return fault;
  };
}

describe.each(["plain", "sealed"])("a federation over the collaboration %s", (collaboration) => {
  it.each([false, true])("answers, with a blob store: %s", async (hasBlobs) => {
    const of = world(keys);
    of.hasBlobs = hasBlobs;
    const result = await (await federation(of, { collaboration })).run(mean, args);
    expect(result).toMatchObject({ n: total });
    expect(of.tasks).toHaveLength(2);
    const [task] = of.tasks;
    expect(task?.name).toMatch(/^konsil-[0-9a-f]{32}$/);
    expect(task?.databases).toEqual([{ label: "default" }]);
    // What crosses the server in an encrypted collaboration tells nothing.
    for (const run of of.tasks.flatMap(({ runs }) => runs)) {
      const crossed = hasBlobs ? Buffer.from(of.blobs.get(run.input) ?? []).toString("latin1") : run.input;
      const clear = Buffer.from(crossed, "base64").toString("latin1");
      expect(clear.includes("konsil.request/1")).toBe(collaboration === "plain");
    }
  });
});

describe("a site that does not answer says why", () => {
  const fates: readonly [string, Fate, string, string][] = [
    ["its program crashed", { end: "crashed" }, "SITE_FAILED", "leeds crashed"],
    ["its container did not start", { end: "start failed" }, "SITE_FAILED", "could not start the image"],
    ["its node failed", { end: "failed" }, "SITE_FAILED", "leeds failed at its node"],
    ["nobody knows", { end: "unknown error" }, "SITE_FAILED", "does not say why"],
    [
      "its node finds no image",
      { end: "non-existing Docker image" },
      "IMAGE_NOT_FOUND",
      'leeds has no image "registry.example.org/konsil:1"',
    ],
    ["its node forbids the image", { end: "not allowed" }, "IMAGE_NOT_ALLOWED", "leeds does not permit"],
    ["somebody killed the task", { end: "killed by user" }, "TASK_KILLED", "killed at the server"],
    ["a status is new", { end: "gone fishing" }, "STATUS_UNKNOWN", '"gone fishing"'],
    [
      "a new status is not over",
      { end: "gone fishing", isFinished: false },
      "STATUS_UNKNOWN",
      '"gone fishing"',
    ],
    ["its result is empty", { result: "empty" }, "REPLY_INVALID", "ended without a result"],
    ["it is another's program", { result: "of another image" }, "REPLY_INVALID", "of another maker"],
    [
      "its result is no base64",
      { result: "not base64" },
      "ENVELOPE_INVALID",
      "leeds sent what cannot be read",
    ],
    ["its result is cut", { result: "truncated" }, "REPLY_INVALID", "is cut or changed"],
    ["its result is another's", { result: "swapped" }, "REPLY_INVALID", "leeds"],
  ];
  it.each(fates)("%s", async (_why, fate, code, words) => {
    const of = world(keys);
    of.faults = { fate: (site) => (site === "leeds" ? { log: "Jane Roe, 17", ...fate } : {}) };
    const failure = await (await federation(of)).run(mean, args).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code, site: "leeds" });
    expect((failure as Error).message).toContain(words);
    expect((failure as Error).message).not.toMatch(/Jane Roe|\{/);
    expect(of.tasks).toHaveLength(1);
  });

  it.each<[string, Fate, string]>([
    ["its result is for another key", { result: "for another key" }, "ENVELOPE_INVALID"],
    ["its ciphertext is cut", { result: "truncated" }, "ENVELOPE_INVALID"],
    ["its ciphertext is another's", { result: "swapped" }, "REPLY_INVALID"],
    ["it is no ciphertext", { result: "not base64" }, "ENVELOPE_INVALID"],
  ])("%s", async (_why, fate, code) => {
    const of = world(keys);
    of.faults = { fate: (site) => (site === "leeds" ? fate : {}) };
    const sealed = await federation(of, { collaboration: "sealed" });
    await expect(sealed.run(mean, args)).rejects.toMatchObject({ code, site: "leeds" });
  });

  it.each<[string, Partial<FakeWorld>, RegExp, Fault]>([
    ["is missing", {}, /^\/result\/2$/, { status: 404 }],
    ["is forbidden", {}, /^\/result\/2$/, { status: 401 }],
    ["breaks the server each time", {}, /^\/result\/2$/, { status: 500 }],
    ["is a blob that is missing", { hasBlobs: true }, /^\/blobstream\/[^/]{10,}$/, { status: 404 }],
  ])("and whose result %s", async (_why, options, path, fault) => {
    const run = async (more: RunOptions = {}) => {
      const of = Object.assign(world(keys), options);
      let lost: string | undefined;
      of.faults = {
        call: ({ method, path: asked }) => {
          if (method !== "GET" || !path.test(asked)) return undefined;
          lost ??= asked;
          return asked === lost ? fault : undefined;
        },
      };
      return await (await federation(of)).run(mean, { column: "x" }, more);
    };
    const failure = await run().catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: "SiteError", code: "RESULT_UNAVAILABLE" });
    const { site, message } = failure as SiteError;
    expect(message).toContain(`${site} has answered, and the server does not give the answer out. A fault`);
    const { report } = await run({ whenSiteFails: { continueWith: 2 } });
    expect(report.sites.filter(({ code }) => code === "RESULT_UNAVAILABLE")).toHaveLength(1);
    expect(report.sites.filter(({ state }) => state === "answered")).toHaveLength(2);
  });

  it("and the others go on where they may", async () => {
    const of = world(keys);
    of.faults = { fate: (site) => (site === "leeds" ? { end: "crashed" } : {}) };
    const result = await (await federation(of)).run(mean, args, { whenSiteFails: { continueWith: 2 } });
    expect(result).toMatchObject({ n: total - 12, sites: ["oslo", "tartu"] });
  });
});

describe("a task", () => {
  it.each(["lost request", "lost reply"] as const)("is not submitted twice: %s", async (fault) => {
    const of = world(keys);
    of.faults = { call: ({ method, path }) => (method === "POST" && path === "/task" ? fault : undefined) };
    const failure = await (await federation(of)).run(mean, args).catch((error: unknown) => error);
    if (fault === "lost reply") expect(failure).toMatchObject({ n: total });
    else {
      expect(failure).toMatchObject({ code: "TASK_UNDECIDED" });
      expect((failure as Error).message).toMatch(/the task "konsil-[0-9a-f]{32}"/);
    }
    expect(of.tasks).toHaveLength(fault === "lost reply" ? 2 : 0);
  });

  // A gateway's: the server behind it goes on.
  const givenUp = [504, 408, 425, 499];
  it.each(givenUp)(
    "that is made late is never made twice, and the same journal goes on with it: %i",
    async (status) => {
      const of = world(keys);
      of.faults = { call: atFirstTask({ late: 200, status }) };
      const journal = memoryJournal();
      const undecided = await (await federation(of))
        .run(mean, args, { journal })
        .catch((error: unknown) => error);
      expect(undecided).toMatchObject({ code: "TASK_UNDECIDED" });
      expect((undecided as Error).message).toMatch(/does not ask anew before \d{4}-\d\d-\d\d \d\d:\d\d UTC/);
      expect(of.tasks).toHaveLength(0);
      const events: AnalysisEvent[] = [];
      const result = await (await federation(of)).run(mean, args, {
        journal,
        onProgress: (event) => events.push(event),
      });
      expect(result).toMatchObject({ n: total });
      expect(of.tasks).toHaveLength(2);
      expect(new Set(of.tasks.map(({ name }) => name)).size).toBe(2);
      const waiting = events.find(({ type }) => type === "round-waiting");
      expect(waiting).toMatchObject({ round: 1, why: expect.stringContaining("may make it yet") });
      const [sent] = journal.entries.flatMap((entry) => (entry.entry === "sending" ? [entry.at ?? ""] : []));
      expect(waiting).toMatchObject({
        until: new Date(Date.parse(sent ?? "") + fastPace.horizon).toISOString(),
      });
    },
  );

  it("that never came is sent anew once it can come no more, and not before", async () => {
    const of = world(keys);
    of.faults = { call: atFirstTask("lost request") };
    const journal = memoryJournal();
    const run = async () => (await federation(of)).run(mean, { column: "x" }, { journal });
    await expect(run()).rejects.toMatchObject({ code: "TASK_UNDECIDED" });
    expect(await run()).toMatchObject({ n: total });
    const [first, second, ...more] = journal.entries.flatMap((entry) =>
      entry.entry === "sending" ? [Date.parse(entry.at ?? "")] : [],
    );
    expect((second as number) - (first as number)).toBeGreaterThanOrEqual(fastPace.horizon);
    expect(more).toEqual([]);
    expect(of.tasks).toHaveLength(1);
  });

  it.each<[string, Fault, string]>([
    ["was refused", { status: 403 }, "SERVER_UNREACHABLE"],
    ["may have been lost, of which somebody has made sure", "lost request", "TASK_UNDECIDED"],
  ])("that %s is sent anew at once", async (_why, fault, code) => {
    const of = world(keys);
    of.faults = { call: atFirstTask(fault) };
    const journal = memoryJournal();
    const events: AnalysisEvent[] = [];
    const run = async () =>
      (await federation(of, code === "TASK_UNDECIDED" ? { taskHorizon: 0 } : {})).run(
        mean,
        { column: "x" },
        { journal, onProgress: (event) => events.push(event) },
      );
    await expect(run()).rejects.toMatchObject({ code });
    expect(await run()).toMatchObject({ n: total });
    expect(events.some(({ type }) => type === "round-waiting")).toBe(false);
  });

  it("of a journal that does not say when it was sent is as if it had just been sent", async () => {
    const of = world(keys);
    of.faults = { call: atFirstTask("lost request") };
    const journal = memoryJournal();
    const undecided = (await federation(of)).run(mean, { column: "x" }, { journal });
    await expect(undecided).rejects.toMatchObject({ code: "TASK_UNDECIDED" });
    const old = memoryJournal(
      journal.entries
        .filter(({ entry }) => entry !== "sending")
        .map((entry) => (entry.entry === "intent" ? { entry: "intent", round: entry.round } : entry)),
    );
    const began = Date.now();
    expect(await (await federation(of)).run(mean, { column: "x" }, { journal: old })).toMatchObject({
      n: total,
    });
    expect(Date.now() - began).toBeGreaterThanOrEqual(fastPace.horizon);
  });

  it("is found again by a journal, in the round in which the process died", async () => {
    const of = world(keys);
    const journal = memoryJournal();
    const slow: Fate = { active: 30 };
    of.faults = { fate: () => slow };
    const crash = new AbortController();
    const first = (await federation(of)).run(mean, args, {
      journal,
      signal: crash.signal,
      onProgress: ({ type }) => {
        if (type === "site-started") crash.abort();
      },
    });
    await expect(first).rejects.toMatchObject({ code: "ANALYSIS_ABORTED" });
    expect(of.tasks).toHaveLength(1);
    const result = await (await federation(of)).run(mean, args, { journal });
    expect(result).toMatchObject({ n: total });
    expect(of.tasks).toHaveLength(2);
  });

  it("that is not ours any more is not killed", async () => {
    const of = world(keys);
    of.faults = { fate: () => ({ end: "never" }) };
    const analysis = (await federation(of)).run(mean, args);
    analysis.catch(() => undefined);
    await expect.poll(() => of.tasks.length).toBe(1);
    // The server was emptied, and another's task has the number now.
    of.forget();
    of.createTask({
      name: "somebody's",
      image: "x",
      collaboration_id: 1,
      organizations: [{ id: 2, input: "" }],
    });
    await analysis.kill();
    expect(of.tasks[0]?.runs[0]?.status).not.toBe("killed by user");
  });

  it("that is deleted ends the wait", async () => {
    const of = world(keys);
    of.faults = { fate: () => ({ end: "never" }) };
    const analysis = (await federation(of)).run(mean, args);
    analysis.catch(() => undefined);
    await expect.poll(() => of.tasks.length).toBe(1);
    of.forget();
    await expect(analysis).rejects.toMatchObject({ code: "TASK_KILLED" });
  });

  it("that never ends is killed at the deadline, where that is wanted", async () => {
    const of = world(keys);
    of.faults = { fate: (site) => (site === "leeds" ? { end: "never" } : {}) };
    const analysis = (await federation(of)).run(mean, args, { deadline: 0.2, whenAborted: "kill task" });
    await expect(analysis).rejects.toMatchObject({ code: "ANALYSIS_TIMEOUT" });
    await expect.poll(() => of.tasks[0]?.runs[1]?.status).toBe("killed by user");
  });
});

describe("what is seen while sites work", () => {
  it("is who has begun, who waits, and what was printed", async () => {
    const of = world(keys);
    const node = of.organizations[2]?.node as { status: string };
    node.status = "online";
    of.faults = { fate: (site) => ({ active: 10, log: site === "leeds" ? "\u001b[31mread\r\n" : "" }) };
    const events: AnalysisEvent[] = [];
    const analysis = (await federation(of)).run(
      mean,
      { column: "x" },
      {
        onProgress: (event) => {
          events.push(event);
          if (event.type === "started") setTimeout(() => (node.status = "online"), 60);
        },
      },
    );
    await analysis;
    expect(events).toContainEqual(expect.objectContaining({ type: "site-started", site: "oslo", round: 1 }));
    expect(events).toContainEqual(
      expect.objectContaining({ type: "site-log", site: "leeds", text: "\ufffd[31mread\n" }),
    );
  });

  it("and a node that comes back in time is waited for", async () => {
    const of = world(keys);
    const node = of.organizations[2]?.node as { status: string };
    const events: AnalysisEvent[] = [];
    const result = await (await federation(of)).run(mean, args, {
      onProgress: (event) => {
        events.push(event);
        if (event.type !== "round-ended" || event.round !== 1) return;
        node.status = "offline";
        setTimeout(() => {
          node.status = "online";
        }, 40);
      },
    });
    expect(result).toMatchObject({ n: total });
    expect(events).toContainEqual(
      expect.objectContaining({ type: "site-waiting", site: "leeds", why: "its node is offline" }),
    );
  });

  it("and one that does not is a failure", async () => {
    const of = world(keys);
    const node = of.organizations[2]?.node as { status: string };
    const analysis = (await federation(of)).run(mean, args, {
      onProgress: (event) => {
        if (event.type === "round-ended" && event.round === 1) node.status = "offline";
      },
    });
    await expect(analysis).rejects.toMatchObject({ code: "NODE_OFFLINE", site: "leeds" });
    await analysis.kill();
  });
});
