import {
  type AnalysisEvent,
  createSite,
  type Delivery,
  defineAlgorithm,
  memoryJournal,
  parsePolicy,
  type Round,
  rowsSource,
  type Site,
  type Transport,
} from "@konsil/core";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { makeFederation } from "../src/federation/federation.ts";
import { localFederation } from "../src/index.ts";
import { LocalTransport } from "../src/local/local-transport.ts";
import { mean, rowsTo, totals } from "./mean.ts";

const open = { policy: "open", reason: "rows made up by a test" } as const;
const sizes = [10, 20, 30];
const sites = sizes.map((size, i) => ({ name: `s${i + 1}`, rows: rowsTo(size), ...open }));
// Mean of 1…10, 1…20 and 1…30 together.
const expected = (55 + 210 + 465) / 60;

function makeSites(): Site[] {
  return sites.map(({ name, rows }) =>
    createSite({
      name,
      databases: { default: rowsSource(rows) },
      policy: parsePolicy("open", open.reason),
      algorithms: [mean],
    }),
  );
}

/** A transport over real sites that can be told to lose, spoil or delay deliveries, and counts what was submitted. */
class FaultyTransport extends LocalTransport implements Transport {
  readonly submitted: Round[] = [];
  readonly killed: string[] = [];
  fault: (delivery: Delivery, round: number) => Delivery | undefined | "hang" = (delivery) => delivery;

  override async submit(round: Round): Promise<string> {
    this.submitted.push(round);
    return super.submit(round);
  }

  override async *replies(task: string, signal: AbortSignal): AsyncGenerator<Delivery, void, undefined> {
    const round = this.submitted.length;
    for await (const delivery of super.replies(task, signal)) {
      const fault = this.fault(delivery, round);
      if (fault === "hang") {
        await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
        return;
      }
      if (fault !== undefined) yield fault;
    }
  }

  override async kill(task: string): Promise<void> {
    this.killed.push(task);
    await super.kill(task);
  }
}

function faulty() {
  const transport = new FaultyTransport(makeSites());
  return {
    transport,
    federation: makeFederation({ transport, register: () => undefined, release: () => undefined }),
  };
}

describe("an analysis", () => {
  it("gives the pooled value and reports what left each site", async () => {
    const federation = await localFederation(sites);
    const result = await federation.run(mean, { column: "x" });
    expect(result).toEqual({ n: 60, mean: expected, sites: ["s1", "s2", "s3"] });
    expect(result.report.sites.map(({ site, state, rows }) => [site, state, rows?.used])).toEqual([
      ["s1", "answered", 10],
      ["s2", "answered", 20],
      ["s3", "answered", 30],
    ]);
    expect(result.report.released).toContainEqual({
      site: "s2",
      step: "test.totals",
      rounds: 1,
      field: "total",
      kind: "sums",
      cells: 1,
      masked: 0,
      rule: "open policy: as it is",
    });
    expect(JSON.parse(JSON.stringify(result))).toEqual({
      ...result,
      report: JSON.parse(JSON.stringify(result.report)),
    });
  });

  it("tells its events to listeners, and to whoever iterates late", async () => {
    const federation = await localFederation(sites);
    const heard: AnalysisEvent[] = [];
    const analysis = federation.run(
      mean,
      { column: "x", rounds: 2 },
      { onProgress: (event) => heard.push(event) },
    );
    await analysis;
    const iterated: AnalysisEvent[] = [];
    for await (const event of analysis) iterated.push(event);
    expect(iterated).toEqual(heard);
    expect(heard.map(({ type }) => type)).toEqual([
      "started",
      ...[1, 2].flatMap(() => ["round-started", "site", "site", "site", "round-ended"]),
      "done",
    ]);
  });

  it.each([
    [{ colum: "x" }, "ARGUMENT_UNKNOWN", 'Did you mean "column"?'],
    [{ column: 3 }, "ARGUMENT_INVALID", '"column"'],
    [{ column: "y" }, "COLUMN_UNKNOWN", 'Column "y" is not at any of the 3 sites.'],
    [{ column: "g" }, "COLUMN_TYPE", '"g"'],
  ])("refuses %o and says what is permitted", async (args, code, words) => {
    const federation = await localFederation(sites);
    const failing = federation.run(mean, args as { column: string });
    await expect(failing).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
  });

  it("refuses an unknown option, site or algorithm with a suggestion", async () => {
    const federation = await localFederation(sites);
    await expect(federation.run(mean, { column: "x" }, { deadlin: 3 } as object)).rejects.toMatchObject({
      code: "ARGUMENT_UNKNOWN",
      message: expect.stringContaining('"deadline"'),
    });
    await expect(federation.run(mean, { column: "x" }, { sites: ["s4"] })).rejects.toMatchObject({
      code: "SITE_UNKNOWN",
    });
    expect(() => federation.run("mean" as never, {})).toThrow(
      expect.objectContaining({ code: "ALGORITHM_UNKNOWN" }),
    );
  });

  it("stops at its deadline, names what still runs, and kills it only when told", async () => {
    for (const whenAborted of ["leave running", "kill task"] as const) {
      const { transport, federation } = faulty();
      transport.fault = (delivery) => (delivery.site === "s2" ? "hang" : delivery);
      const failing = federation.run(mean, { column: "x" }, { deadline: 0.05, whenAborted });
      await expect(failing).rejects.toMatchObject({ code: "ANALYSIS_TIMEOUT" });
      expect(transport.killed).toHaveLength(whenAborted === "kill task" ? 1 : 0);
    }
  });

  it("stops by its signal and by kill()", async () => {
    const first = faulty();
    first.transport.fault = () => "hang";
    const controller = new AbortController();
    const aborted = first.federation.run(mean, { column: "x" }, { signal: controller.signal });
    setTimeout(() => controller.abort(), 20);
    await expect(aborted).rejects.toMatchObject({ code: "ANALYSIS_ABORTED" });

    const second = faulty();
    second.transport.fault = () => "hang";
    const killed = second.federation.run(mean, { column: "x" });
    killed.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await killed.kill();
    await expect(killed).rejects.toMatchObject({ code: "ANALYSIS_ABORTED" });
    expect(second.transport.killed).toHaveLength(1);
  });
});

