import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { Desk, data } from "./command.ts";

const desk = new Desk();
afterAll(() => desk.clear());

const a = desk.file("a.json", {});
const b = desk.file("b.json", {
  minimumCell: 10,
  minimumRows: 150,
  columns: { deny: ["name"] },
  maximumEvaluations: 30,
});

describe("konsil policy diff", { timeout: 60_000 }, () => {
  it("says what is stricter, and what is looser", async () => {
    const { code, out } = await desk.konsil("policy", "diff", a, b);
    expect(code).toBe(0);
    expect(out).toMatch(/minimumCell +5 +10 +stricter/);
    expect(out).toMatch(/maximumEvaluations +25 +30 +looser/);
    expect(out).toMatch(/columns +all +all but name +stricter/);
    expect((await desk.konsil("policy", "diff", b, a)).out).toMatch(/minimumCell +10 +5 +looser/);
    expect((await desk.konsil("policy", "diff", a, a)).out).toContain("The two policies are the same.");
  });

  it("says what the difference costs an analysis: sites, masked cells, and how far estimates move", async () => {
    const { code, out } = await desk.konsil(
      "policy",
      "diff",
      a,
      b,
      "--sites",
      desk.hospitals(),
      "--algorithm",
      "coxph",
      "--formula",
      "Surv(days, event) ~ age + hormon",
    );
    expect(code).toBe(0);
    expect(out).toMatch(/Sites that answer +11 +9\n/);
    expect(out).toMatch(/tartu +answers +leaves: minimumRows 150\n/);
    expect(out).toMatch(/vilnius +answers +leaves: minimumRows 150\n/);
    expect(out).toMatch(/b\.json, tartu and vilnius: fewer rows .*\(minimumRows 150\).*\[ROWS_TOO_FEW\]/);
    // R's coxph(Surv(days, event) ~ age + hormon + strata(site)) on the rows of all eleven sites: 0.00771 (0.00187).
    expect(out).toMatch(/\nage +0\.00771 +0\.00818 +0\.00187 +0\.00195 +0\.25\n/);
  });

  it("says by which setting a site leaves, of several that have one code", async () => {
    const strict = desk.file("cells.json", { minimumCell: 10, minimumRows: 85 });
    const asked = ["--algorithm", "log-rank", "--formula", "Surv(days, event) ~ hormon"];
    const { out } = await desk.konsil("policy", "diff", a, strict, "--sites", desk.hospitals(), ...asked);
    expect(out).toMatch(/milan +answers +leaves: minimumCell 10\n/);
    expect(out).toMatch(
      /cells\.json, dublin, leuven, milan, tartu, vilnius and krakow: .*\(minimumCell 10\).*\[ROWS_TOO_FEW\]/,
    );
    expect(out).not.toContain("leaves: ROWS_TOO_FEW");
  });

  it("shows masked counts side by side, where everything is told as text", async () => {
    const { out } = await desk.konsil(
      "policy",
      "diff",
      a,
      desk.file("c.json", { minimumCell: 11 }),
      "--sites",
      desk.hospitals(),
      "--algorithm",
      "crosstab",
      "rows=hormon",
      "columns=menopause",
    );
    expect(out).toMatch(/Masked cells +\d+ +\d+\n/);
    expect(out).toMatch(/\nno +\d+–\d+ \([\d.–]+%\) +\d+–\d+ \([\d.–]+%\) /);
  });

  it("is a finding, and no failure, where one of the two refuses", async () => {
    const strict = desk.file("strict.json", { minimumOrganizations: 12 });
    const { code, out } = await desk.konsil(
      "policy",
      "diff",
      a,
      strict,
      "--sites",
      desk.hospitals(),
      "--algorithm",
      "summary",
      "columns=age",
    );
    expect(code).toBe(0);
    expect(out).toMatch(/Result +yes +none: ORGANIZATIONS_TOO_FEW\n/);
    expect(out).toContain("strict.json: ");
    const both = await desk.konsil(
      "policy",
      "diff",
      strict,
      strict,
      "--sites",
      desk.hospitals(),
      "--algorithm",
      "summary",
      "columns=age",
    );
    expect(both).toMatchObject({ code: 0, out: expect.stringContaining("Under both: ") });
  });

  it("ends as the analysis does where both fail by no rule of a policy", async () => {
    for (const [code, name, ...question] of [
      ["COLUMN_UNKNOWN", "summary", "columns=agee"],
      ["FORMULA_SYNTAX", "coxph", "--formula", "Surv(days, event ~ age"],
    ] as const)
      expect(
        await desk.konsil(
          "policy",
          "diff",
          a,
          b,
          "--sites",
          desk.hospitals(),
          "--algorithm",
          name,
          ...question,
        ),
      ).toMatchObject({ code: 2, out: "", err: expect.stringContaining(`[${code}]`) });
    // What only one of them does not permit is a finding.
    const denied = desk.file("denied.json", { columns: { deny: ["age"] } });
    const { code, out } = await desk.konsil(
      "policy",
      "diff",
      a,
      denied,
      "--sites",
      desk.hospitals(),
      "--algorithm",
      "coxph",
      "--formula",
      "Surv(days, event) ~ age",
    );
    expect(code).toBe(0);
    expect(out).toMatch(/Result +yes +none: COLUMN_NOT_PERMITTED\n/);
  });

  it("says where the smallest and largest value begin to leave, and goes by the types of the data", async () => {
    const lattices = desk.file("lattices.json", { lattices: { age: 5, er: 200 } });
    const { out } = await desk.konsil("policy", "diff", a, lattices);
    expect(out).toMatch(/lattices\.age +5, of dates quarter +5 +neither for dates\n/);
    expect(out).toMatch(/smallest and largest er +stay +leave at multiples of 200 +looser\n/);
    const sites = ["--sites", desk.hospitals(), "--algorithm", "summary", "columns=age", "range=true"];
    const known = await desk.konsil("policy", "diff", a, lattices, ...sites);
    expect(known.out).not.toContain("dates");
    expect(known.out).toMatch(/lattices\.er +5 +200 +stricter\n/);
    expect(known.out).toMatch(/smallest and largest age +stay +leave at multiples of 5 +looser\n/);
  });

  it("says what is wrong with what it is given", async () => {
    for (const args of [
      ["diff"],
      ["diff", a],
      ["diff", a, b, "--sites", "s.json"],
      ["diff", a, b, "columns=age"],
      ["dif", a, b],
    ])
      expect(await desk.konsil("policy", ...args), args.join(" ")).toMatchObject({ code: 2, out: "" });
    expect(await desk.konsil("policy", "diff", a, desk.file("bad.json", { minimumCel: 5 }))).toMatchObject({
      code: 2,
      err: expect.stringContaining("[POLICY_INVALID]"),
    });
  });
});

