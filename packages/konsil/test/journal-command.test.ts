import { readFileSync, statSync } from "node:fs";
import { platform } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { Desk } from "./command.ts";

const desk = new Desk();
afterAll(() => desk.clear());

describe("konsil journal", { timeout: 60_000 }, () => {
  it("shows by analysis what left, and what was refused", async () => {
    const sites = desk.hospitals();
    const formula = "Surv(days, event) ~ age + hormon";
    const run = (...args: string[]) => desk.konsil("run", ...args, "--sites", sites, "--quiet");
    expect(await run("coxph", "--formula", formula, "--researcher", "Dr. Lind")).toMatchObject({ code: 0 });
    const weighted = ["--formula", "Surv(days, event) ~ hormon", "weights=age"];
    expect(await run("kaplan-meier", ...weighted)).toMatchObject({ code: 3 });
    const described = await desk.konsil("describe", "--sites", sites, "--researcher", "Dr. Moe", "--quiet");
    expect(described).toMatchObject({ code: 0 });
    const path = join(desk.folder, "oslo.journal.jsonl");
    if (platform() !== "win32") expect(statSync(path).mode & 0o777).toBe(0o600);
    const { code, out } = await desk.konsil("journal", path, "--html", "journal.html");
    expect(code).toBe(0);
    expect(out).toMatch(/^Journal oslo\.journal\.jsonl\n4 analyses at oslo, from 20/);
    expect(out).toContain("coxph@1, asked by Dr. Lind: analysis ");
    expect(out).toContain("describe@1, asked by Dr. Moe: analysis ");
    expect(out).toContain("kaplan-meier@1, asked by somebody who is not named: analysis ");
    // A fit asks the same again and again: that is said once.
    expect(out.match(/survival\.cox-strata@1 +\d+ +answered +366 +events/g)).toHaveLength(1);
    expect(out).toContain(
      "Formula: Surv(days, event) ~ age + hormon + strata(site).\nReads: age, hormon, days, event, site.\n",
    );
    expect(out).toContain("With each answer left a fingerprint of rows, columns and policy");
    expect(out).toContain(
      "With answers left settings of the policy: open false, minimumCell 5, minimumRows 10, minimumOrganizations 3, maximumPooledParameterShare 0.1, eventTimes batches, resolution 30, ledger none, no reason.",
    );
    expect(out).toContain("of the numbers that left only those of rows");
    expect(out).toMatch(/information +3 +0 +0 or at least 5 people in each cell; effective rows/);
    expect(out).toMatch(
      /survival\.departures@1 +1 +refused .*EVENT_TIMES_NOT_PERMITTED\n─+\nEVENT_TIMES_NOT_PERMITTED: oslo does not release event times exactly \(eventTimes "batches"\)/,
    );
    // A table that sentences make wide is read by nobody.
    for (const line of out.split("\n").filter((one) => one.startsWith("─")))
      expect(line.length).toBeLessThan(200);
    expect(readFileSync(join(desk.folder, "journal.html"), "utf8")).toMatch(
      /^<!doctype html>[\s\S]*Dr\. Lind[\s\S]*EVENT_TIMES_NOT_PERMITTED/,
    );
  });

  it("holds nothing of a person: no value, no level that left and no number", async () => {
    const rows = Array.from(
      { length: 60 },
      (_, i) => `${70_000 + i},${i % 2 ? "MarkerWard" : "other"},MarkerName${i}`,
    );
    const names = ["oslo", "leeds", "tartu"];
    for (const name of names) desk.file(`${name}.csv`, `income,ward,person\n${rows.join("\n")}\n`);
    const marked = desk.file("marked.json", {
      sites: names.map((name) => ({
        name,
        databases: { default: { type: "csv", uri: `${name}.csv` } },
        journal: `marked-${name}.jsonl`,
        researcher: "Dr. Lie",
      })),
    });
    const asked = ["--sites", marked, "--quiet", "--researcher", "Dr. Lind"];
    const answered = await desk.konsil("run", "summary", "columns=income,ward", ...asked);
    // The level's name does leave the sites; only the journal has no use for it.
    expect(answered).toMatchObject({ code: 0, out: expect.stringContaining("MarkerWard") });
    const refused = await desk.konsil("run", "summary", "columns=MarkerColumn", ...asked);
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining("MarkerColumn") });
    const path = join(desk.folder, "marked-oslo.jsonl");
    const text = readFileSync(path, "utf8");
    expect(text.replaceAll("MarkerColumn", "")).not.toMatch(/Marker|\b7000\d\b/);
    const shown = await desk.konsil("journal", path, "--json");
    expect(shown).toMatchObject({ code: 0, out: text });
    const lines = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as object);
    expect(lines.at(-1)).toMatchObject({
      researcher: "Dr. Lie",
      algorithm: "summary@1",
      roster: names,
      answer: "refused",
      code: "COLUMN_UNKNOWN",
      words: expect.stringMatching(/^Column "MarkerColumn" is not at oslo/),
      asked: { formula: null, columns: ["MarkerColumn"], filter: null, derived: [] },
      released: [],
    });
    expect((await desk.konsil("journal", path)).out).toContain("Asked of oslo, leeds, tartu.");
  });

  it("shows whatever is in a line as text, and says which line is none", async () => {
    const line = {
      format: "konsil.site-journal/1",
      at: "2026-03-01T14:02:11.000Z",
      site: "oslo",
      researcher: "<script>\u001b[2J",
      analysis: "a",
      round: "r",
      algorithm: "summary@1",
      step: null,
      question: null,
      asked: { formula: "<b>\u001b[2J", columns: ["<i>\u001b[2J"], filter: null, derived: [] },
      roster: ["oslo"],
      answer: "refused",
      code: "ORGANIZATIONS_TOO_FEW",
      words: "Too few take part.\u001b[2J",
      rows: null,
      released: [],
      policy: null,
      fingerprint: false,
    };
    const path = desk.file("odd.jsonl", `${JSON.stringify(line)}\n{"half\n`);
    const { code, out } = await desk.konsil("journal", path, "--html", "odd.html");
    expect(code).toBe(0);
    expect(out).not.toContain("\u001b");
    expect(out).toContain("Not readable: line 2.");
    const lines = await desk.konsil("journal", path, "--json");
    expect(lines).toMatchObject({ code: 0, out: `${JSON.stringify(line)}\n` });
    expect(lines.err).toContain("line 2");
    expect(await desk.konsil("journal", path, "--json", "--html", "odd.html")).toMatchObject({ code: 2 });
    expect(readFileSync(join(desk.folder, "odd.html"), "utf8")).not.toMatch(/<script|<b>|<i>/);
    // As lines were before they had what was asked.
    const { asked: _, fingerprint: __, policy: ___, ...before } = line;
    const old = await desk.konsil("journal", desk.file("old.jsonl", `${JSON.stringify(before)}\n`));
    expect(old.out).toContain("1 analysis at oslo");
  });

  it("says what is wrong with what it is given", async () => {
    expect(await desk.konsil("journal", "none.jsonl")).toMatchObject({
      code: 2,
      err: expect.stringContaining("[USAGE]"),
    });
    expect(await desk.konsil("journal", desk.file("data.csv", "age\n50\n"))).toMatchObject({
      code: 1,
      err: expect.stringMatching(/is not a site's journal.*\[JOURNAL_INVALID\]/),
    });
    expect(await desk.konsil("journal")).toMatchObject({ code: 2 });
    expect((await desk.konsil("journal", desk.file("empty.jsonl", ""))).out).toContain("No question");
  });
});