describe("a site that fails", () => {
  it("ends the analysis and is named", async () => {
    const { transport, federation } = faulty();
    transport.fault = (delivery) => (delivery.site === "s2" ? undefined : delivery);
    const failing = federation.run(mean, { column: "x" });
    await expect(failing).rejects.toMatchObject({
      code: "SITE_UNAVAILABLE",
      site: "s2",
      message: expect.stringContaining("s2 did not answer"),
    });
  });

  it("is left out from the first round on when the analysis may go on without it", async () => {
    const { transport, federation } = faulty();
    // It answers the first round and is lost in the second: the first is asked again, without it.
    transport.fault = (delivery, round) => (delivery.site === "s2" && round === 2 ? undefined : delivery);
    const analysis = federation.run(mean, { column: "x", rounds: 3 }, { whenSiteFails: { continueWith: 2 } });
    const result = await analysis;
    expect(result).toEqual({ n: 40, mean: (55 + 465) / 40, sites: ["s1", "s3"] });
    expect(result.report.sites.find(({ site }) => site === "s2")).toMatchObject({
      state: "failed",
      code: "SITE_UNAVAILABLE",
    });
    expect(transport.submitted.map(({ sites: asked }) => asked.length)).toEqual([3, 3, 2, 2, 2]);
  });

  it("may not bring the sites below the number that is wanted", async () => {
    const { transport, federation } = faulty();
    transport.fault = (delivery) => (delivery.site === "s1" ? delivery : undefined);
    const failing = federation.run(mean, { column: "x" }, { whenSiteFails: { continueWith: 2 } });
    await expect(failing).rejects.toMatchObject({
      code: "SITE_UNAVAILABLE",
      message: expect.stringContaining("s2 and s3"),
    });
  });

  const anothers = /^The reply of s2 is not one to this question\. Run the analysis again; /;
  const undeclared = (differs: string) =>
    new RegExp(
      `^The reply of s2 to "test\\.[\\w.-]+" is not what .* use the same on both sides.* What differs: ${differs}\\.  \\[`,
    );

  it.each<[string, (bytes: Record<string, unknown>) => unknown, RegExp]>([
    [
      "holds an undeclared field",
      (reply) => ({ ...reply, output: { ...(reply["output"] as object), rows: [1, 2] } }),
      undeclared('the field "rows" is not declared'),
    ],
    [
      "lacks a field",
      (reply) => ({ ...reply, output: { n: 3 } }),
      undeclared('the field "total" is missing'),
    ],
    [
      "has a negative count",
      (reply) => ({ ...reply, output: { n: -1, total: [0] } }),
      undeclared('the field "n" has another form'),
    ],
    ["is another site's", (reply) => ({ ...reply, site: "s1" }), anothers],
    ["answers another round", (reply) => ({ ...reply, round: "0" }), anothers],
    ["is no object", () => 7, anothers],
  ])("is refused when its reply %s", async (_what, spoil, words) => {
    const { transport, federation } = faulty();
    transport.fault = (delivery) => {
      if (delivery.site !== "s2" || !("reply" in delivery)) return delivery;
      const reply = JSON.parse(new TextDecoder().decode(delivery.reply)) as Record<string, unknown>;
      return { site: "s2", reply: new TextEncoder().encode(JSON.stringify(spoil(reply))) };
    };
    await expect(federation.run(mean, { column: "x" })).rejects.toMatchObject({
      code: "REPLY_INVALID",
      site: "s2",
      message: expect.stringMatching(words),
    });
  });
});

