import {
  type AnalysisEvent,
  isKonsilError,
  kaplanMeier,
  localFederation,
  memoryJournal,
  type Server,
} from "konsil";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { image, researcher, sitesHere, valueIn } from "./real.ts";
// @ts-expect-error: the stack's scripts are JavaScript
import { startNodes, stopNodes } from "./stack/nodes.mjs";
// @ts-expect-error: the stack's scripts are JavaScript
import { stop } from "./stack/processes.mjs";
// @ts-expect-error: the stack's scripts are JavaScript
import { startServer } from "./stack/server.mjs";

const curves = { formula: "Surv(days, event) ~ hormon" };
const heidelberg = "konsil-0-heidelberg";

let server: Server;

beforeAll(async () => {
  server = await researcher();
});

const federation = () => server.federation({ collaboration: "public data", image });

/** What the sites of these names say in this process. */
async function truth(names: readonly string[]): Promise<object> {
  const sites = sitesHere("open").filter(({ name }) => names.includes(name));
  return valueIn(await (await localFederation(sites)).run(kaplanMeier, curves));
}

/** Resolves when an analysis has begun a round. */
async function begun(number: number, events: AsyncIterable<AnalysisEvent>): Promise<void> {
  for await (const event of events) if (event.type === "round-started" && event.round === number) return;
}

describe("a node that is stopped", () => {
  afterEach(async () => {
    await startNodes([heidelberg]);
  });

  it("is named before anything is sent", async () => {
    await stopNodes([heidelberg]);
    const sites = await federation();
    const before = await server.tasks.list().first();
    await expect(sites.run(kaplanMeier, curves)).rejects.toMatchObject({
      code: "NODE_OFFLINE",
      site: "heidelberg",
    });
    expect((await server.tasks.list().first())?.id).toBe(before?.id);
  });

  it("in the middle of an analysis lets the others go on where they may, and the answer is theirs", async () => {
    const sites = await federation();
    const analysis = sites.run(kaplanMeier, curves, { whenSiteFails: { continueWith: 2 }, deadline: 280 });
    await begun(2, analysis);
    await stopNodes([heidelberg]);
    const result = await analysis;
    expect(result.report.sites.find(({ site }) => site === "heidelberg")?.state).toBe("failed");
    expect(valueIn(result)).toEqual(await truth(["oslo", "leeds"]));
  });
});

describe("a server that is started anew", () => {
  it("in the middle of an analysis is waited for, and nothing is sent twice", async () => {
    const sites = await federation();
    const before = await server.tasks.list().first();
    const options = { deadline: 280, journal: memoryJournal() };
    const analysis = sites.run(kaplanMeier, curves, options);
    await begun(2, analysis);
    await stop(["server"]);
    await startServer();
    // A node of vantage6 gives a run up whose server is away just when it asks ("unknown error"), or carries it out twice
    // once it is connected again, and sends nothing of the first. The site is then asked again by the same journal.
    const result = await analysis.catch((error: unknown) => {
      if (isKonsilError(error) && ["SITE_FAILED", "REPLY_INVALID"].includes(error.code))
        return sites.run(kaplanMeier, curves, options);
      throw error;
    });
    expect(valueIn(result)).toEqual(await truth(["oslo", "leeds", "heidelberg"]));
    const made = (await server.tasks.list().all()).filter(({ id }) => id > (before?.id ?? 0));
    expect(new Set(made.map(({ name }) => name)).size).toBe(made.length);
    const again = result.report.rounds.some(({ replayed }) => replayed) ? 1 : 0;
    expect(made.length).toBe(result.report.rounds.length + again);
  });
});
