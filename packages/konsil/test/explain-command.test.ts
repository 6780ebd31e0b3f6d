import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  attrition,
  describe as describeAlgorithm,
  explain,
  parsePolicy,
  readJournalLines,
} from "@konsil/core";
import { escapeMarkup, localFederation, page } from "@konsil/sdk";
import { afterAll, describe, expect, it } from "vitest";
import { algorithmWords } from "../src/cli/algorithm-words.ts";
import { standardAlgorithms } from "../src/cli/algorithms-command.ts";
import { explainPage } from "../src/cli/explain-page.ts";
import { explainText } from "../src/cli/explain-text.ts";
import { keyValues } from "../src/cli/key-values.ts";
import { breastCancer } from "../src/examples/index.ts";
import { Desk } from "./command.ts";

const desk = new Desk();
afterAll(() => desk.clear());

const algorithms = [...standardAlgorithms().values()];
const reason = "public data of a published study";

const policies = {
  default: parsePolicy(),
  "k 10": parsePolicy({ minimumCell: 10, minimumRows: 20, maximumEvaluations: 30 }),
  "k 11": parsePolicy({ minimumCell: 11, rounding: 5, lattices: { age: 5, nodes: 10 } }),
  lattice: parsePolicy({ eventTimes: "lattice", reason }),
  exact: parsePolicy({ eventTimes: "exact", reason, minimumOrganizations: 1 }),
  open: parsePolicy("open", reason),
} as const;

/** Lines of a page as one, so that a sentence is found wherever it is broken. */
const unbroken = (text: string): string => text.replaceAll(/\s+/g, " ");

/** The parts of a page that follow each of some beginnings, in their order. */
function partsOf(text: string, beginnings: readonly string[]): readonly string[] {
  const starts = beginnings.map((beginning) => text.indexOf(beginning));
  expect(starts).toEqual(starts.filter((at) => at >= 0).sort((a, b) => a - b));
  return starts.map((at, i) => text.slice(at, starts[i + 1]));
}

describe.each(algorithms.map((algorithm) => [algorithm.name, algorithm] as const))(
  "what is explained of %s",
  (name, algorithm) => {
    it("has words for each question, and for each number that leaves", () => {
      for (const { steps } of [algorithm, describeAlgorithm, attrition].map((one) =>
        explain(one, parsePolicy()),
      ))
        for (const { asks, reads, fields } of steps) {
          expect(asks).toMatch(/^[^.]+[^.]$/);
          expect(reads).toMatch(/^[^.]+[^.]$/);
          for (const { field, means } of fields) {
            expect(means, field).toMatch(/^[^.]+[^.]$/);
            // A refusal quotes it by itself: "without one" would be without what?
            expect(means, field).not.toMatch(/^people without one\b/);
          }
        }
    });

    it.each(Object.entries(policies))(
      "is every field that its steps declare, on both pages, under the policy %s",
      (policyName, policy) => {
        const explained = { explanation: explain(algorithm, policy), policyName };
        const { steps } = explained.explanation;
        expect(steps.map(({ fields }) => fields.map(({ field }) => field))).toEqual(
          algorithm.steps.map(({ output }) => Object.keys(output)),
        );
        const text = explainText(explained);
        const texts = partsOf(
          text,
          steps.map((step, i) => `\n${i + 1}. ${step.name} ${step.version}\n`),
        );
        const sections = partsOf(
          page(explainPage(explained)),
          steps.map((step, i) => `>${i + 1}. ${step.name}<`),
        );
        for (const [i, { fields }] of steps.entries())
          for (const { field, means, is, rule } of fields) {
            expect(unbroken(texts[i] ?? "")).toContain(
              ` ${field}: ${means} ${is[0]?.toUpperCase()}${is.slice(1)} Rule: ${rule}`,
            );
            for (const words of [field, means ?? "", is, rule])
              expect(sections[i]).toContain(`>${escapeMarkup(words)}<`);
          }
        // No heading without a word below it.
        for (const part of text.trimEnd().split("\n\n").slice(2)) expect(part).toContain("\n");
      },
    );

    it.each(Object.entries(policies))(
      "is by which rule it leaves, under the policy %s",
      async (key, written) => {
        const journal = join(desk.folder, `${name}-${key}.jsonl`);
        const sites = breastCancer.map(({ name: site, databases }) => ({
          name: site,
          databases,
          policy: written,
          journal,
        }));
        const federation = await localFederation(sites);
        const [flag, ...others] = algorithmWords[name]?.example ?? [];
        const given =
          flag === "--formula"
            ? { formula: others[0], ...keyValues(others.slice(1), algorithm) }
            : keyValues([flag ?? "", ...others], algorithm);
        const exact = written.eventTimes === "exact" && name === "coxph";
        const args = {
          ...given,
          ...(exact ? { stratifyBySite: false } : {}),
          ...(name === "summary" ? { range: key === "k 11", columns: ["age", "nodes"] } : {}),
          ...("levels" in (algorithm.argumentsSchema() as { properties: object }).properties
            ? { rareLevels: "exclude" }
            : {}),
        };
        // A policy may refuse it in the end: what left until then, left by these rules.
        await federation.run(algorithm, args as never).catch(() => undefined);
        const explained = new Map(
          explain(algorithm, written).steps.flatMap(({ name: step, version, fields }) =>
            fields.map((field): [string, string] => [`${step}@${version} ${field.field}`, field.rule]),
          ),
        );
        const { lines } = readJournalLines(readFileSync(journal, "utf8"));
        const released = lines.flatMap(({ step, released: notes }) =>
          notes.map((note) => [step, note] as const),
        );
        expect(released.length).toBeGreaterThan(10);
        for (const [step, { field, rule }] of released) {
          const rules = explained.get(`${step} ${field}`) ?? "";
          if (/^withheld|^rounded outwards/.test(rule)) expect(rules).toMatch(/effective|^rounded outwards/);
          else expect(rule, `${step} ${field}`).toBe(rules);
        }
      },
    );
  },
);