describe("a journal", () => {
  it("resumes where the analysis was, without asking a site twice, and gives the same bits", async () => {
    const whole = memoryJournal();
    const first = faulty();
    const finished = await first.federation.run(mean, { column: "x", rounds: 3 }, { journal: whole });
    // A crash after each single entry: what is asked anew is only what had not been answered.
    for (let kept = 1; kept <= whole.entries.length; kept++) {
      const entries = whole.entries.slice(0, kept);
      const again = faulty();
      const resumed = await again.federation.run(
        mean,
        { column: "x", rounds: 3 },
        { journal: memoryJournal(entries) },
      );
      expect(resumed).toEqual(finished);
      const answered = entries.filter(({ entry }) => entry === "delivery").length;
      const asked = again.transport.submitted.reduce((total, round) => total + round.sites.length, 0);
      expect(asked).toBe(9 - answered);
    }
  });

  it("belongs to one analysis", async () => {
    const journal = memoryJournal();
    const { federation } = faulty();
    await federation.run(mean, { column: "x" }, { journal });
    await expect(federation.run(mean, { column: "x", rounds: 2 }, { journal })).rejects.toMatchObject({
      code: "JOURNAL_INVALID",
    });
  });

  it("finds out a central part that asks other questions when it is replayed", async () => {
    let turn = 0;
    const restless = defineAlgorithm({
      name: "restless",
      arguments: z.strictObject({}),
      steps: [totals],
      central: async (_args, context) => {
        turn += 1;
        const pooled = await context.pool(totals, { column: "x", round: turn });
        return { n: pooled.n };
      },
    });
    const journal = memoryJournal();
    const federation = await localFederation(sites);
    await federation.run(restless, {}, { journal });
    await expect(federation.run(restless, {}, { journal })).rejects.toMatchObject({
      code: "NOT_DETERMINISTIC",
    });
  });
});

describe("a hospital's default policy", () => {
  const hospital = (name: string, n: number) => ({ name, rows: rowsTo(n) });

  it("lets a site with too few rows abstain, and says so", async () => {
    const federation = await localFederation([
      hospital("a", 40),
      hospital("b", 50),
      hospital("c", 60),
      hospital("d", 9),
    ]);
    const result = await federation.run(mean, { column: "x" });
    expect(result.n).toBe(150);
    expect(result.report.sites[3]).toMatchObject({
      site: "d",
      state: "abstained",
      code: "ROWS_TOO_FEW",
      rows: null,
    });
    expect(result.report.notGuarded.length).toBeGreaterThan(0);
  });

  it("ends the analysis when too few organizations are left, or take part", async () => {
    const few = await localFederation([hospital("a", 40), hospital("b", 50), hospital("c", 9)]);
    await expect(few.run(mean, { column: "x" })).rejects.toMatchObject({ code: "ORGANIZATIONS_TOO_FEW" });
    const two = await localFederation([hospital("a", 40), hospital("b", 50)]);
    await expect(two.run(mean, { column: "x" })).rejects.toMatchObject({ code: "ORGANIZATIONS_TOO_FEW" });
  });

  it("permits only the columns and algorithms that it lists", async () => {
    const strict = ["a", "b", "c"].map((name) => ({ ...hospital(name, 40), policy: { columns: ["g"] } }));
    await expect((await localFederation(strict)).run(mean, { column: "x" })).rejects.toMatchObject({
      code: "COLUMN_NOT_PERMITTED",
      message: expect.not.stringContaining("x, g"),
    });
    const denied = ["a", "b", "c"].map((name) => ({
      ...hospital(name, 40),
      policy: { algorithms: ["test-mean@2"] },
    }));
    await expect((await localFederation(denied)).run(mean, { column: "x" })).rejects.toMatchObject({
      code: "ALGORITHM_NOT_PERMITTED",
    });
  });

  it("can be tightened by the researcher and not loosened", async () => {
    const federation = await localFederation(["a", "b", "c"].map((name) => hospital(name, 40)));
    await expect(
      federation.run(mean, { column: "x" }, { policy: { minimumRows: 50 } }),
    ).rejects.toMatchObject({ code: "ROWS_TOO_FEW" });
    const small = await localFederation(["a", "b", "c"].map((name) => hospital(name, 9)));
    await expect(small.run(mean, { column: "x" }, { policy: { minimumRows: 1 } })).rejects.toMatchObject({
      code: "ROWS_TOO_FEW",
    });
  });
});
