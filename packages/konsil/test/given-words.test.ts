import { afterAll, describe, expect, it } from "vitest";
import { Desk } from "./command.ts";

const desk = new Desk();
afterAll(() => desk.clear());

/** A column of 0 and 1 at three hospitals, as CSV has it: a number. */
const rows = Array.from({ length: 300 }, (_, i) => `${i % 2},${20 + (i % 60)},${i % 100 === 0 ? "IV" : "I"}`);
desk.file("rows.csv", ["status,age,stage", ...rows].join("\n"));
const sites = ["a", "b", "c"].map((name) => ({
  name,
  databases: { default: { type: "csv", uri: "rows.csv" } },
}));
desk.file("sites.json", { sites });

const summary = (...args: string[]) =>
  desk.konsil(
    "run",
    "summary",
    "--sites",
    "sites.json",
    "--quiet",
    "columns=age",
    "--output",
    "out.json",
    ...args,
  );

describe("the words of a command", { timeout: 60_000 }, () => {
  it("name a level of a 0/1 column in quotes, and are said where a policy does not permit a number", async () => {
    const asked = await summary("--where", "status == 1");
    expect(asked).toMatchObject({ code: 3, err: expect.stringContaining(`--where 'status == "1"'`) });
    for (const where of ['status == "1"', `status in ["1"]`, 'status != "0" and age >= 20']) {
      const { code, out, err } = await summary("--where", where);
      expect({ code, err }).toEqual({ code: 0, err: "" });
      expect(out).toContain(`Rows with ${where}`);
      expect(out).toMatch(/a +answered +300 +150 +150/);
    }
    expect(await summary("--where", 'status != "2"')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/"status" has no level "2".*Levels: 0, 1\./),
    });
    expect(await desk.konsil("run", "--help")).toMatchObject({
      out: expect.stringContaining(`grade == "3"`),
    });
  });

  it("are shown to a steward with the levels that they ask for", async () => {
    const { code, out } = await desk.konsil(
      "preview",
      "summary",
      "--database",
      "rows.csv",
      "columns=age",
      "--where",
      'stage == "I"',
    );
    expect(code).toBe(3);
    expect(out).toContain("Round 1: describe.levels, and rows answers");
    expect(out).toContain("the levels of each category");
  });

  it("are those of the command line where a level is rare", async () => {
    expect(
      await desk.konsil("run", "crosstab", "--sites", "sites.json", "--quiet", "rows=stage"),
    ).toMatchObject({
      code: 3,
      err: expect.stringMatching(
        /rareLevels: \{ merge: [\s\S]*\nOn the command line .*: rareLevels='\{"merge": "other"\}'/,
      ),
    });
  });

  it("give an object where an argument takes one", async () => {
    const merged = await desk.konsil(
      "run",
      "crosstab",
      "--sites",
      "sites.json",
      "--quiet",
      "rows=stage",
      'rareLevels={"merge":"other"}',
    );
    expect(merged).toMatchObject({ code: 0, err: "" });
    expect(merged.out).toContain("other");
    expect(merged.out).toContain("Rows used need not be complete");
    expect(
      await desk.konsil("run", "crosstab", "--sites", "sites.json", "rows=stage", "rareLevels=excldue"),
    ).toMatchObject({ code: 2 });
  });
});
