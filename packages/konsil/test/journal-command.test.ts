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
    expect(await run("coxph", "--formula", formula, "stratifyBySite=false")).toMatchObject({ code: 3 });
    const path = join(desk.folder, "oslo.journal.jsonl");
    if (platform() !== "win32") expect(statSync(path).mode & 0o777).toBe(0o600);
    const { code, out } = await desk.konsil("journal", path, "--html", "journal.html");
    expect(code).toBe(0);
    expect(out).toMatch(/^Journal oslo\.journal\.jsonl\n2 analyses at oslo, from 20/);
    expect(out).toContain("coxph@1, asked by Dr. Lind: analysis ");
    expect(out).toContain("coxph@1, asked by not given: analysis ");
    // A fit asks the same again and again: that is said once.
    expect(out.match(/survival\.cox-strata@1 +\d+ +answered +366 +events/g)).toHaveLength(1);
    expect(out).toMatch(/information +3 +0 +0 or at least 5 people in each cell; effective rows/);
    expect(out).toMatch(
      /survival\.cox-event-times@1 +1 +refused .*EVENT_TIMES_NOT_PERMITTED: A site's policy does not release/,
    );
    expect(readFileSync(join(desk.folder, "journal.html"), "utf8")).toMatch(
      /^<!doctype html>[\s\S]*Dr\. Lind[\s\S]*EVENT_TIMES_NOT_PERMITTED/,
    );
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
      roster: ["oslo"],
      answer: "refused",
      code: "ORGANIZATIONS_TOO_FEW",
      words: "Too few take part.\u001b[2J",
      rows: null,
      released: [],
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
    expect(readFileSync(join(desk.folder, "odd.html"), "utf8")).not.toContain("<script");
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
