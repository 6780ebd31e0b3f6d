import {
  type Algorithm,
  AnalysisError,
  type AnalysisEvent,
  count,
  createSite,
  type Delivery,
  defineAlgorithm,
  defineData,
  defineStep,
  type Journal,
  type JournalEntry,
  memoryJournal,
  numeric,
  type Outcome,
  parsePolicy,
  type Round,
  type RunOptions,
  rowsSource,
  type Site,
  startAnalysis,
  type Transport,
} from "@konsil/core";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { rowsTo } from "./mean.ts";

const sizes: Readonly<Record<string, number>> = { p: 1, q: 2, x: 4, y: 8 };
const names = Object.keys(sizes);

function step(name: string) {
  return defineStep({
    name: `test.${name}`,
    arguments: z.strictObject({}),
    columns: () => ({ x: numeric("x") }),
    output: { n: count() },
    run: (table) => ({ n: table.rows }),
  });
}
const steps = [step("a"), step("b"), step("c"), step("d")] as const;
const [A, B, C, D] = steps;

type Value = Readonly<Record<string, number>>;
type Ask = (name: "a" | "b" | "c" | "d") => Promise<number>;

/** An algorithm of the test's own central part, over four steps that count rows. */
function counting(central: (ask: Ask, sites: () => readonly string[]) => Promise<Value>) {
  const named = { a: A, b: B, c: C, d: D };
  return defineAlgorithm({
    name: "counting",
    arguments: z.strictObject({}),
    steps: [...steps],
    central: (_args, context) =>
      central(
        async (name) => (await context.pool(named[name], {})).n,
        () => context.sites,
      ),
  });
}

const wait = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

interface Fate {
  readonly after?: number;
  readonly lost?: boolean;
}

/** Sites whose answers come, or fail, when the plan says: by step, site and how often the step was asked. */
class PlannedTransport implements Transport {
  readonly sites = names;
  readonly submitted: { step: string; sites: readonly string[] }[] = [];
  readonly killed: string[] = [];
  submitTakes = 0;
  readonly #plan: (step: string, site: string, time: number) => Fate;
  readonly #sites: ReadonlyMap<string, Site>;
  readonly #tasks = new Map<string, Round>();
  readonly #asked = new Map<string, number>();

  constructor(algorithm: ReturnType<typeof counting>, plan: PlannedTransport["plan"] = () => ({})) {
    this.#plan = plan;
    const make = (name: string) =>
      createSite({
        name,
        databases: { default: rowsSource(rowsTo(sizes[name] as number)) },
        policy: parsePolicy("open", "rows made up by a test"),
        algorithms: [algorithm as Algorithm<unknown, unknown>],
      });
    this.#sites = new Map(names.map((name) => [name, make(name)]));
  }

  get plan() {
    return this.#plan;
  }

  async find(): Promise<string | undefined> {
    return undefined;
  }

