import { kaplanMeier, localFederation, type Server } from "konsil";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { begun, image, researcher, sitesHere, valueIn } from "./real.ts";
// @ts-expect-error: the stack's scripts are JavaScript
import { startNodes, stopNodes } from "./stack/nodes.mjs";

const curves = { formula: "Surv(days, event) ~ hormon" };
const heidelberg = "konsil-0-heidelberg";

let server: Server;

beforeAll(async () => {
  server = await researcher();
});

/** The newest of Konsil's tasks of this collaboration: of another there may be newer ones. */
async function newest(): Promise<number | undefined> {
  const collaboration = await server.collaborations.list({ name: "public data" }).first();
  return (await server.tasks.list({ name: "konsil-%", collaboration: collaboration?.id }).first())?.id;
}

const federation = () => server.federation({ collaboration: "public data", image });

/** What the sites of these names say in this process. */
async function truth(names: readonly string[]): Promise<object> {
  const sites = sitesHere("open").filter(({ name }) => names.includes(name));
  return valueIn(await (await localFederation(sites)).run(kaplanMeier, curves));
}

describe("a node that is stopped", () => {
  afterEach(async () => {
    await startNodes([heidelberg]);
  });

  it("is named before anything is sent", async () => {
    await stopNodes([heidelberg]);
    const sites = await federation();
    const before = await newest();
    await expect(sites.run(kaplanMeier, curves)).rejects.toMatchObject({
      code: "NODE_OFFLINE",
      site: "heidelberg",
    });
    expect(await newest()).toBe(before);
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
