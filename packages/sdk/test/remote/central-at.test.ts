import {
  type AnalysisEvent,
  type AnyAlgorithm,
  createSite,
  defineAlgorithm,
  memoryJournal,
  parsePolicy,
  rowsSource,
} from "@konsil/core";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { memoryKnownKeys } from "../../src/crypto/index.ts";
import { localFederation } from "../../src/local/index.ts";
import { serverFederation } from "../../src/remote/server-federation.ts";
import { mean, rowsTo, totals } from "../mean.ts";
import { directServer } from "./fake-server/direct-server.ts";
import { type FakeNode, FakeWorld } from "./fake-server/fake-world.ts";
import { fastPace } from "./fast-pace.ts";
import { programsOf } from "./programs.ts";
import { federationOf, image, sizes, total, world } from "./worlds.ts";

const args = { column: "x", rounds: 3 };
const centralAt = "leeds";

function nodeOf(of: FakeWorld, name: string): FakeNode {
  return of.organizations.find((one) => one.name === name)?.node as FakeNode;
}

describe("a central part at a site", () => {
  it("is one task of that site, and the desk gets what it came to", async () => {
    const of = world();
    const events: AnalysisEvent[] = [];
    const federation = await federationOf(of);
    const result = await federation.run(mean, args, { centralAt, onProgress: (event) => events.push(event) });
    expect(result.n).toBe(total);
    expect(of.tasks.map(({ runs }) => runs.map(({ organization }) => organization.name))).toEqual([
      ["leeds"],
    ]);
    const { sites, rounds, seenBy, analysis, released } = result.report;
    expect(sites.map(({ site, state }) => `${site} ${state}`)).toEqual([
      "oslo answered",
      "leeds answered",
      "tartu answered",
    ]);
    expect(rounds.map(({ step }) => step)).toEqual(["test.totals", "test.totals", "test.totals"]);
    expect(released).toHaveLength(6);
    expect(seenBy).toContain("leeds, where the central part ran");
    expect(events[0]).toMatchObject({ type: "started", analysis, sites: ["oslo", "leeds", "tartu"] });
    expect(events).toContainEqual(
      expect.objectContaining({ type: "round-started", step: "test-mean", sites: ["leeds"] }),
    );
  });

  it("may be at a site that is not asked itself", async () => {
    const federation = await federationOf(world());
    const result = await federation.run(mean, args, { centralAt, sites: ["oslo", "tartu"] });
    expect(result.n).toBe(total - (sizes["leeds"] as number));
    expect(result.sites).toEqual(["oslo", "tartu"]);
  });

  it("goes on with its task after a crash, and is read from the journal once it has answered", async () => {
    const of = world();
    const journal = memoryJournal();
    const federation = await federationOf(of);
    // Somebody who goes as soon as the task is there.
    const stop = new AbortController();
    const first = federation.run(mean, args, {
      centralAt,
      journal,
      signal: stop.signal,
      onProgress: ({ type }) => {
        if (type === "round-started") stop.abort();
      },
    });
    await expect(first).rejects.toMatchObject({ code: "ANALYSIS_ABORTED" });
    const second = await federation.run(mean, args, { centralAt, journal });
    const third = await federation.run(mean, args, { centralAt, journal });
    expect(of.tasks).toHaveLength(1);
    expect(third.toJSON()).toMatchObject({ n: total, mean: second.mean });
    expect(third.report.analysis).toBe(second.report.analysis);
    expect(third.report.rounds.map(({ replayed }) => replayed)).toEqual([true, true, true]);
    await expect(federation.run(mean, args, { journal })).rejects.toMatchObject({ code: "JOURNAL_INVALID" });
  });

  it("that crashed is asked anew by the same journal", async () => {
    const of = world();
    const journal = memoryJournal();
    of.faults = { fate: (_site, task) => (task === 1 ? { end: "crashed" } : {}) };
    const federation = await federationOf(of);
    await expect(federation.run(mean, args, { centralAt, journal })).rejects.toMatchObject({
      name: "SiteError",
      code: "SITE_FAILED",
      site: "leeds",
    });
    expect((await federation.run(mean, args, { centralAt, journal })).n).toBe(total);
    expect(new Set(of.tasks.map(({ name }) => name)).size).toBe(2);
  });

  it("whose deadline was that of a run before is asked anew by one that has more time", async () => {
    let pause = 600;
    const slow = defineAlgorithm({
      name: "test-slow",
      arguments: z.strictObject({}),
      steps: [totals],
      central: async (_args, { pool }) => {
        await new Promise((resolve) => setTimeout(resolve, pause));
        return { n: (await pool(totals, { column: "x" })).n };
      },
    });
    const sites = Object.entries(sizes).map(([name, size]) =>
      createSite({
        name,
        databases: { default: rowsSource(rowsTo(size)) },
        policy: parsePolicy("open", "rows made up by a test"),
        algorithms: [slow as AnyAlgorithm],
      }),
    );
    const of = new FakeWorld(programsOf(sites, [slow as AnyAlgorithm]));
    const federation = await federationOf(of);
    const journal = memoryJournal();
    await expect(federation.run(slow, {}, { centralAt, journal, deadline: 0.3 })).rejects.toMatchObject({
      code: "ANALYSIS_TIMEOUT",
    });
    expect(of.tasks).toHaveLength(1);
    pause = 0;
    expect((await federation.run(slow, {}, { centralAt, journal, deadline: 60 })).n).toBe(total);
    expect(of.tasks).toHaveLength(2);
  });

  it("fails with the error that the desk would have had", async () => {
    const federation = await federationOf(world());
    const failure = async (options: object): Promise<unknown> =>
      await federation.run(mean, { column: "y" }, options).catch((error: unknown) => error);
    const [there, here] = [await failure({ centralAt }), await failure({})];
    expect(there).toEqual(here);
    expect(there).toMatchObject({ name: "ArgumentError", code: "COLUMN_UNKNOWN" });
    expect((there as Error).message).toBe((here as Error).message);
  });

  it("tells of a defect there that it is one, and not what it was", async () => {
    const broken = defineAlgorithm({
      name: "test-broken",
      title: "Broken",
      arguments: z.strictObject({}),
      steps: [totals],
      central: async () => {
        throw new TypeError("row 17 is 42");
      },
    });
    const sites = Object.entries(sizes).map(([name, size]) => ({
      name,
      rows: rowsTo(size),
      policy: "open" as const,
      reason: "rows made up by a test",
    }));
    const heard: unknown[] = [];
    const local = await localFederation(sites, {
      onDefect: (site, error) => heard.push(site, String(error)),
    });
    const error = await local.run(broken, {}, { centralAt }).catch((thrown: unknown) => thrown as Error);
    expect(error).toMatchObject({ code: "SITE_FAILED", site: "leeds" });
    expect(String(error)).not.toContain("42");
    expect(heard).toEqual(["leeds", "TypeError: row 17 is 42"]);
  });

  it("is refused before anything is sent where there is no such site, or its node is offline", async () => {
    const of = world();
    const federation = await federationOf(of);
    await expect(federation.run(mean, args, { centralAt: "leds" })).rejects.toMatchObject({
      code: "SITE_UNKNOWN",
      message: expect.stringContaining('Did you mean "leeds"?'),
    });
    nodeOf(of, "leeds").status = "offline";
    for (const options of [{}, { sites: ["oslo", "tartu"] }, { whenSiteFails: { continueWith: 1 } }])
      await expect(federation.run(mean, args, { centralAt, ...options })).rejects.toMatchObject({
        code: "NODE_OFFLINE",
        site: "leeds",
      });
    expect(of.tasks).toEqual([]);
  });

  it("asks without a site whose node is offline, where that is wanted", async () => {
    const of = world();
    nodeOf(of, "tartu").status = "offline";
    const federation = await federationOf(of);
    await expect(federation.run(mean, args, { centralAt })).rejects.toMatchObject({ code: "NODE_OFFLINE" });
    const { n, report } = await federation.run(mean, args, {
      centralAt,
      whenSiteFails: { continueWith: 2 },
    });
    expect(n).toBe(total - (sizes["tartu"] as number));
    expect(report.sites[2]).toMatchObject({ site: "tartu", state: "failed", code: "NODE_OFFLINE" });
  });

  it("is for a site's policy to permit, and a researcher's stricter settings hold there", async () => {
    const made = Object.entries(sizes).map(([name, size]) =>
      createSite({
        name,
        databases: { default: rowsSource(rowsTo(size)) },
        policy: parsePolicy(
          name === "leeds" ? { minimumOrganizations: 1, algorithms: { deny: ["test-mean"] } } : {},
        ),
        algorithms: [mean as AnyAlgorithm],
      }),
    );
    const of = new FakeWorld(programsOf(made, [mean as AnyAlgorithm]));
    const federation = await serverFederation(
      { server: directServer(of), privateKey: undefined, knownKeys: memoryKnownKeys(), pace: fastPace },
      { collaboration: "plain", image },
    );
    await expect(federation.run(mean, args, { centralAt, sites: ["oslo", "tartu"] })).rejects.toMatchObject({
      name: "RefusalError",
      code: "ALGORITHM_NOT_PERMITTED",
      site: "leeds",
    });
    const strict = { centralAt: "oslo", policy: { minimumRows: 12 } };
    await expect((await federationOf(world())).run(mean, args, strict)).resolves.toMatchObject({ n: 25 });
  });
});