  async submit(round: Round): Promise<string> {
    if (this.submitTakes > 0) await wait(this.submitTakes);
    const task = `task${this.#tasks.size}`;
    this.#tasks.set(task, round);
    this.submitted.push({ step: this.#stepOf(round), sites: round.sites });
    return task;
  }

  async *replies(task: string, signal: AbortSignal): AsyncGenerator<Delivery, void, undefined> {
    const round = this.#tasks.get(task) as Round;
    const asked = this.#stepOf(round);
    const time = (this.#asked.get(asked) ?? 0) + 1;
    this.#asked.set(asked, time);
    const pending = new Map(
      round.sites.map((site) => [site, this.#deliver(site, round, this.#plan(asked, site, time))]),
    );
    // Deaf to the signal until the next delivery, as a slow network is.
    while (pending.size > 0 && !signal.aborted) {
      const delivery = await Promise.race(pending.values());
      pending.delete(delivery.site);
      yield delivery;
    }
  }

  async kill(task: string): Promise<void> {
    this.killed.push(task);
  }

  #stepOf(round: Round): string {
    const request = JSON.parse(new TextDecoder().decode(round.request)) as { step: { name: string } };
    return request.step.name.replace("test.", "");
  }

  async #deliver(site: string, round: Round, { after = 1, lost = false }: Fate): Promise<Delivery> {
    await wait(after);
    return lost
      ? { site, failed: "SITE_FAILED", message: "{site} crashed." }
      : { site, reply: await (this.#sites.get(site) as Site).answer(round.request) };
  }
}

function start(
  algorithm: ReturnType<typeof counting>,
  transport: Transport,
  options: RunOptions = {},
  data = defineData({}),
) {
  return startAnalysis<Outcome>({
    algorithm: algorithm as Algorithm<unknown, unknown>,
    arguments: {},
    data,
    transport,
    options,
    present: (outcome) => outcome,
  });
}

const goOn = { whenSiteFails: { continueWith: 2 } } as const;

describe("an attempt that was given up", () => {
  // D counts everyone; then A loses x while B is still open, and B loses y long after the restart.
  const plan = (name: string, site: string, time: number): Fate => {
    if (name === "a" && time === 1) return site === "x" ? { after: 20, lost: true } : {};
    if (name === "b" && time === 1) return site === "y" ? { after: 60, lost: true } : {};
    if (name === "b") return { after: 100 };
    return {};
  };

  it("cannot change the one that came after", async () => {
    const algorithm = counting(async (ask) => {
      const d = await ask("d");
      const [a, b] = await Promise.all([ask("a"), ask("b")]);
      return { d, a, b, c: await ask("c") };
    });
    const restarts: AnalysisEvent[] = [];
    const transport = new PlannedTransport(algorithm, plan);
    const outcome = await start(algorithm, transport, {
      ...goOn,
      onProgress: (event) => event.type === "restarted" && restarts.push(event),
    });
    expect(outcome.value).toEqual({ d: 11, a: 11, b: 11, c: 11 });
    expect(restarts).toEqual([{ type: "restarted", without: ["x"], why: "SITE_FAILED" }]);
    expect(outcome.report.sites.map(({ site, state }) => `${site} ${state}`)).toEqual([
      "p answered",
      "q answered",
      "x failed",
      "y answered",
    ]);
    // What left a site is counted once for each step of the attempt that gave the value.
    expect(outcome.report.released.every(({ rounds }) => rounds === 1)).toBe(true);
    expect(outcome.report.released.some(({ site }) => site === "x")).toBe(false);
    // The first B: nobody waits for it.
    expect(transport.killed).toContain("task2");
  });

  it("is given up even when central catches every error", async () => {
    const algorithm = counting(async (ask) => {
      const d = await ask("d");
      const a = await ask("a").catch(() => -1);
      return { d, a };
    });
    const transport = new PlannedTransport(algorithm, plan);
    const outcome = await start(algorithm, transport, goOn);
    expect(outcome.value).toEqual({ d: 11, a: 11 });
  });

  it("fails nowhere unheard when central had not yet awaited a round", async () => {
    const algorithm = counting(async (ask) => {
      const d = await ask("d");
      const later = ask("b");
      const a = await ask("a");
      return { d, a, b: await later };
    });
    const outcome = await start(algorithm, new PlannedTransport(algorithm, plan), goOn);
    expect(outcome.value).toEqual({ d: 11, a: 11, b: 11 });
  });
});

describe("a journal of an analysis that lost a site", () => {
  // The site is lost in the step after which the analysis has another to ask.
  const sequences: Record<string, (ask: Ask) => Promise<Value>> = {
    "that it had counted": async (ask) => ({ a: await ask("a"), b: await ask("b"), c: await ask("c") }),
    "in its first round": async (ask) => ({ b: await ask("b"), a: await ask("a"), c: await ask("c") }),
    "in one of two rounds at once": async (ask) => {
      const slow = ask("d").then(async (d) => ({ d, c: await ask("c") }));
      const b = await ask("b");
      return { b, ...(await slow) };
    },
  };

  for (const [what, central] of Object.entries(sequences)) {
    it.each(["back", "still down"])(`${what} resumes anywhere when the site is %s`, async (then) => {
      const down = (name: string, site: string): Fate => {
        if (name === "d") return { after: 15 };
        return name === "b" && site === "x" ? { lost: true } : {};
      };
      const algorithm = counting(central);
      const whole = memoryJournal();
      const finished = await start(algorithm, new PlannedTransport(algorithm, down), {
        ...goOn,
        journal: whole,
      });
      expect(new Set(Object.values(finished.value))).toEqual(new Set([11]));
      for (let kept = 1; kept <= whole.entries.length; kept++) {
        const entries = whole.entries.slice(0, kept);
        const transport = new PlannedTransport(algorithm, then === "back" ? undefined : down);
        const resumed = await start(algorithm, transport, { ...goOn, journal: memoryJournal(entries) });
        const decided = entries.some(({ entry }) => entry === "lost" || entry === "restart");
        const total = decided || then === "still down" ? 11 : 15;
        expect(new Set(Object.values(resumed.value))).toEqual(new Set([total]));
        if (!decided) continue;
        expect(resumed.report.sites).toEqual(finished.report.sites);
        expect(transport.submitted.flatMap(({ sites }) => sites)).not.toContain("x");
      }
    });
  }

  it("asks a site again when its failure ended the analysis", async () => {
    const algorithm = counting(async (ask) => ({ a: await ask("a"), b: await ask("b") }));
    const journal = memoryJournal();
    const down = (name: string, site: string): Fate => (name === "b" && site === "x" ? { lost: true } : {});
    await expect(start(algorithm, new PlannedTransport(algorithm, down), { journal })).rejects.toMatchObject({
      code: "SITE_FAILED",
    });
    const again = new PlannedTransport(algorithm);
    expect((await start(algorithm, again, { journal })).value).toEqual({ a: 15, b: 15 });
    expect(again.submitted).toEqual([{ step: "b", sites: ["x"] }]);
  });

  it("is not taken up by who does not permit the loss", async () => {
    const algorithm = counting(async (ask) => ({ a: await ask("a"), b: await ask("b") }));
    const journal = memoryJournal();
    const down = (name: string, site: string): Fate => (name === "b" && site === "x" ? { lost: true } : {});
    await start(algorithm, new PlannedTransport(algorithm, down), { ...goOn, journal });
    await expect(start(algorithm, new PlannedTransport(algorithm), { journal })).rejects.toMatchObject({
      code: "SITE_FAILED",
      site: "x",
    });
  });
});

describe("a task that is being submitted when the analysis stops", () => {
  const algorithm = counting(async (ask) => ({ a: await ask("a") }));

  function slow(): PlannedTransport {
    const transport = new PlannedTransport(algorithm, () => ({ after: 500 }));
    transport.submitTakes = 30;
    return transport;
  }

  it.each(["signal", "deadline", "kill()"])("is killed, and in the journal, by %s", async (by) => {
    const transport = slow();
    const journal = memoryJournal();
    const controller = new AbortController();
    const analysis = start(algorithm, transport, {
      journal,
      ...(by === "signal" && { signal: controller.signal }),
      ...(by === "deadline" && { deadline: 0.01 }),
      ...(by !== "kill()" && { whenAborted: "kill task" }),
    });
    const failing = expect(analysis).rejects.toBeInstanceOf(AnalysisError);
    await wait(10);
    controller.abort();
    if (by === "kill()") await analysis.kill();
    await failing;
    expect(transport.killed).toEqual(["task0"]);
    expect(journal.entries.at(-1)).toMatchObject({ entry: "submitted", task: "task0" });
  });

  it("is left running, and in the journal, when it is not to be killed", async () => {
    const transport = slow();
    const journal = memoryJournal();
    await expect(start(algorithm, transport, { journal, deadline: 0.01 })).rejects.toMatchObject({
      code: "ANALYSIS_TIMEOUT",
    });
    await wait(40);
    expect(transport.killed).toEqual([]);
    expect(journal.entries.at(-1)).toMatchObject({ entry: "submitted", task: "task0" });
  });

  it("is not submitted any more once the analysis has stopped", async () => {
    const transport = slow();
    const journal = memoryJournal();
    const late: Journal = {
      load: () => journal.load(),
      async append(entry) {
        if (entry.entry === "intent") await wait(30);
        await journal.append(entry);
      },
    };
    const analysis = start(algorithm, transport, { journal: late });
    const failing = expect(analysis).rejects.toMatchObject({ code: "ANALYSIS_ABORTED" });
    await wait(10);
    await analysis.kill();
    await failing;
    await wait(80);
    expect(transport.submitted).toEqual([]);
  });
});

describe("whoever watches an analysis", () => {
  const algorithm = counting(async (ask) => ({ a: await ask("a") }));
  const failing = () =>
    new PlannedTransport(algorithm, (_step, site) => (site === "x" ? { lost: true } : {}));

  it("hears of its failure at the end of the events, and nowhere else", async () => {
    const heard: string[] = [];
    // Vitest fails for a rejection that nobody handles.
    const reading = (async () => {
      for await (const event of start(algorithm, failing())) {
        heard.push(event.type);
        await wait(10);
      }
    })();
    await expect(reading).rejects.toMatchObject({ code: "SITE_FAILED" });
    expect(heard.at(-1)).toBe("failed");
  });

  it("cannot break it", async () => {
    const heard: string[] = [];
    const analysis = start(algorithm, new PlannedTransport(algorithm), {
      onProgress: () => {
        throw new Error("a listener's own");
      },
    })
      .onProgress((event) => heard.push(event.type))
      .onProgress((async () => {
        throw new Error("a listener's own");
      }) as () => void);
    expect((await analysis).value).toEqual({ a: 15 });
    expect(heard.at(-1)).toBe("done");
  });

  it.each([
    [{ signal: {} }, "signal"],
    [{ journal: { load: 1, append: 2 } }, "journal"],
    [{ deadline: -1 }, "deadline"],
    [null, "Options"],
    [7, "Options"],
  ])("learns what is wrong with the options %o", async (options, word) => {
    const analysis = start(algorithm, new PlannedTransport(algorithm), options as RunOptions);
    const heard: string[] = [];
    const reading = (async () => {
      for await (const event of analysis) heard.push(event.type);
    })();
    const wrong = { code: "ARGUMENT_INVALID", message: expect.stringContaining(word) as string };
    await expect(analysis).rejects.toMatchObject(wrong);
    await expect(reading).rejects.toMatchObject(wrong);
    expect(heard).toEqual(["failed"]);
  });
});

describe("a journal that two analyses are given at once", () => {
  const algorithm = counting(async (ask) => ({ a: await ask("a") }));

  it("serves the first; the second may take it up afterwards", async () => {
    const journal = memoryJournal();
    const first = start(algorithm, new PlannedTransport(algorithm), { journal });
    await expect(start(algorithm, new PlannedTransport(algorithm), { journal })).rejects.toMatchObject({
      code: "JOURNAL_INVALID",
      message: expect.stringContaining("in use") as string,
    });
    expect((await first).value).toEqual({ a: 15 });
    const again = new PlannedTransport(algorithm);
    expect((await start(algorithm, again, { journal })).value).toEqual({ a: 15 });
    expect(again.submitted).toEqual([]);
  });

  it("serves one of them when two journals are one file", async () => {
    const file: JournalEntry[] = [];
    const onFile = (): Journal => ({
      load: async () => [...file],
      append: async (entry) => {
        file.push(entry);
      },
    });
    const both = [1, 2].map(() => start(algorithm, new PlannedTransport(algorithm), { journal: onFile() }));
    const ends = await Promise.allSettled(both);
    expect(ends.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(ends.find(({ status }) => status === "rejected")).toMatchObject({
      reason: { code: "JOURNAL_INVALID" },
    });
  });
});
