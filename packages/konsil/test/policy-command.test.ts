import { afterAll, describe, expect, it } from "vitest";
import { Desk } from "./command.ts";

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
    expect(out).toMatch(/tartu +answers +leaves: ROWS_TOO_FEW\n/);
    expect(out).toMatch(/vilnius +answers +leaves: ROWS_TOO_FEW\n/);
    // R's coxph(Surv(days, event) ~ age + hormon + strata(site)) on the rows of all eleven sites: 0.00771 (0.00187).
    expect(out).toMatch(/\nage +0\.00771 +0\.00818 +0\.00187 +0\.00195 +0\.25\n/);
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
