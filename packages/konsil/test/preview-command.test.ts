import { join } from "node:path";
import { type Answer, createSite, defineData, parsePolicy, readReply, writeMessage } from "@konsil/core";
import { readSitesFile } from "@konsil/site";
import { afterAll, describe, expect, it } from "vitest";
import { algorithmWords } from "../src/cli/algorithm-words.ts";
import { standardAlgorithms } from "../src/cli/algorithms-command.ts";
import { keyValues } from "../src/cli/key-values.ts";
import { rehearse } from "../src/cli/one-site.ts";
import { previewText } from "../src/cli/preview-page.ts";
import { Desk, data } from "./command.ts";

const desk = new Desk();
afterAll(() => desk.clear());

const algorithms = [...standardAlgorithms().values()];
const sites = await readSitesFile(join(data, "sites.json"));
const mark = expect.stringMatching(/^[0-9a-f]{16}$/) as string;
const oslo = sites.find(({ name }) => name === "oslo");
const csv = join(data, "oslo.csv");

describe.each(algorithms.map((algorithm) => [algorithm.name, algorithm] as const))(
  "a preview of %s",
  (name, algorithm) => {
    const [flag, ...others] = algorithmWords[name]?.example ?? [];
    const args =
      flag === "--formula"
        ? { formula: others[0], ...keyValues(others.slice(1), algorithm) }
        : keyValues([flag ?? "", ...others], algorithm);

    it.each([5, 10, 11])("is what the site sends under its own policy, with k = %s", async (minimumCell) => {
      const source = oslo?.databases["default"];
      if (source === undefined) throw new Error("There is no oslo.");
      const policy = parsePolicy({ minimumCell });
      const site = { name: "oslo", source, policy };
      const rehearsed = await rehearse({ ...site, algorithm, arguments: args, data: defineData({}) });
      const real = createSite({
        name: "oslo",
        databases: { default: source },
        policy,
        algorithms: [algorithm],
      });
      expect(rehearsed.exchanges.length).toBeGreaterThan(1);
      for (const { request, reply } of rehearsed.exchanges) {
        const bytes = writeMessage({ ...request, roster: ["oslo", "leeds", "tartu"] });
        const { fingerprint, ...told } = reply as Partial<Answer>;
        expect(readReply(await real.answer(bytes))).toEqual(told);
        // Whoever reads it is shown all that leaves: a site that has a secret sends this too.
        if ("output" in told) {
          expect(fingerprint).toMatchObject({ policy: mark, rows: mark });
          expect(fingerprint?.columns.length).toBeGreaterThan(0);
          for (const [, one] of fingerprint?.columns ?? []) expect(one).toEqual(mark);
        } else expect(fingerprint).toBeUndefined();
      }
      const text = previewText(algorithm, rehearsed, { site: "oslo", policy });
      // Every number has its place; none is shown as it came over the wire.
      for (const line of text.split("\n").filter((one) => one.includes("Sent:")))
        expect(line).not.toMatch(/[{}[\]]/);
    });
  },
);

