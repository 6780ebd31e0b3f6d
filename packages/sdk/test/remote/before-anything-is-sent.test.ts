import {
  type AnalysisEvent,
  type AnyAlgorithm,
  createSite,
  type Delivery,
  defineData,
  memoryJournal,
  parsePolicy,
  type Round,
  type RunOptions,
  rowsSource,
  startAnalysis,
  type Transport,
  type Undelivered,
} from "@konsil/core";
import { describe, expect, it } from "vitest";
import { mean, rowsTo } from "../mean.ts";

/** Three sites, of which `problems` tells before anything is sent. */
class Checked implements Transport {
  readonly sites = ["a", "b", "c"];
  readonly submitted: Round[] = [];
  asked = 0;
  problems: readonly Undelivered[];
  /** Fails the next submit, after it was noted. */
  breaks = false;
  readonly #tasks = new Map<string, Round>();
  readonly #made = this.sites.map((name) =>
    createSite({
      name,
      databases: { default: rowsSource(rowsTo(12)) },
      policy: parsePolicy("open", "rows made up by a test"),
      algorithms: [mean as AnyAlgorithm],
    }),
  );

  constructor(problems: readonly Undelivered[] = []) {
    this.problems = problems;
  }

  async preflight(): Promise<readonly Undelivered[]> {
    this.asked++;
    return this.problems;
  }

  async find(key: string): Promise<string | undefined> {
    return this.#tasks.has(key) ? key : undefined;
  }

  async submit(round: Round): Promise<string> {
    if (this.#tasks.has(round.key)) throw new Error("submitted twice");
    this.submitted.push(round);
    this.#tasks.set(round.key, round);
    if (this.breaks) throw new Error("the process died");
    return round.key;
  }

  async *replies(task: string): AsyncGenerator<Delivery, void, undefined> {
    const round = this.#tasks.get(task) as Round;
    for (const site of this.#made)
      if (round.sites.includes(site.name)) {
        const failure = this.failing.get(site.name);
        yield failure === undefined ? { site: site.name, reply: await site.answer(round.request) } : failure;
      }
  }

  readonly failing = new Map<string, Undelivered>();

  async kill(): Promise<void> {
    // Nothing runs.
  }
}

const offline = (site: string): Undelivered => ({
  site,
  failed: "NODE_OFFLINE",
  message: "{site} is offline.",
});

function run(transport: Transport, options: RunOptions = {}) {
  return startAnalysis({
    algorithm: mean as AnyAlgorithm,
    arguments: { column: "x", rounds: 3 },
    data: defineData({}),
    transport,
    options,
    present: ({ value, report }) => ({ value, report }),
  });
}

describe("what keeps a site from answering", () => {
  it("fails the analysis before anything is sent", async () => {
    const transport = new Checked([offline("b"), offline("c")]);
    await expect(run(transport)).rejects.toMatchObject({
      code: "NODE_OFFLINE",
      message: "b and c are offline.  [NODE_OFFLINE]",
    });
    expect(transport.submitted).toEqual([]);
  });

  it("leaves the site out where the analysis may go on, also from the roster that the others are sent", async () => {
    const transport = new Checked([offline("b")]);
    const events: AnalysisEvent[] = [];
    const { value, report } = await run(transport, {
      whenSiteFails: { continueWith: 2 },
      onProgress: (event) => events.push(event),
    });
    expect(value).toMatchObject({ n: 24, mean: 6.5, sites: ["a", "c"] });
    expect(report.sites.map(({ site, state, code }) => [site, state, code])).toEqual([
      ["a", "answered", null],
      ["b", "failed", "NODE_OFFLINE"],
      ["c", "answered", null],
    ]);
    for (const { sites, request } of transport.submitted) {
      expect(sites).toEqual(["a", "c"]);
      expect(JSON.parse(new TextDecoder().decode(request))).toMatchObject({ roster: ["a", "c"] });
    }
    expect(transport.asked).toBe(1);
    expect(events).toContainEqual({ type: "restarted", without: ["b"], why: "NODE_OFFLINE" });
  });

  it("stays left out when the analysis resumes, and nothing is checked when nothing is sent", async () => {
    const transport = new Checked([offline("b")]);
    const journal = memoryJournal();
    const options = { whenSiteFails: { continueWith: 2 }, journal } as const;
    const first = await run(transport, options);
    transport.problems = [];
    const again = await run(transport, options);
    expect(again.value).toEqual(first.value);
    expect(transport.submitted).toHaveLength(3);
    expect(transport.asked).toBe(1);
  });
});

describe("a round that is asked again after a site failed", () => {
  it("has a key of its own, by which it is found after a crash", async () => {
    const transport = new Checked();
    const journal = memoryJournal();
    transport.failing.set("b", { site: "b", failed: "TASK_KILLED", message: "{site} was killed." });
    await expect(run(transport, { journal })).rejects.toMatchObject({ code: "TASK_KILLED" });
    transport.failing.clear();
    // The task is made, and the process dies before its journal says so.
    transport.breaks = true;
    await expect(run(transport, { journal })).rejects.toThrow("the process died");
    transport.breaks = false;
    const { value } = await run(transport, { journal });
    expect(value).toMatchObject({ n: 36, mean: 6.5 });
    const keys = transport.submitted.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    expect(transport.submitted.map(({ sites }) => sites.join(""))).toEqual(["abc", "b", "abc", "abc"]);
  });
});
