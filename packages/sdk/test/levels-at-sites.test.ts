import { describe, expect, it } from "vitest";
import {
  category,
  compare,
  type Expression,
  isIn,
  type LocalSite,
  localFederation,
  memoryJournal,
  not,
  recode,
} from "../src/index.ts";
import { mean } from "./mean.ts";

const open = { policy: "open", reason: "rows made up by a test" } as const;

/** So many people of each stage. */
const rowsOf = (people: Readonly<Record<string, number>>) =>
  Object.entries(people).flatMap(([stage, n]) => Array.from({ length: n }, (_, x) => ({ stage, x })));

const sites = (people: readonly Readonly<Record<string, number>>[], policy: object = open): LocalSite[] =>
  people.map((one, i) => ({ name: "abc"[i] as string, rows: rowsOf(one), ...policy }));

const run = async (held: readonly LocalSite[], filter: Expression<"boolean">) =>
  (await localFederation(held)).data({ filter }).run(mean, { column: "x" });

describe("a level that data name without declaring any", () => {
  const three = sites([
    { "1": 30, "2": 30 },
    { "2": 30, "3": 30 },
    { "1": 30, "2": 30, "3": 30 },
  ]);

  it.each([
    ["in a comparison", compare("stage", "==", "III")],
    ["where it would select everybody", compare("stage", "!=", "III")],
    ["in a list", isIn("stage", ["3", "III"])],
    [
      "in a recoded column",
      compare(recode("stage", { III: "late" }, { others: { as: "early" } }), "==", "early"),
    ],
    ["after recoding", compare(recode("stage", { "3": "late" }, { others: "keep" }), "!=", "x")],
  ])("is refused %s when no site has it, with those that there are", async (_where, filter) => {
    const words =
      /has no level "III", at no site\. (Did you mean "\w+"\? )?Levels: 1, 2, 3\..*category\(\[…\]\)/;
    const failing = run(three, filter);
    if (JSON.stringify(filter).includes("III")) await expect(failing).rejects.toThrow(words);
    // What an expression makes may be compared with what it does not make.
    else expect((await failing).report.warnings).toEqual([]);
  });

  it("is held against levels that a derived column keeps", async () => {
    const federation = await localFederation(three);
    const derive = { merged: recode("stage", { "1": "early", "2": "early" }, { others: "keep" }) };
    const data = federation.data({ derive });
    await expect(data.where(compare("merged", "==", "ealry")).run(mean, { column: "x" })).rejects.toThrow(
      /"merged" has no level "ealry".*Did you mean "early"\? Levels: early, 3/,
    );
    expect(
      (await data.where(compare("merged", "==", "3")).run(mean, { column: "x" })).report.warnings,
    ).toEqual([]);
  });

  it("may be at one site only, and is asked for once, before all else", async () => {
    const filter = compare("stage", "==", "3");
    const held = sites([
      { "1": 30, "3": 30 },
      { "1": 30, "3": 30 },
      { "1": 30, "3": 30, "4": 30 },
    ]);
    const { report } = await run(held, isIn("stage", ["3", "4"]));
    expect(report.rounds.map(({ step }) => step)).toEqual(["describe.levels", "test.totals"]);
    expect(report.released[0]).toMatchObject({
      site: "a",
      step: "describe.levels",
      field: "levels",
      cells: 2,
    });
    expect(report.warnings).toEqual([]);

    const declared = (await localFederation(held)).data({
      columns: { stage: category(["1", "3", "4"]), x: { type: "numeric" } },
      filter,
    });
    expect((await declared.run(mean, { column: "x" })).report.rounds).toHaveLength(1);
  });

  it("is a warning, before all others, where a site may have it and not name it", async () => {
    const held = sites(
      [
        { "1": 40, "2": 40, "3": 2 },
        { "1": 60, "2": 40 },
        { "1": 60, "2": 40 },
      ],
      {},
    );
    const { report } = await run(held, not(compare("stage", "==", "III")));
    expect(report.warnings[0]).toMatch(
      /^"stage" may have no level "III": no site names it, .*Levels: 1, 2\./,
    );
  });

  it("is a warning where one site is asked alone: it may lack what others have", async () => {
    const federation = await localFederation(three);
    const data = federation.data({ filter: compare("stage", "!=", "3") });
    const { report } = await data.run(mean, { column: "x" }, { sites: ["a"] });
    expect(report.warnings).toEqual([expect.stringContaining('"stage" may have no level "3"')]);
  });

  it("may be a site that was not asked", async () => {
    const federation = await localFederation(three);
    const data = (name: string) => federation.data({ filter: compare("site", "!=", name) });
    const { report } = await data("c").run(mean, { column: "x" }, { sites: ["a", "b"] });
    expect(report.warnings).toEqual([]);
    await expect(data("d").run(mean, { column: "x" })).rejects.toMatchObject({ code: "LEVEL_UNKNOWN" });
  });

  it("is not asked for again when an analysis resumes", async () => {
    const journal = memoryJournal();
    const data = (await localFederation(three)).data({ filter: compare("stage", "==", "3") });
    const first = await data.run(mean, { column: "x" }, { journal });
    const again = await data.run(mean, { column: "x" }, { journal });
    expect(again).toEqual(first);
    expect(again.report.rounds.map(({ replayed }) => replayed)).toEqual([true, true]);
  });

  it("is looked for in vain, and not refused for it, where no site may say what it has", async () => {
    const held = sites([{ "1": 300 }, { "1": 300 }, { "1": 300 }], { policy: { algorithms: ["test-mean"] } });
    const { report } = await run(held, compare("stage", "!=", "2"));
    expect(report.warnings[0]).toContain("was not checked");
  });

  it("is no news where its column is unknown, which ends the analysis", async () => {
    const federation = await localFederation(three);
    const heard: string[] = [];
    const failing = federation
      .data({ filter: compare("stadium", "==", "3") })
      .run(mean, { column: "x" }, { onProgress: (event) => heard.push(event.type) });
    await expect(failing).rejects.toMatchObject({ code: "COLUMN_UNKNOWN" });
    expect(heard).toContain("round-started");
    expect(heard).not.toContain("warning");
  });
});

describe("a number that recode() goes by its text", () => {
  it("is held against the numbers that sites have, and a number compared with text is refused for its type", async () => {
    const rows = Array.from({ length: 60 }, (_, x) => ({ x, status: x % 2 }));
    const held = ["a", "b", "c"].map((name) => ({ name, rows }));
    const byText = (level: string) =>
      compare(recode("status", { [level]: level }, { others: "keep" }), "==", level);
    expect((await run(held, byText("1"))).n).toBe(90);
    await expect(run(held, byText("7"))).rejects.toThrow(
      /"status" has no level "7", at no site\. .*Levels: 0, 1/,
    );
    await expect(run(held, compare("status", "==", "7"))).rejects.toMatchObject({
      code: "EXPRESSION_INVALID",
    });
  });
});
