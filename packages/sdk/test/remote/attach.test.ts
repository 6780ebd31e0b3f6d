import { type AttachOptions, memoryJournal } from "@konsil/core";
import { describe, expect, it } from "vitest";
import { localFederation } from "../../src/local/index.ts";
import { mean } from "../mean.ts";
import { type FakeWorld, smallKey } from "./fake-server/fake-world.ts";
import { federationOf, image, total, world } from "./worlds.ts";

const keys = [0, 1, 2, 3].map(smallKey);
const args = { column: "x", rounds: 2 };
const centralAt = "leeds";

/** A process that goes as soon as its first task is there, and whose journal is lost with it. */
async function leave(of: FakeWorld, options: { collaboration: string; centralAt?: string }): Promise<number> {
  const { collaboration, ...how } = options;
  const stop = new AbortController();
  const analysis = (await federationOf(of, { collaboration }, { key: keys[0] })).run(mean, args, {
    ...how,
    journal: memoryJournal(),
    signal: stop.signal,
    onProgress: ({ type }) => {
      if (type === "round-started") stop.abort();
    },
  });
  await expect(analysis).rejects.toMatchObject({ code: "ANALYSIS_ABORTED" });
  return of.tasks.at(-1)?.id as number;
}

describe.each(["plain", "sealed"])("a task of another process, in the collaboration %s", (collaboration) => {
  const another = (of: FakeWorld) => federationOf(of, { collaboration }, { key: keys[0] });

  it("that is a central part at a site is waited for, with its logs, and gives the result", async () => {
    const of = world(keys);
    of.faults = { fate: () => ({ active: 20, log: "round 1: test.totals\n" }) };
    const task = await leave(of, { collaboration, centralAt });
    const heard: unknown[] = [];
    const attached = await (await another(of)).attach(task, { onProgress: (news) => heard.push(news) });
    expect(heard).toContainEqual({ type: "site-log", site: "leeds", text: "round 1: test.totals\n" });
    expect(heard.at(-1)).toEqual({ type: "site", site: "leeds", state: "answered" });
    const result = attached.result(mean);
    const run = await (await another(of)).run(mean, args, { centralAt });
    expect(result.n).toBe(total);
    expect({ ...result }).toEqual({ ...run });
    expect(result.methods()).toBe(run.methods());
    expect(result.report.seenBy).toBe(run.report.seenBy);
  });

  it("that is one round gives what each site says", async () => {
    const of = world(keys);
    of.faults = { fate: (site) => (site === "tartu" ? { end: "crashed" } : { active: 10 }) };
    const task = await leave(of, { collaboration });
    const { sites, result } = await (await another(of)).attach(String(task));
    expect(sites).toMatchObject([
      { site: "oslo", state: "answered", code: null, output: { n: 11 } },
      { site: "leeds", state: "answered", code: null, output: { n: 12 } },
      { site: "tartu", state: "failed", code: "SITE_FAILED", output: null },
    ]);
    expect(sites[2]?.message).toContain("tartu crashed");
    expect(() => result(mean)).toThrow(/is a round of an analysis.*Resume the others by their journals/);
    expect(of.tasks).toHaveLength(1);
  });
});

