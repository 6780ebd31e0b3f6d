import type { AnalysisEvent } from "@konsil/core";
import { describe, expect, it } from "vitest";
import { AnalysisState } from "./analysis-state.ts";

const sites = ["oslo", "leeds", "tartu"];

function at(
  events: readonly (readonly [seconds: number, event: AnalysisEvent])[],
  now: number,
): AnalysisState {
  let clock = 0;
  const state = new AnalysisState("coxph@1", () => clock);
  for (const [seconds, event] of events) {
    clock = seconds * 1000;
    state.take(event);
  }
  clock = now * 1000;
  return state;
}

const step = "survival.cox-strata";
const begun = [
  [0, { type: "started", analysis: "4f0a", algorithm: "coxph@1", sites, deadline: 3600 }],
  [0, { type: "round-started", round: 1, step, task: "41", sites }],
  [1, { type: "site", round: 1, step, site: "oslo", state: "answered", finished: 1, total: 3 }],
  [1, { type: "site-waiting", round: 1, step, site: "tartu", why: "its node is offline" }],
] as const satisfies readonly (readonly [number, AnalysisEvent])[];

describe("the state of an analysis", () => {
  it("names sites when they are late, and only then", () => {
    expect(at(begun, 1.9).line()).toBe("coxph@1 · round 1 survival.cox-strata · 1 of 3 sites");
    expect(at(begun, 2).line()).toBe(
      "coxph@1 · round 1 survival.cox-strata · 1 of 3 sites · waiting for leeds, tartu (its node is offline)",
    );
    const working = [...begun, [2, { type: "site-started", round: 1, step, site: "tartu" }]] as const;
    expect(at(working, 3).line()).toMatch(/waiting for leeds, tartu$/);
  });

  it("says why nothing is sent, and until when, before it is at a round", () => {
    const until = "2026-11-27T22:15:00.000Z";
    const why = "the server did not say whether it made the task";
    const [started] = begun;
    const waiting = [started, [1, { type: "round-waiting", round: 1, step, why, until }]] as const;
    expect(at(waiting, 2).line()).toMatch(
      /^coxph@1 · until \d\d:15:00 nothing is sent: the server did not say/,
    );
    expect(at([...waiting, ...begun.slice(1)], 2).line()).toContain("round 1");
    expect(at(begun, 2).deadline).toBe(3600);
  });

  it("is a picture by site and round, with how long each has taken so far", () => {
    const [figure] = at(begun, 5).view().figures ?? [];
    expect(figure).toMatchObject({
      kind: "rounds",
      rounds: [{ label: "1 cox-strata" }],
      replies: [
        [{ state: "answered", seconds: 1 }],
        [{ state: "waiting", seconds: 5 }],
        [{ state: "waiting", seconds: 5 }],
      ],
    });
  });

  it("says what still runs, that it began anew, and how it ended", () => {
    const open = at(begun, 3);
    expect([open.ended, open.tasks]).toEqual([false, ["41"]]);
    const anew = at([...begun, [3, { type: "restarted", without: ["tartu"], why: "SITE_UNAVAILABLE" }]], 4);
    expect(anew.tasks).toEqual([]);
    expect(anew.line()).toContain("from the first round again, without tartu (SITE_UNAVAILABLE)");
    const done = at([...begun, [4, { type: "done", rounds: 1, seconds: 4 }]], 9);
    expect([done.ended, done.line()]).toEqual([true, "coxph@1 · 1 of 3 sites · 1 round · 4.0 s"]);
    const failed = at([...begun, [4, { type: "failed", error: new RangeError("no") }]], 9);
    expect(failed.line()).toBe("coxph@1 · stopped in round 1: RangeError");
  });
});