describe("konsil preview", { timeout: 60_000 }, () => {
  const formula = ["--formula", "Surv(days, event) ~ hormon"];

  it("shows each number that would leave, by round and rule, and what is set aside", async () => {
    const { code, out, err } = await desk.konsil("preview", "kaplan-meier", "--database", csv, ...formula);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/^What would leave oslo in kaplan-meier@1\n\nNothing is sent: /);
    expect(out).toMatch(
      /Set aside for this preview only[^.]*minimumOrganizations 3 and\s+maximumPooledParameterShare 0\.1/,
    );
    expect(out).toContain("Round 2: survival.departures, and oslo answers");
    expect(out).toContain("Reads hormon, days, event");
    expect(out).toMatch(
      /Marks: policy [0-9a-f]{16}, rows\s+[0-9a-f]{16}, column\s+\w+\s+[0-9a-f]{16}[^:]+sent as well/,
    );
    expect(
      out.match(/Settings: open false, minimumCell 5, [^(]*, no\s+reason \(sent as well\)/g),
    ).toHaveLength(1);
    expect(out).toContain("Settings: as before (sent as well)");
    // What does not change is shown once.
    expect(out.match(/Marks: policy/g)).toHaveLength(1);
    expect(out).toContain("Marks: as before (sent as well)");
    expect(out).toContain("Rule: in batches of at least 5 people, on a lattice of 30");
    expect(out).toMatch(/Sent: hormon=no, event: \d+ by \d+; \d+ by/);
    expect(out).toMatch(/In all: 2 of 2 rounds answered, \d+ numbers, \d+ of them masked/);
  });

  it("shows the reason of a policy, and rows as exactly as another number tells them", async () => {
    const why = "the registry publishes these data each spring";
    const policy = desk.file("reason.json", { eventTimes: "lattice", reason: why });
    const rows = Array.from({ length: 60 }, (_, i) => (i < 3 ? "," : `${i},a`));
    const few = desk.file("lacking.csv", `x,g\n${rows.join("\n")}\n`);
    const asked = ["--database", few, "--policy", policy];
    const { out } = await desk.konsil("preview", "describe", ...asked);
    expect(out.replaceAll(/\s+/g, " ")).toContain(`ledger none, reason “${why}” (sent as well)`);
    expect(out).toContain("Rows: 60 read, 60 after the filter, 60 used (sent as well)\n");
    expect(out).toMatch(/Sent: 60\n[\s\S]*Sent: x: 1 to 4 \| g: 1 to 4\n/);
    const permit = desk.file("permit.json", { fewIncomplete: "permit" });
    const group = ["summary", "columns=x", "by=g", "--database", few, "--policy", permit];
    expect((await desk.konsil("preview", ...group)).out.replaceAll(/\s+/g, " ")).toContain(
      "Rows: 60 read, 60 after the filter, 56 to 59 used (sent as well; between ends, so that neither a difference of theirs nor the numbers below, added up, tell of few people)",
    );
  });

  it("shows what every site answers besides", async () => {
    const { code, out } = await desk.konsil("preview", "describe", "--database", csv);
    expect([code, out]).toEqual([
      0,
      expect.stringMatching(/Round 1: columns, [\s\S]*?\n +Sent: days: numeric \|/),
    ]);
    expect(out).toMatch(/levels: the levels of each category[^|]*Sent: days: none \|/);
    expect(out).toContain("In all: 2 of 2 rounds answered");
    const attrition = ["attrition", "--database", csv, "--where", "age >= 50"];
    expect((await desk.konsil("preview", ...attrition)).out).toMatch(
      /rows that the filter keeps[^:]*:[^:]*Sent: 232\n/,
    );
  });

  it("names the columns of a model and the levels of a table by what they are", async () => {
    const preview = async (name: string, ...args: string[]) =>
      (await desk.konsil("preview", name, "--database", csv, ...args)).out.replaceAll(/\s+/g, " ");
    const cox = await preview("coxph", "--formula", "Surv(days, event) ~ age * hormon");
    expect(cox).toMatch(/Sent: age: \d+ \| hormon=yes: 49 \| age:hormon=yes: 3027 /);
    expect(cox).toMatch(
      /Sent: age × age: \S+ \| age × hormon=yes: \S+ \| hormon=yes × hormon=yes: \S+ \| age × age:h/,
    );
    const glm = await preview("glm", "--formula", "event ~ factor(grade)", "family=binomial");
    expect(glm).toMatch(/Sent: \(Intercept\): 366 \| factor\(grade\)=3: 277 /);
    expect(glm).toMatch(/\| \(Intercept\) × factor\(grade\)=3: /);
    const table = await preview(
      "table-one",
      "columns=grade,size,age",
      "by=hormon",
      'levels={"grade":["2","3"]}',
    );
    expect(table).toContain(
      "without grade, hormon=yes: 0 | grade=2, hormon=no: 80 | grade=2, hormon=yes: 9 | grade=3",
    );
    expect(table).toContain("grade, no such level, hormon=no: 0");
    expect(table).toContain("age, hormon=no: have it: 317");
    for (const text of [cox, glm, table]) expect(text).not.toMatch(/\b(column|pair|level|moment) \d/);
    const open = desk.file("open.json", { policy: "open", reason: "public data" });
    const pooled = await preview(
      "coxph",
      "--formula",
      "Surv(days, event) ~ age + strata(hormon)",
      "stratifyBySite=false",
      "--policy",
      open,
    );
    expect(pooled).toContain("strata(hormon)=no, event: 1 at 77; ");
    expect(pooled).toMatch(/cell 0, hazards: \S+ \| cell 0, age: /);
  });

  it("prints the replies as they would be sent", async () => {
    const { out } = await desk.konsil(
      "preview",
      "kaplan-meier",
      "--database",
      csv,
      "--site",
      "oslo",
      "--json",
      ...formula,
    );
    const replies = JSON.parse(out) as { site: string; policy: object; rows: object }[];
    expect(replies).toHaveLength(2);
    expect(replies[1]).toMatchObject({
      format: "konsil.reply/1",
      site: "oslo",
      rows: { read: 366, used: 366 },
      fingerprint: {
        rows: mark,
        columns: [
          ["hormon", mark],
          ["days", mark],
          ["event", mark],
        ],
      },
      policy: { minimumOrganizations: 3, maximumPooledParameterShare: 0.1 },
    });
  });

  it("cuts long lists short and says how much is left, except in the replies themselves", async () => {
    const levels = Array.from({ length: 45 }, (_, i) => `level${String(i).padStart(2, "0")}`);
    const rows = levels.flatMap((level) => Array.from({ length: 6 }, () => `${level}\n`));
    const many = desk.file("many.csv", `ward\n${rows.join("")}`);
    const asked = ["preview", "summary", "columns=ward", "--database", many];
    const { code, out } = await desk.konsil(...asked);
    expect(code).toBe(0);
    expect(out).toContain('"level39"');
    expect(out).not.toContain('"level40"');
    expect(out.replaceAll(/\s+/g, " ")).toContain("… and 5 more, all of which would be sent");
    expect((await desk.konsil(...asked, "--json")).out).toContain('"level44"');
  });

  it("takes the data and the policy of a site from a description", async () => {
    const file = desk.hospitals({ minimumCell: 11 });
    const preview = (...args: string[]) =>
      desk.konsil("preview", "crosstab", "rows=grade", "columns=hormon", "--sites", file, ...args);
    expect((await preview("--site", "tartu")).out).toMatch(/cells of 1 to 10 people as that interval/);
    expect(
      (await preview("--site", "tartu", "--policy", desk.file("k.json", { minimumCell: 7 }))).out,
    ).toMatch(/cells of 1 to 6 people/);
    expect(await preview("--site", "osl")).toMatchObject({
      code: 2,
      err: expect.stringContaining('Did you mean "oslo"?'),
    });
    expect(await preview()).toMatchObject({ code: 2, err: expect.stringContaining("--site") });
  });

  it("shows what is refused, and says it by its exit code", async () => {
    const pooled = await desk.konsil(
      "preview",
      "coxph",
      "--database",
      csv,
      ...formula,
      "stratifyBySite=false",
    );
    expect(pooled).toMatchObject({ code: 3, err: expect.stringContaining("[EVENT_TIMES_NOT_PERMITTED]") });
    expect(pooled.err).toContain('The site does not release exact event times (eventTimes "batches")');
    // Nothing leaves for a model that will not be fitted.
    expect(pooled.out).not.toContain("survival.cox-");
    const weighted = await desk.konsil(
      "preview",
      "kaplan-meier",
      "--database",
      csv,
      ...formula,
      "weights=age",
    );
    expect(weighted).toMatchObject({
      code: 3,
      err: expect.stringContaining("[EVENT_TIMES_NOT_PERMITTED]"),
    });
    expect(weighted.out).toContain("survival.departures, and oslo refuses");
    expect(weighted.out).toMatch(/Sent: oslo does not release event times exactly/);
    expect(weighted.out).toContain("ends without a result, and further rounds do not come: ");
    const few = desk.file("few.csv", `days,event,hormon\n${"5,1,yes\n".repeat(8)}`);
    expect(await desk.konsil("preview", "kaplan-meier", "--database", few, ...formula)).toMatchObject({
      code: 3,
      out: expect.stringContaining("Round 1: model.variables, and few leaves the analysis"),
      err: expect.stringContaining("[ROWS_TOO_FEW]"),
    });
    const policy = desk.file("columns.json", { columns: { deny: ["hormon"] } });
    const denied = await desk.konsil(
      "preview",
      "kaplan-meier",
      "--database",
      csv,
      "--policy",
      policy,
      ...formula,
    );
    expect(denied).toMatchObject({ code: 3, err: expect.stringContaining("[COLUMN_NOT_PERMITTED]") });
  });

  it("takes arguments and rows as konsil run does", async () => {
    const file = desk.file("arguments.json", { columns: ["age"] });
    const { code, out } = await desk.konsil(
      "preview",
      "summary",
      "--database",
      csv,
      "--arguments",
      file,
      "--where",
      "age >= 50",
    );
    expect(code).toBe(0);
    expect(out).toMatch(/Rows: 366 read, \d+ after the filter/);
  });

  it("says what is wrong with what it is given", async () => {
    for (const [args, words] of [
      [["preview"], "Which algorithm?"],
      [["preview", "summary", "columns=age"], "Which data?"],
      [
        ["preview", "summary", "columns=age", "--database", "a.xlsx"],
        "must end in .csv, .parquet or .duckdb",
      ],
      [["preview", "summary", "columns=age", "--database", "a.csv", "--table", "t"], "--table"],
      [
        ["preview", "summary", "columns=age", "--database", "none.csv"],
        '--database "none.csv" does not exist',
      ],
      [["preview", "summary", "colums=age", "--database", csv], 'Did you mean "columns"?'],
      [["preview", "summary", "age", "--database", csv], "konsil preview --help"],
    ] as const) {
      const { code, out, err } = await desk.konsil(...args);
      expect([code === 0, out], args.join(" ")).toEqual([false, ""]);
      expect(err).toContain(words);
    }
  });
});