describe("what cannot be attached to", () => {
  it("is the result of a central part that failed: its error is thrown again", async () => {
    const of = world();
    await (await federationOf(of)).run(mean, { column: "y" }, { centralAt }).catch(() => undefined);
    const { sites, result } = await (await federationOf(of)).attach(1);
    expect(sites).toMatchObject([{ site: "leeds", state: "failed", code: "COLUMN_UNKNOWN" }]);
    expect(() => result(mean)).toThrow(/"y".*\[COLUMN_UNKNOWN\]/);
  });

  it("is the result of a site whose node lost it", async () => {
    const of = world();
    of.faults = { fate: () => ({ end: "crashed" }) };
    await (await federationOf(of)).run(mean, args, { centralAt }).catch(() => undefined);
    const { result } = await (await federationOf(of)).attach(1);
    expect(() => result(mean)).toThrow(/leeds crashed.*\[SITE_FAILED\]/);
  });

  it("is a result as that of another algorithm", async () => {
    const of = world();
    await (await federationOf(of)).run(mean, args, { centralAt });
    const { result } = await (await federationOf(of)).attach(1);
    expect(() => result({ ...mean, name: "median" })).toThrow(/Task 1 ran test-mean@\d+, not median@/);
  });

  it.each<[string, number | string, AttachOptions, string]>([
    ["a task that is not there", 7, {}, "404"],
    ["another's task", 1, {}, "ARGUMENT_INVALID"],
    ["what is no number", "konsil-17", {}, "ARGUMENT_INVALID"],
    ["a task of other sites", 2, {}, "SITE_UNKNOWN"],
    ["a task that never ends", 3, { deadline: 0.1 }, "ANALYSIS_TIMEOUT"],
    ["a task that ends too late by a part of a millisecond", 3, { deadline: 0.0505 }, "ANALYSIS_TIMEOUT"],
    ["a task that nobody waits for", 3, { signal: AbortSignal.abort() }, "ANALYSIS_ABORTED"],
    ["by an option that is none", 3, { journal: memoryJournal() } as never, "ARGUMENT_UNKNOWN"],
  ])("is %s", async (_what, task, options, code) => {
    const of = world();
    const fates = { fate: () => ({ end: "never" }) };
    of.faults = fates;
    const body = { image, collaboration_id: 1 };
    const leeds = [{ id: 3, input: "" }];
    of.createTask({ ...body, name: "somebody's", organizations: leeds });
    of.createTask({ ...body, name: "konsil-2", organizations: [{ id: 4, input: "" }] });
    of.createTask({ ...body, name: "konsil-3", organizations: leeds });
    const federation = await federationOf(of, { organizations: ["leeds"] });
    const end = await federation.attach(task, options).catch((error: unknown) => error);
    expect(end).toMatchObject(code === "404" ? { status: 404 } : { code });
    expect(of.tasks[2]?.runs[0]?.status).not.toBe("killed by user");
  });

  it("is an image that the task does not name: its own is told of", async () => {
    const of = world();
    of.faults = { fate: () => ({ end: "non-existing Docker image" }) };
    const other = "registry.example.org/konsul:1";
    await (await federationOf(of, { image: other })).run(mean, args, { centralAt }).catch(() => undefined);
    const { sites } = await (await federationOf(of, { image })).attach(1);
    expect(sites).toMatchObject([{ site: "leeds", state: "failed", code: "IMAGE_NOT_FOUND" }]);
    expect(sites[0]?.message).toContain(`no image "${other}"`);
  });

  it.each(["plain", "sealed"])(
    "is a task of another collaboration than %s: the one it is of is named",
    async (own) => {
      const of = world(keys);
      const [other, id] = own === "plain" ? ["sealed", 2] : ["plain", 1];
      await (await federationOf(of, { collaboration: other }, { key: keys[0] })).run(mean, args, {
        centralAt,
      });
      const federation = await federationOf(of, { collaboration: own }, { key: keys[0] });
      await expect(federation.attach(1)).rejects.toMatchObject({
        code: "ARGUMENT_INVALID",
        message: expect.stringContaining(
          `Task 1 is of the collaboration "${other}" (number ${id}): open a federation of that one`,
        ),
      });
    },
  );

  it("is a task whose answers are encrypted for another organization, which is named before it ends", async () => {
    const of = world(keys);
    of.faults = { fate: () => ({ end: "never" }) };
    const task = { image, name: "konsil-1", maker: 4, organizations: [{ id: 3, input: "" }] };
    of.createTask({ ...task, collaboration_id: 2 });
    of.createTask({ ...task, collaboration_id: 1 });
    const attach = async (collaboration: string, number: number) =>
      (await federationOf(of, { collaboration }, { key: keys[0] })).attach(number, { deadline: 0.2 });
    await expect(attach("sealed", 1)).rejects.toMatchObject({
      code: "ARGUMENT_INVALID",
      message: expect.stringContaining('made by the organization "tartu" (number 4)'),
    });
    // Where nothing is encrypted the server alone says who reads what.
    await expect(attach("plain", 2)).rejects.toMatchObject({ code: "ANALYSIS_TIMEOUT" });
  });

  it("are sites of this process", async () => {
    const local = await localFederation([
      { name: "oslo", rows: [{ x: 1 }], policy: "open", reason: "rows made up by a test" },
    ]);
    await expect(local.attach(1)).rejects.toMatchObject({ code: "ARGUMENT_INVALID" });
  });
});
