import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { defineAlgorithm, rowsSource, type Source } from "@konsil/core";
import { table } from "arquero";
import { afterAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { category, compare, fileJournal, isIn, localFederation, not, recode } from "../src/index.ts";
import { mean, rowsTo, totals } from "./mean.ts";

const folder = mkdtempSync(join(tmpdir(), "konsil-result-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const open = { policy: "open", reason: "rows made up by a test" } as const;

const shown = defineAlgorithm({
  name: "shown",
  arguments: z.strictObject({}),
  steps: [totals],
  central: async (_args, { pool }) => ({ n: (await pool(totals, { column: "x" })).n }),
  view: ({ n }) => ({
    title: "Shown <b>",
    tables: [
      {
        columns: [
          { name: "term", label: "Term" },
          { name: "estimate", label: "Estimate" },
          { name: "conf", label: "CI", format: "interval" },
        ],
        values: { term: ['x, "quoted"'], estimate: [n], conf: [{ lower: 1.5, upper: null }] },
      },
    ],
    figures: [
      {
        kind: "bars",
        title: "People",
        arrangement: "grouped",
        categories: ["all"],
        series: [{ label: "n", values: [n] }],
        value: { label: "People", format: "integer" },
      },
    ],
  }),
});

describe("a result", () => {
  it("shows itself as text, HTML, SVG, CSV and as an arquero table, and in a notebook", async () => {
    const federation = await localFederation([{ name: "s", rows: rowsTo(12), ...open }]);
    const result = await federation.run(shown, {});
    expect({ ...result }).toEqual({ n: 12 });
    expect(result.toText()).toContain("Shown <b>");
    expect(inspect(result)).toContain("Estimate");
    expect(result.toHTML()).toContain("Shown &lt;b&gt;");
    expect(result.toSVG()).toMatch(/^<svg[\s\S]*<\/svg>$/);
    expect(result.toCSV()).toBe('term,estimate,conf.low,conf.high\n"x, ""quoted""",12,1.5,\n');
    expect(result.toTable().objects()).toEqual([
      { term: 'x, "quoted"', estimate: 12, "conf.low": 1.5, "conf.high": null },
    ]);
    const bundle = (result as unknown as Record<symbol, () => Record<string, string>>)[
      Symbol.for("Jupyter.display")
    ]?.();
    expect(Object.keys(bundle ?? {})).toEqual(["text/html", "text/plain"]);
    expect(inspect(result.report)).toContain("What left the sites");
    expect(result.report.view.subtitle).toMatch(/^1 of 1 site answered 1 round in .* s; 0 cells masked;/);
  });

  it("reads alike wherever it is printed, as do its report, table, analysis, data and federation", async () => {
    const federation = await localFederation([{ name: "s", rows: rowsTo(12), ...open }]);
    const data = federation.data({ filter: compare("x", ">", 0) });
    const analysis = federation.run(shown, {});
    const result = await analysis;
    const words: readonly (readonly [{ toString(): string }, string])[] = [
      [result, "Shown <b>"],
      [result.report, "What left the sites"],
      [result.toTable(), "Estimate"],
      [await federation.describe(), "Missing values by site"],
      [analysis, "shown@1"],
      [data, "Rows with x > 0."],
      [federation, "Federation of 1 site (s)"],
    ];
    for (const [shownObject, expected] of words) {
      expect(String(shownObject)).toContain(expected);
      expect(String(shownObject)).toBe(inspect(shownObject));
      expect(Object.keys(shownObject)).not.toContain("toString");
    }
    expect({ ...result }).toEqual({ n: 12 });
  });

  it("is saved by the ending of the name", async () => {
    const federation = await localFederation([{ name: "s", rows: rowsTo(12), ...open }]);
    const result = await federation.run(shown, {});
    for (const ending of ["json", "html", "svg", "csv"]) await result.save(join(folder, `result.${ending}`));
    expect(JSON.parse(readFileSync(join(folder, "result.json"), "utf8"))).toEqual(
      JSON.parse(JSON.stringify(result)),
    );
    const saved = readFileSync(join(folder, "result.html"), "utf8");
    expect(saved).toMatch(/^<!doctype html>/);
    expect(saved).toContain(`<h2>${result.report.view.title}</h2>`);
    expect(saved).toContain("What left the sites");
    expect(readFileSync(join(folder, "result.svg"), "utf8")).toMatch(/^<svg/);
    await expect(result.save(join(folder, "result.pdf"))).rejects.toMatchObject({
      code: "OUTPUT_UNWRITABLE",
      message: expect.stringContaining("must end in .json, .html, .svg, .csv."),
    });
    await expect(result.save(join(folder, "none", "result.json"))).rejects.toMatchObject({
      name: "ArgumentError",
      code: "OUTPUT_UNWRITABLE",
      message: expect.stringContaining(`there is no folder "${join(folder, "none")}"`),
    });
  });
});

describe("a local federation", () => {
  it("takes arquero tables and several databases", async () => {
    const arquero = table({ x: [1, 2, 3], g: ["a", "b", "a"] });
    const federation = await localFederation([
      { name: "s", databases: { default: rowsTo(4), registry: arquero }, ...open },
    ]);
    expect((await federation.run(mean, { column: "x" })).mean).toBe(2.5);
    expect((await federation.data({ database: "registry" }).run(mean, { column: "x" })).mean).toBe(2);
    await expect(federation.data({ database: "omop" }).run(mean, { column: "x" })).rejects.toMatchObject({
      code: "DATABASE_UNKNOWN",
    });
  });

  it.each([
    [[], "ARGUMENT_INVALID"],
    [[{ name: "s" }], "ARGUMENT_INVALID"],
    [[{ name: "s", rows: [], rwos: [] }], "ARGUMENT_UNKNOWN"],
    [
      [
        { name: "s", rows: [] },
        { name: "s", rows: [] },
      ],
      "ARGUMENT_INVALID",
    ],
    [[{ name: "s", rows: 7 }], "ARGUMENT_INVALID"],
    [[{ name: "s", rows: [], policy: "open" }], "POLICY_INVALID"],
    [[{ name: "s", rows: [], policy: { minimumCel: 3 } }], "POLICY_INVALID"],
  ])("refuses %o", async (sites, code) => {
    await expect(localFederation(sites as never)).rejects.toMatchObject({ code });
  });

  it("names the column whose values do not fit together, and the site", async () => {
    const federation = await localFederation([{ name: "oslo", rows: [{ x: 1 }, { x: "secret" }], ...open }]);
    await expect(federation.run(mean, { column: "x" })).rejects.toMatchObject({
      code: "DATA_INVALID",
      message: expect.stringMatching(/oslo.*"x"|"x".*oslo/),
    });
    await expect(federation.run(mean, { column: "x" })).rejects.not.toMatchObject({
      message: expect.stringContaining("secret"),
    });
  });
});

describe("data", () => {
  it("tell a level that nobody has from one that is withheld, in plain words", async () => {
    const grades = (a: number, b: number) =>
      Array.from({ length: a + b }, (_, i) => ({ grade: i < a ? "1" : "2" }));
    const federation = await localFederation([
      { name: "a", rows: grades(30, 30) },
      { name: "b", rows: grades(2, 50) },
      { name: "c", rows: grades(0, 40) },
    ]);
    const [grade] = (await federation.describe()).columns;
    expect(grade?.disagreements).toEqual([
      'nobody has level "1" at c',
      'level "1" is absent or withheld (too few people) at b',
    ]);
  });

  it("name the columns for which a few missing values cost sites, and those sites", async () => {
    const rows = (lacking: number) =>
      Array.from({ length: 60 }, (_, i) => ({
        time: 30 + i,
        event: i % 2,
        marker: i < lacking ? null : i % 7,
      }));
    const [few, many, none] = [rows(2), rows(20), rows(0)];
    const federation = await localFederation([
      { name: "a", rows: few },
      { name: "b", rows: many },
      { name: "c", rows: none },
      { name: "d", rows: rows(1), policy: { rounding: 3 } },
      { name: "e", rows: few, ...open },
    ]);
    const description = await federation.describe();
    const at = Object.fromEntries(description.columns.map(({ name, fewMissing }) => [name, fewMissing]));
    // Rounded, a few cannot be told from none.
    expect(at).toEqual({ time: ["d"], event: ["d"], marker: ["a", "d"] });
    expect(description.view.notes?.[0]).toContain(
      'Of 5 sites, a model or curve that needs the column loses: "time" 1 (d)',
    );
    expect(description.view.notes?.[0]).toContain('"marker" 2 (a, d)');
    expect(description.toText()).toMatch(/A few missing at/);
  });

  it("say why a column that one site lacks is not counted at the others", async () => {
    const rows = (more: object) => Array.from({ length: 60 }, (_, i) => ({ x: i, ...more }));
    const held = [rows({ marker: 1 }), rows({ marker: 2 }), rows({})];
    const federation = await localFederation(
      held.map((rows, i) => ({ name: "abc"[i] as string, rows, ...open })),
    );
    const { columns, view } = await federation.describe();
    expect(columns.find(({ name }) => name === "marker")?.sites).toMatchObject({
      a: { missing: null },
      c: null,
    });
    expect(view.notes).toEqual([
      expect.stringMatching(/levels of "marker" \(not at c\) are counted at no site .* is asked of none/),
    ]);
    const both = await federation.describe({ sites: ["a", "b"] });
    expect(both.view.notes).toEqual([]);
    expect(both.columns.find(({ name }) => name === "marker")?.sites).toMatchObject({
      a: { missing: 0 },
      b: { missing: 0 },
    });
  });

  it("say of a column that is text at some sites what it is elsewhere, and its owner which row makes it so", async () => {
    const rows = (wrong: string) =>
      Array.from({ length: 60 }, (_, i) => ({ age: wrong === "" || i !== 7 ? `${40 + i}` : wrong }));
    const source = (wrong: string): Source => ({
      ...rowsSource(wrong === "" ? rows("").map(({ age }) => ({ age: Number(age) })) : rows(wrong)),
      notes: async () => (wrong === "" ? [] : ["row 9 holds no number"]),
    });
    const told: string[] = [];
    const federation = await localFederation(
      [
        { name: "a", databases: { default: source("SECRET") } },
        { name: "b", databases: { default: source("") } },
        { name: "c", databases: { default: source("") } },
      ],
      { onNote: (site, note) => told.push(`${site}: ${note}`) },
    );
    const description = await federation.describe();
    await federation.describe();
    expect(description.view.notes).toEqual([
      expect.stringMatching(
        /^"age" is text at a and a number elsewhere: not all of its values there are numbers/,
      ),
    ]);
    expect(told).toEqual(["a: row 9 holds no number"]);
    expect(JSON.stringify(description)).not.toMatch(/SECRET|row 9/);
  });

  it("do not hold the type of a column that nobody at a site has against the other sites", async () => {
    const rows = (marker: number | null) => Array.from({ length: 60 }, (_, i) => ({ x: i, marker }));
    const held = [rows(1), rows(null), rows(2)];
    const federation = await localFederation(held.map((rows, i) => ({ name: "abc"[i] as string, rows })));
    const { columns, view } = await federation.describe();
    expect(columns.find(({ name }) => name === "marker")).toMatchObject({
      sites: { b: { missing: 60, present: 0 } },
      disagreements: [],
    });
    expect(view.notes).toEqual([]);
    expect(view.tables?.[0]?.values["type"]).toEqual(["numeric", "numeric"]);
  });

  it("say how one name is given to a level that sites write differently", async () => {
    const people = (...sexes: string[]) =>
      Array.from({ length: 60 }, (_, i) => ({ sex: sexes[i % sexes.length], x: i }));
    const held = [people("F", "M"), people("F", "M"), people("female", "male")];
    const federation = await localFederation(held.map((rows, i) => ({ name: "abc"[i] as string, rows })));
    const advice = 'recode("sex", { "their name": "your name" }, { others: "keep" })';
    const { view } = await federation.describe();
    expect(view.notes).toEqual([expect.stringContaining(advice)]);
    const same = await localFederation([
      { name: "a", rows: people("F", "M"), ...open },
      { name: "b", rows: people("F"), ...open },
    ]);
    expect((await same.describe()).view.notes).toEqual([]);
  });

  it("say what to do when a filter keeps nobody", async () => {
    const rows = rowsTo(60);
    const federation = await localFederation(["a", "b", "c"].map((name) => ({ name, rows })));
    await expect(federation.data({ filter: compare("x", ">=", 1000) }).ready()).rejects.toMatchObject({
      code: "ROWS_TOO_FEW",
      message: expect.stringContaining("Widen the filter, or leave out columns that many people lack."),
    });
  });

  it("tell how many rows each site has and keeps, under its policy", async () => {
    const federation = await localFederation([
      { name: "a", rows: rowsTo(40) },
      { name: "b", rows: rowsTo(60) },
      { name: "c", rows: rowsTo(50) },
      { name: "d", rows: rowsTo(12) },
    ]);
    const attrition = await federation.data({ filter: compare("x", ">=", 10) }).ready();
    expect(attrition.slice(0, 1)).toEqual([{ site: "a", read: 40, selected: 31, message: null }]);
    expect(attrition[3]).toMatchObject({
      site: "d",
      read: null,
      selected: null,
      message: expect.stringContaining("abstains"),
    });
  });
});

describe("a level that is not declared", () => {
  it.each([
    ["a comparison", () => compare("hormon", "==", "Yes")],
    [
      "a comparison the other way",
      () => compare(recode("hormon", { yes: "y", nein: "n" }, { others: "keep" }), "==", "y"),
    ],
    ["a list", () => isIn("hormon", ["no", "Yes"])],
    ["inside a condition", () => not(compare("hormon", "!=", "Yes"))],
  ])("is refused in %s, with the one that was meant", async (_what, filter) => {
    const federation = await localFederation([{ name: "s", rows: [{ hormon: "yes" }], ...open }]);
    const patients = federation.data({ columns: { hormon: category(["no", "yes"]) } });
    const wrong = expect.objectContaining({
      code: "LEVEL_UNKNOWN",
      message: expect.stringContaining("Levels: no, yes."),
    });
    expect(() => patients.where(filter())).toThrow(wrong);
    expect(() => federation.data({ columns: { hormon: category(["no", "yes"]) }, filter: filter() })).toThrow(
      wrong,
    );
    expect(() => patients.where(compare("hormon", "==", "yes"))).not.toThrow();
  });
});

describe("a journal in a file", () => {
  it("resumes, also after a write that a crash cut in half", async () => {
    const { appendFileSync, statSync } = await import("node:fs");
    const path = join(folder, "journal.jsonl");
    const federation = await localFederation([{ name: "s", rows: rowsTo(12), ...open }]);
    const first = await federation.run(mean, { column: "x", rounds: 2 }, { journal: fileJournal(path) });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    appendFileSync(path, '{"entry":"inte');
    const again = await federation.run(mean, { column: "x", rounds: 2 }, { journal: fileJournal(path) });
    expect(again).toEqual(first);
    expect(again.report.rounds.every(({ replayed }) => replayed)).toBe(true);

    // In the middle of a round: what was cut off is asked anew, and the journal is whole again.
    const lines = readFileSync(path, "utf8").split("\n");
    const crashed = join(folder, "crashed.jsonl");
    appendFileSync(crashed, `${lines.slice(0, 5).join("\n")}\n{"entry":"inte`);
    expect(await federation.run(mean, { column: "x", rounds: 2 }, { journal: fileJournal(crashed) })).toEqual(
      first,
    );
    expect(await federation.run(mean, { column: "x", rounds: 2 }, { journal: fileJournal(crashed) })).toEqual(
      first,
    );
  });
});
