import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { platform, tmpdir } from "node:os";
import { join } from "node:path";
import { coxph, glm, logRank, summary } from "@konsil/algorithms";
import { arithmetic, compare, errorCodes, readJournalLines } from "@konsil/core";
import { type LocalSite, localFederation } from "@konsil/sdk";
import { afterAll, describe, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "konsil-site-journal-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const rows = Array.from({ length: 60 }, (_, i) => ({
  days: 31 * (i + 1),
  event: i % 2 === 0,
  age: 40 + (i % 31),
  name: `Secret Person ${i}`,
}));

const sites = (journal: string): LocalSite[] =>
  ["oslo", "leeds", "tartu"].map((name) => (name === "oslo" ? { name, rows, journal } : { name, rows }));

const linesOf = (path: string) => readJournalLines(readFileSync(path, "utf8"));

describe("the journal of a local site", () => {
  it("has a line for each reply, and nothing that left or stayed", async () => {
    const path = join(folder, "oslo.jsonl");
    const federation = await localFederation(sites(path), { researcher: "Dr. Lind" });
    const result = await federation.run(summary, { columns: ["age"] });
    const { lines, unreadable } = linesOf(path);
    expect(unreadable).toEqual([]);
    expect(lines).toHaveLength(result.report.rounds.length);
    expect(lines[1]).toMatchObject({
      site: "oslo",
      researcher: "Dr. Lind",
      analysis: result.report.analysis,
      algorithm: "summary@1",
      step: "counts.moments@1",
      answer: "answered",
      code: null,
      rows: { used: 60 },
    });
    // What the report says of this site is what its journal says.
    const released = lines.flatMap(({ step, released: notes }) =>
      notes.map((note) => ({ step: step?.split("@")[0], ...note })),
    );
    for (const { site, rounds: _, ...note } of result.report.released)
      if (site === "oslo") expect(released).toContainEqual(note);
    const text = readFileSync(path, "utf8");
    // Nothing of a person, and none of the numbers: the sum of ages is one of them.
    expect(text).not.toContain("Secret");
    expect(text).not.toContain(String(rows.reduce((sum, { age }) => sum + age, 0)));
    if (platform() !== "win32") expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("names nobody who is not named to it, and in the site's own words why nothing left", async () => {
    const path = join(folder, "refused.jsonl");
    const federation = await localFederation(sites(path));
    await expect(federation.run(summary, { columns: ["agee"] })).rejects.toMatchObject({
      code: "COLUMN_UNKNOWN",
    });
    expect(linesOf(path).lines).toMatchObject([
      {
        researcher: "not given",
        answer: "refused",
        code: "COLUMN_UNKNOWN",
        words: expect.stringMatching(/^Column "agee" is not at oslo\. Did you mean "age"/),
        asked: { columns: ["agee"] },
        released: [],
        rows: null,
      },
    ]);
  });

  it("names the rule and the setting by which a site abstains", async () => {
    const path = join(folder, "half.jsonl");
    // Of 60 rows, but with 4 in a group, of whose events fewer than 5 are expected.
    const groups = (i: number) => (i < 12 ? "rare" : "common");
    const own = sites(path).map((site) => ({
      ...site,
      rows: rows.map((row, i) => ({ ...row, group: groups(i), event: i % 10 === 0 })),
    }));
    await expect(
      (await localFederation(own)).run(logRank, { formula: "Surv(days, event) ~ group" }),
    ).rejects.toMatchObject({ code: "ROWS_TOO_FEW" });
    const line = linesOf(path).lines.at(-1);
    expect(line).toMatchObject({ answer: "abstained", code: "ROWS_TOO_FEW" });
    expect(line?.words).toMatch(/^oslo abstains: .*\(minimumCell 5\): half the events/);
    expect(errorCodes.ROWS_TOO_FEW).toContain("in a group");
  });

  it("has what was asked, and not at which coefficients", async () => {
    const path = join(folder, "asked.jsonl");
    const federation = await localFederation(sites(path));
    const patients = federation.data({
      derive: { decades: arithmetic("age", "/", 10), unused: arithmetic("age", "/", 7) },
      filter: compare("age", ">=", 45),
    });
    await patients.run(coxph, { formula: "Surv(days, event) ~ decades" });
    const { lines } = linesOf(path);
    const fits = lines.filter(({ step }) => step === "survival.cox-strata@1");
    expect(fits.length).toBeGreaterThan(2);
    for (const { asked, fingerprint } of fits) {
      expect(asked).toEqual({
        formula: "Surv(days, event) ~ decades + strata(site)",
        columns: expect.arrayContaining(["days", "event", "age"]),
        filter: "age >= 45",
        derived: ["decades = age / 10"],
      });
      expect(fingerprint).toBe(true);
    }
    expect(readFileSync(path, "utf8")).not.toMatch(/beta|coefficients"/);
  });

  it("is not filled by whoever asks, and takes a request that makes no sense", async () => {
    const path = join(folder, "long.jsonl");
    const federation = await localFederation(sites(path));
    const long = `age${"+ 0".repeat(2000)}`;
    await expect(
      federation.run(glm, { formula: `event ~ ${long}`, family: "binomial" }),
    ).rejects.toBeDefined();
    const many = Array.from({ length: 400 }, (_, i) => `column${i}`);
    await expect(federation.run(summary, { columns: many })).rejects.toMatchObject({
      code: "COLUMN_UNKNOWN",
    });
    const last = linesOf(path).lines.at(-1);
    expect(last?.asked?.columns).toHaveLength(101);
    expect(last?.asked?.columns.at(-1)).toBe("… and 300 more");
    for (const line of readFileSync(path, "utf8").split("\n")) expect(line.length).toBeLessThan(8000);
  });

  it("names whom the site names, before whom the federation names", async () => {
    const path = join(folder, "named.jsonl");
    const named = sites(path).map((site) =>
      site.name === "oslo" ? { ...site, researcher: "Dr. Lie" } : site,
    );
    await (await localFederation(named, { researcher: "Dr. Lind" })).run(summary, { columns: ["age"] });
    expect(new Set(linesOf(path).lines.map(({ researcher }) => researcher))).toEqual(new Set(["Dr. Lie"]));
    await expect(localFederation([{ name: "oslo", rows, researcher: "a\nb" }])).rejects.toMatchObject({
      code: "ARGUMENT_INVALID",
      message: expect.stringContaining('of the site "oslo"'),
    });
  });

  it("tells the same question from another by its hash", async () => {
    const path = join(folder, "questions.jsonl");
    const federation = await localFederation(sites(path));
    await federation.run(summary, { columns: ["age"] });
    await federation.run(summary, { columns: ["age"] });
    await federation.run(summary, { columns: ["days"] });
    const firsts = linesOf(path).lines.filter(({ step }) => step === "counts.variables@1");
    expect(firsts[0]?.question).toBe(firsts[1]?.question);
    expect(firsts[0]?.question).not.toBe(firsts[2]?.question);
  });

  it("keeps the columns that a site names", async () => {
    const path = join(folder, "describe.jsonl");
    await (await localFederation(sites(path))).describe();
    expect(linesOf(path).lines[0]).toMatchObject({
      step: null,
      released: [{ field: "columns", cells: 4 }],
    });
  });

  it("is made its owner's alone, and goes on after half a line", async () => {
    const path = join(folder, "crash.jsonl");
    await (await localFederation(sites(path))).run(summary, { columns: ["age"] });
    const before = linesOf(path).lines.length;
    writeFileSync(path, readFileSync(path, "utf8").slice(0, -20));
    chmodSync(path, 0o644);
    await (await localFederation(sites(path))).run(summary, { columns: ["age"] });
    const { lines, unreadable } = linesOf(path);
    expect(lines).toHaveLength(2 * before - 1);
    expect(unreadable).toEqual([before]);
    if (platform() !== "win32") expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it.runIf(platform() !== "win32")("holds back what it cannot write down", async () => {
    const path = join(folder, "away.jsonl");
    const defects: string[] = [];
    const federation = await localFederation(sites(path), {
      onDefect: (site, error) => defects.push(`${site}: ${String(error)}`),
    });
    // As a full disk: the file can be opened no more.
    renameSync(path, `${path}.old`);
    mkdirSync(path);
    const failed = federation.run(summary, { columns: ["age"] });
    await expect(failed).rejects.toMatchObject({ code: "SITE_FAILED" });
    expect(defects).toHaveLength(1);
    expect(defects[0]).toContain("EISDIR");
    expect(String(await failed.catch((error: unknown) => error))).not.toContain("EISDIR");
  });

  it.each<[string, string, string]>([
    ["in no folder", join(folder, "none", "a.jsonl"), "OUTPUT_UNWRITABLE"],
    ["which is a folder", folder, "OUTPUT_UNWRITABLE"],
    ["which holds data", "data.csv", "JOURNAL_INVALID"],
  ])("is found out before anything is asked where it is a file %s", async (_what, name, code) => {
    const path = name.endsWith(".csv") ? join(folder, name) : name;
    if (name.endsWith(".csv")) writeFileSync(path, "age,name\n50,Secret Person\n");
    await expect(localFederation(sites(path))).rejects.toMatchObject({ code });
    if (name.endsWith(".csv")) expect(readFileSync(path, "utf8")).toHaveLength(26);
  });

  it("has one line for a researcher's name", async () => {
    for (const researcher of ["", "a\nb", "\u001b[2J", "x".repeat(201)])
      await expect(localFederation(sites(join(folder, "n.jsonl")), { researcher })).rejects.toMatchObject({
        code: "ARGUMENT_INVALID",
      });
    await expect(
      localFederation([{ name: "oslo", rows, journal: 3 as unknown as string }]),
    ).rejects.toMatchObject({ code: "ARGUMENT_INVALID" });
  });

  it("counts what a model told in every round", async () => {
    const path = join(folder, "cox.jsonl");
    const federation = await localFederation(sites(path));
    const fit = await federation.run(coxph, { formula: "Surv(days, event) ~ age" });
    const asked = linesOf(path).lines.filter(({ step }) => step === "survival.cox-strata@1");
    expect(asked.length).toBe(
      fit.report.released.find(({ site, field }) => site === "oslo" && field === "score")?.rounds,
    );
  });
});
