import type { AnalysisEvent } from "@konsil/core";
import { describe, expect, it } from "vitest";
import type { FakeWorld } from "./fake-server/fake-world.ts";
import { federationOf, world } from "./worlds.ts";

function stopNode(of: FakeWorld, name: string): void {
  const node = of.organizations.find((one) => one.name === name)?.node;
  if (node !== undefined) node.status = "offline";
}

describe("describing data at a server", () => {
  it("is one analysis of two rounds, which its report and its progress have", async () => {
    const of = world();
    const events: AnalysisEvent[] = [];
    const federation = await federationOf(of);
    const description = federation.describe({ onProgress: (event) => events.push(event) });
    expect(federation.running).toEqual([description]);
    const { report } = await description;
    expect(federation.running).toEqual([]);
    expect(report.rounds.map(({ step }) => step)).toEqual(["describe.names", "describe.columns"]);
    expect(events.flatMap((event) => (event.type === "round-started" ? event.step : []))).toEqual([
      "describe.names",
      "describe.columns",
    ]);
    expect(events.at(-1)).toMatchObject({ type: "done", rounds: 2 });
    expect(report.released[0]).toMatchObject({
      site: "oslo",
      step: "describe.names",
      field: "columns",
      kind: "names",
      cells: 2,
    });
    expect(of.tasks).toHaveLength(2);
  });

  it("looks at its options before anything is sent, and at the nodes", async () => {
    const of = world();
    const federation = await federationOf(of);
    for (const [options, code] of [
      [{ deadlin: 1 } as object, "ARGUMENT_UNKNOWN"],
      [{ sites: ["bergen"] }, "SITE_UNKNOWN"],
      [{ signal: AbortSignal.abort() }, "ANALYSIS_ABORTED"],
    ] as const)
      await expect(federation.describe(options)).rejects.toMatchObject({ code });
    stopNode(of, "leeds");
    await expect(federation.describe()).rejects.toMatchObject({ code: "NODE_OFFLINE", site: "leeds" });
    expect(of.tasks).toEqual([]);
  });

  it("asks the sites that are chosen, or goes on without one that is offline", async () => {
    const of = world();
    const federation = await federationOf(of);
    stopNode(of, "leeds");
    const chosen = await federation.describe({ sites: ["oslo", "tartu"] });
    expect(chosen.sites).toEqual(["oslo", "tartu"]);
    const left = await federation.describe({ whenSiteFails: { continueWith: 2 } });
    expect(left.columns[0]?.sites).toMatchObject({ oslo: { present: 11 }, tartu: { present: 13 } });
    expect(left.report.sites.map(({ code }) => code)).toEqual([null, "NODE_OFFLINE", null]);
    const without = "Without leeds of 3 sites, which gives no answer: the report says why.";
    expect(left.report.warnings).toEqual([without]);
    expect(left.view.notes).toContain(without);
    const there = await federation.describe({ whenSiteFails: { continueWith: 2 }, centralAt: "oslo" });
    expect(there.report.warnings).toEqual([without]);
  });

  it("can be asked by a site", async () => {
    const of = world();
    const { report, ...described } = (
      await (await federationOf(of)).describe({ centralAt: "leeds" })
    ).toJSON();
    const { report: here, ...known } = (await (await federationOf(of)).describe()).toJSON();
    expect(described).toEqual(known);
    expect(report.rounds.map(({ step }) => step)).toEqual(here.rounds.map(({ step }) => step));
    expect(of.tasks).toHaveLength(3);
  });

  it("ends in its first round at its deadline or signal, and kills the task where it should", async () => {
    const of = world();
    of.faults = { fate: () => ({ end: "never" }) };
    const federation = await federationOf(of);
    const begun = performance.now();
    await expect(federation.describe({ deadline: 0.3 })).rejects.toMatchObject({ code: "ANALYSIS_TIMEOUT" });
    const stop = AbortSignal.timeout(300);
    await expect(federation.describe({ signal: stop, whenAborted: "kill task" })).rejects.toMatchObject({
      code: "ANALYSIS_ABORTED",
    });
    expect(performance.now() - begun).toBeLessThan(5000);
    expect(of.tasks.map(({ runs }) => new Set(runs.map(({ status }) => status)))).toEqual([
      new Set(["active"]),
      new Set(["killed by user"]),
    ]);
  });
});