describe("konsil explain", { timeout: 60_000 }, () => {
  it("prints a page for a terminal, and writes one in HTML", async () => {
    const policy = desk.file("site.json", { minimumCell: 11, columns: { deny: ["name"] } });
    const { code, out } = await desk.konsil(
      "explain",
      "kaplanMeier",
      "--policy",
      policy,
      "--html",
      "km.html",
    );
    expect(code).toBe(0);
    expect(out).toMatch(/^kaplan-meier@1: Kaplan–Meier estimate, under the policy site\.json\n/);
    expect(out).toContain("Rule: in batches of at least 11 people, on a lattice of 30 days");
    expect(out).toMatch(/ \* minimumCell +11 /);
    expect(out).toContain("a column is read that the policy does not permit (columns)");
    expect(unbroken(out)).toContain(
      "The exact time of a single person: times leave for 11 people or more together, with that of the last of them to the width of the lattice.",
    );
    expect(unbroken(out)).toContain(
      "sees only sums over sites, besides the rows of each in the report. - The report",
    );
    expect(unbroken(out)).toContain(
      "Settings of the policy, by which its numbers have to be read: open false, minimumCell 11,",
    );
    expect(unbroken(out)).toContain(" lattices numbers 5, dates quarter points at which");
    expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(110);
    const page = readFileSync(join(desk.folder, "km.html"), "utf8");
    expect(page).toMatch(/^<!doctype html>[\s\S]*in batches of at least 11 people/);
    expect(page).not.toMatch(/<script|src=|href=/);
  });

  it("wraps a long value of a setting beside what it means", async () => {
    const policy = desk.file("long.json", {
      lattices: { age: 5, er: 200, pgr: 500 },
      algorithms: algorithms.map(({ name, version }) => `${name}@${version}`),
    });
    const { out } = await desk.konsil("explain", "kaplan-meier", "--policy", policy);
    const settings = out.slice(out.indexOf("\nThe policy: "), out.indexOf("\nNot yet guarded")).split("\n");
    for (const line of settings) expect(line.length).toBeLessThanOrEqual(100);
    expect(settings.length).toBeLessThan(60);
    expect(settings.join("\n")).toMatch(/\* algorithms +\S+, \S+, +algorithms that may be run\n +\S+,/);
  });

  it("explains what every site answers besides, and whether a policy permits it", async () => {
    const policy = desk.file("one.json", { algorithms: ["coxph@1", "attrition@1"] });
    const explained = async (name: string) =>
      unbroken((await desk.konsil("explain", name, "--policy", policy)).out);
    expect(await explained("describe")).toContain("the policy does not permit describe@1 (algorithms)");
    expect(await explained("attrition")).toMatch(/up to 1 different question, .* Asks how many rows/);
  });

  it("says that few rows left out end an answer only where they do", async () => {
    const rows = Array.from({ length: 100 }, (_, i) => [
      i % 3 === 0 ? "a" : "b",
      i % 7 < 3 ? "x" : "y",
      40 + i,
    ]);
    const lacking = (column: number) =>
      desk.file(
        `lacking-${column}.csv`,
        `g,h,v\n${rows.map((row, i) => row.map((cell, c) => (c === column && i < 3 ? "" : cell)).join(",")).join("\n")}\n`,
      );
    const [g, v] = [lacking(0), lacking(2)];
    const left = async (database: string, ...question: string[]) => {
      const { out } = await desk.konsil("preview", ...question, "--database", database);
      expect(out).toContain("Round 1");
      return [...out.matchAll(/^Round \d+: (\S+), and \S+ leaves/gm)].map((match) => match[1]);
    };
    const crosstab = ["crosstab", "rows=g", "columns=h"];
    expect(await left(g, ...crosstab)).toEqual([]);
    expect(await left(v, "summary", "columns=v", "by=g")).toEqual([]);
    expect(await left(g, "summary", "columns=v", "by=g")).toEqual(["counts.moments"]);
    const explained = async (name: string) => {
      const out = unbroken((await desk.konsil("explain", name)).out);
      return [...out.matchAll(/- (1 to 4 rows are left out .*?) \(fewIncomplete\)/g)].map(
        (match) => match[1],
      );
    };
    const leaves = "1 to 4 rows are left out for want of a value";
    expect(await explained("crosstab")).toEqual([
      `${leaves} of group, or for a level of factors or group that was not asked for`,
      "1 to 4 rows are left out for a level of variables that was not asked for",
    ]);
    expect(await explained("summary")).toContain(
      `${leaves} of group, or for a level of group that was not asked for`,
    );
    expect(await explained("describe")).toEqual([]);
    expect(await explained("glm")).toContain(`${leaves}, or for a level that was not asked for`);
  });

  it("says where rows without a derived column stay that few of them for one reason end an answer", async () => {
    const stay =
      "- 5 or more rows without a derived column stay, and 1 to 4 of them lack it for want of the same of the columns behind it, or for a level that it leaves out (fewIncomplete)";
    const permit = desk.file("permitting.json", { fewIncomplete: "permit" });
    const steps = async (name: string, ...policy: string[]) =>
      unbroken((await desk.konsil("explain", name, ...policy)).out).split(stay).length - 1;
    expect(await steps("table-one")).toBe(4);
    expect(await steps("crosstab")).toBe(2);
    expect(await steps("describe")).toBe(2);
    for (const name of ["attrition", "coxph", "glm", "kaplan-meier"]) expect(await steps(name)).toBe(0);
    expect(await steps("table-one", "--policy", permit)).toBe(0);
  });

  it("tells which algorithms of a policy nothing here has, beside the page", async () => {
    const policy = desk.file("misspelt.json", { algorithms: ["coxhp", "kaplan-meier"] });
    const { code, out, err } = await desk.konsil("explain", "coxph", "--policy", policy);
    expect(code).toBe(0);
    expect(err).toMatch(/^algorithms: "coxhp" is no algorithm of this release.* Did you mean "coxph"\?/);
    expect(err.trimEnd().split("\n")).toHaveLength(1);
    expect(out).not.toContain("coxhp is no");
    const fine = desk.file("fine.json", { algorithms: ["coxph", "kaplan-meier@1"] });
    expect((await desk.konsil("explain", "coxph", "--policy", fine)).err).toBe("");
  });

  it("says where nothing is kept back, and why", async () => {
    const open = desk.file("open.json", { policy: "open", reason });
    const { out } = await desk.konsil("explain", "coxph", "--policy", open);
    expect(out).toContain("also those that rest on one");
    expect(out).toContain(reason);
    expect(out).toContain("Before any question\n  Nothing is demanded under this policy.\n");
    expect(out).not.toContain("never answers");
    const lattice = desk.file("lattice.json", { eventTimes: "lattice", reason });
    expect((await desk.konsil("explain", "kaplan-meier", "--policy", lattice)).out).toContain(
      "Not so times: they leave of single people too",
    );
  });

  it("says of what a policy never answers that it does not", () => {
    const text = (algorithm: string, policy: object) =>
      explainText({
        explanation: explain(algorithms.find(({ name }) => name === algorithm) as never, parsePolicy(policy)),
        policyName: "p",
      });
    const cox = unbroken(text("coxph", {}));
    expect(cox).toContain(
      'Under this policy the site never answers this: it tells times of events apart, and eventTimes is "batches". Would leave times:',
    );
    // No time leaves, and so not in batches either.
    expect(cox).toContain("how many people each has by stratum Rule: does not leave");
    expect(cox).not.toMatch(/in batches of|times leave for/);
    expect(unbroken(text("coxph", { algorithms: ["summary"] }))).toMatch(
      /^coxph@1: Cox model, under p Under this policy the site answers no question of it: the policy does not permit coxph@1/,
    );
    expect(text("coxph", { eventTimes: "lattice", reason })).not.toContain("Not so times");
    expect(text("summary", { lattices: { age: 10 } })).toMatch(
      / lattices +age: 10, other numbers +points [^\n]*\n +5, dates quarter /,
    );
    expect(unbroken(text("summary", {}))).toContain(
      "Rule: not released: no column of numbers is listed in lattices, to whose points",
    );
  });

  it("names the rules that decide of a model, each with its setting", async () => {
    for (const name of ["coxph", "glm"]) {
      const out = unbroken((await desk.konsil("explain", name)).out);
      for (const rule of [
        "a linear predictor lies farther than 10 from the mean of all",
        "of a column with two values, those of the rarer one; of more, those who make up nearly all of the sum",
        "rest on fewer than 10 rows (minimumRows) or than 0.1 of the rows (minimumEffectiveShare), counted as (Σw)²/Σw², and there are fewer than 30 rows (3 × minimumRows)",
        "people would be put in order by a time that is computed",
        "Whether rows, columns or policy changed during the analysis: a fingerprint",
      ])
        expect(out, name).toContain(rule);
    }
    const stricter = desk.file("rows.json", { minimumRows: 20, minimumEffectiveShare: 0.2 });
    expect(unbroken((await desk.konsil("explain", "glm", "--policy", stricter)).out)).toContain(
      "than 0.2 of the rows (minimumEffectiveShare), counted as (Σw)²/Σw², and there are fewer than 60 rows",
    );
    const open = desk.file("open.json", { policy: "open", reason });
    expect((await desk.konsil("explain", "coxph", "--policy", open)).out).not.toContain("farther than");
    // Neither evaluates a model.
    expect((await desk.konsil("explain", "summary")).out).not.toContain("farther than");
  });

  it("writes a page whose tables break no word, and become lists on a phone", async () => {
    await desk.konsil("explain", "glm", "--html", "glm.html");
    const html = readFileSync(join(desk.folder, "glm.html"), "utf8");
    expect(html).toMatch(/:is\(td, th\) \{ white-space: normal !important;[^}]*overflow-wrap: normal/);
    expect(html).toMatch(/max-width: 640px\)[\s\S]*nth-child\(4\)::before \{ content: "Rule: "/);
    expect(html).toContain('nth-child(4)::before { content: "Meaning: "');
  });

  it("says what is wrong with what it is given", async () => {
    expect(await desk.konsil("explain")).toMatchObject({ code: 2 });
    expect(await desk.konsil("explain", "coxhp")).toMatchObject({
      code: 2,
      err: expect.stringContaining('"coxph"'),
    });
    expect(
      await desk.konsil("explain", "coxph", "--policy", desk.file("bad.json", { minimumCel: 5 })),
    ).toMatchObject({ code: 2, err: expect.stringContaining("[POLICY_INVALID]") });
  });
});