describe("names in a policy that nothing has", { timeout: 60_000 }, () => {
  const misspelt = desk.file("misspelt.json", {
    algorithms: { deny: ["kaplan-meir", "coxph@7", "describe", "crosstab@1"] },
    columns: { deny: ["Age"] },
    lattices: { ageing: 5 },
  });

  it("are told by policy check, of columns where the data are known", async () => {
    const { code, out, err } = await desk.konsil("policy", "check", misspelt);
    expect([code, JSON.parse(out)]).toMatchObject([0, { columns: { deny: ["Age"] } }]);
    expect(err).toMatch(/"kaplan-meir" is no algorithm of this release.* Did you mean "kaplan-meier"\?/);
    expect(err).toMatch(/"coxph@7" is no algorithm of this release.* Did you mean "coxph@1"\?/);
    expect(err).not.toMatch(/"describe"|"crosstab@1"|"Age"/);
    const known = await desk.konsil("policy", "check", misspelt, "--sites", desk.hospitals());
    expect(known).toMatchObject({ code: 0, out });
    expect(known.err).toContain('columns: the data have no column "Age". Did you mean "age"?');
    expect(known.err).toContain('lattices: the data have no column "ageing".');
  });

  it("are told beside a difference and a preview", async () => {
    const { out } = await desk.konsil("policy", "diff", a, misspelt);
    expect(out).toContain('misspelt.json: algorithms: "kaplan-meir" is no algorithm');
    const database = ["--database", join(data, "oslo.csv"), "--policy", misspelt];
    const { code, err } = await desk.konsil("preview", "summary", "columns=age", ...database);
    expect(code).toBe(0);
    expect(err).toContain('the data have no column "Age"');
  });
});

it("policy check says so only of numbers that may be read and would be rounded, where the data are known", async () => {
  const rows = Array.from(
    { length: 60 },
    (_, i) => `${i},${30 + i},${i % 2 ? "m" : "f"},${20 + i},2015-01-${10 + (i % 20)}`,
  );
  desk.file("known.csv", `id,age,sex,size,seen\n${rows.join("\n")}\n`);
  const known = desk.file("known.json", {
    sites: [{ name: "oslo", databases: { default: { type: "csv", uri: "known.csv" } } }],
  });
  const policy = desk.file("listed.json", {
    lattices: { age: 1, sex: 5, id: 7, agee: 9, size: 7, seen: 30 },
    columns: { deny: ["id"] },
  });
  const { err } = await desk.konsil("policy", "check", policy, "--sites", known);
  expect(err).toContain('lattices: the data have no column "agee".');
  expect(err).toMatch(
    /smallest and largest values leave, rounded outwards: size to multiples of 7, seen to multiples of 30\.\n$/,
  );
  const run = (column: string) =>
    desk.konsil(
      "preview",
      "summary",
      `columns=${column}`,
      "range=true",
      "--database",
      "known.csv",
      "--policy",
      policy,
    );
  expect((await run("size")).out).toMatch(/Sent: 14 to 84\n/);
  expect((await run("age")).err).toContain("[RANGE_NOT_PERMITTED]");
});

it("policy check says which smallest and largest values leave", async () => {
  const lattices = desk.file("ranges.json", { lattices: { age: 5, er: 200, born: "quarter" } });
  expect((await desk.konsil("policy", "check", lattices)).err).toBe(
    "lattices: smallest and largest values leave, rounded outwards: age to multiples of 5, er to multiples of 200.\n",
  );
});
