import { type AnyAlgorithm, type Report, recode } from "@konsil/core";
import { localFederation } from "@konsil/sdk";
import { describe, expect, it } from "vitest";
import { coxph, crosstab, glm, kaplanMeier, logRank, summary, tableOne } from "../index.ts";

/** Three sites with two common levels; each has one of its own and one with few people. */
const sites = ["a", "b", "c"].map((name, s) => ({
  name,
  rows: Array.from({ length: 120 }, (_, i) => {
    const rare = i < 24 + s ? (i % 8 === 0 ? "few" : `only ${name}`) : undefined;
    return {
      g: rare ?? (i % 2 === 0 ? "x" : "y"),
      arm: i % 4 < 2 ? "one" : "two",
      age: 40 + ((i * 7) % 37) + s,
      event: ((i * 7 + s) >> 2) % 2 === 0,
      time: 30 * (1 + ((i * 11 + s) % 40)),
    };
  }),
}));

const asked: readonly (readonly [string, AnyAlgorithm, object])[] = [
  ["crosstab", crosstab, { rows: "g", columns: "arm" }],
  ["summary", summary, { columns: ["g", "age"] }],
  ["tableOne", tableOne, { columns: ["g"], by: "arm" }],
  ["glm", glm, { formula: "age ~ g", family: "gaussian" }],
  ["coxph", coxph, { formula: "Surv(time, event) ~ g + strata(site)" }],
  ["kaplanMeier", kaplanMeier, { formula: "Surv(time, event) ~ g" }],
  ["logRank", logRank, { formula: "Surv(time, event) ~ g + strata(site)" }],
];

describe("rare levels, in every algorithm", () => {
  it.each(asked)("%s names them, or puts them together", async (_name, algorithm, args) => {
    const federation = await localFederation(sites);
    await expect(federation.run(algorithm, args)).rejects.toMatchObject({
      code: "LEVEL_RARE",
      message: expect.stringContaining('recode("g", { "their name": "your name" }'),
    });
    const value = await federation.run(algorithm, { ...args, rareLevels: { merge: "other" } });
    const { report } = value as { report: { warnings: readonly string[] } };
    expect(report.warnings.join(" ")).toContain('put together into "other"');
    expect(JSON.stringify(value)).toContain("other");
    expect(JSON.stringify({ ...(value as object), warnings: null, report: null })).not.toContain("only");
  });

  it("counts everybody once", async () => {
    const merged = await (await localFederation(sites)).run(crosstab, {
      rows: "g",
      rareLevels: { merge: "other" },
    });
    expect(merged.rows.levels).toEqual(["x", "y", "other"]);
    expect(merged.tables[0]?.counts).toEqual([[142], [143], [75]]);
    expect(merged.missing).toBe(0);
  });
});

/**
 * Six sites with grades I to III; four have IV as well, one has three people of it and four of another that is its own, and
 * one nobody. Seven people are enough to be left out: with fewer the site would abstain.
 */
const graded = ["a", "b", "c", "d", "e", "f"].map((name, s) => ({
  name,
  rows: Array.from({ length: 200 }, (_, i) => {
    const isFour = s < 4 ? i % 8 === 0 : s === 4 ? i % 90 === 0 : false;
    const own = s === 4 && i > 0 && i < 5 ? "V" : undefined;
    return {
      g: isFour ? "IV" : (own ?? ["I", "II", "III"][i % 3]),
      arm: i % 4 < 2 ? "one" : "two",
      age: 40 + ((i * 7) % 37) + s,
      event: ((i * 7 + s) >> 2) % 2 === 0,
      time: 30 * (1 + ((i * 11 + s) % 40)),
    };
  }),
}));

/** All levels and labels in a value; not its words. */
const labelsIn = (value: unknown): string =>
  JSON.stringify({ ...(value as object), warnings: null, report: null });

describe("a level that is rare at some sites only", () => {
  it.each(asked)("is said so by %s, wherever it is named", async (_name, algorithm, args) => {
    const federation = await localFederation(graded);
    await expect(federation.run(algorithm, args)).rejects.toMatchObject({
      code: "LEVEL_RARE",
      message: expect.stringContaining('without the rest: levels: { g: ["I", "II", "III"] }'),
    });
    for (const rareLevels of ["exclude", { merge: "other" }]) {
      const result = await federation
        .run(algorithm, { ...args, rareLevels })
        .catch((error: unknown) => error);
      // Three people are too few for a level of their own, even put together.
      if (result instanceof Error) {
        expect(result.message).toContain("too rare even together");
        continue;
      }
      const { report } = result as { report: { warnings: readonly string[] } };
      const words = '"IV" of "g" is not told apart at every site';
      expect(report.warnings.join("\n")).toContain(words);
      const shown = result as { toText(): string; toHTML(): string; toString(): string };
      for (const text of [shown.toText(), shown.toString()])
        expect(text.replaceAll(/\s+/g, " ")).toContain(words);
      expect(shown.toHTML()).toContain("of &quot;g&quot; is not told apart at every site");
      expect(labelsIn(result)).toContain("IV (5 of 6 sites)");
      expect(labelsIn(result).replaceAll("IV (5 of 6 sites)", "")).not.toContain("IV");
    }
  });

  it("is found where it becomes rare because rows lack another column", async () => {
    const lacking = graded.map(({ name, rows }) => ({
      name,
      rows: rows.map((row, i) =>
        // At a site with 25 of IV, 22 are in no arm; elsewhere everybody is in one.
        name === "a" && row.g === "IV" && i < 170 ? { ...row, arm: null } : row,
      ),
    }));
    const value = await (await localFederation(lacking)).run(tableOne, {
      columns: ["g"],
      by: "arm",
      rareLevels: "exclude",
    });
    expect(labelsIn(value)).toContain("IV (4 of 6 sites)");
  });

  it("is no level of yes and no, of which nobody is left out", async () => {
    const rows = graded.map(({ name, rows }) => ({
      name,
      rows: rows.map((row, i) => ({ ...row, sick: name === "a" ? i < 3 : i % 2 === 0 })),
    }));
    const federation = await localFederation(rows);
    const { n, report } = await federation.run(glm, {
      formula: "age ~ g + sick",
      family: "gaussian",
      rareLevels: "exclude",
    });
    // The site with three who are sick abstains, and says so; its rows are not thinned out in silence.
    expect(report.sites.find(({ site }) => site === "a")?.state).toBe("abstained");
    expect(n).toBe(5 * 200 - 7);
  });

  it("is told by nothing where the levels that count are chosen", async () => {
    const value = await (await localFederation(graded)).run(crosstab, {
      rows: "g",
      levels: { g: ["I", "II", "III"] },
    });
    expect(value.rows.levels).toEqual(["I", "II", "III"]);
    expect(value.report.warnings.join(" ")).not.toContain("told apart");
  });
});

/** As in R's lung: at one site three people have IV, at the others nobody. */
const oneRare = ["a", "b", "c"].map((name, s) => ({
  name,
  rows: Array.from({ length: 150 }, (_, i) => ({
    g: s === 2 && i % 50 === 0 ? "IV" : ["I", "II", "III"][i % 3],
    arm: i % 4 < 2 ? "one" : "two",
    age: 40 + ((i * 7) % 37) + s,
    event: ((i * 7 + s) >> 2) % 2 === 0,
    time: 30 * (1 + ((i * 11 + s) % 40)),
  })),
}));

describe("what is advised where one site has a rare level", () => {
  it.each(asked)("keeps every site in %s, and comes first", async (_name, algorithm, args) => {
    const federation = await localFederation(oneRare);
    const error: unknown = await federation.run(algorithm, args).catch((thrown: unknown) => thrown);
    const { message } = error as Error;
    const merge = message.indexOf('rareLevels: { merge: "III" }');
    expect(merge).toBeGreaterThan(0);
    expect(message.indexOf('levels: { g: ["I", "II", "III"] }')).toBeGreaterThan(merge);
    expect(message).toContain('recode("g", { "I": "I", "II": "II" }, { others: { as: "III or other" } })');
    const wider = federation.data({
      derive: { g2: recode("g", { I: "I", II: "II" }, { others: { as: "III or other" } }) },
    });
    const renamed = JSON.parse(JSON.stringify(args).replaceAll(/\bg\b/g, "g2")) as object;
    for (const result of [
      await federation.run(algorithm, { ...args, rareLevels: { merge: "III" } }),
      await wider.run(algorithm, renamed),
    ]) {
      const { report } = result as { report: Report };
      expect(report.sites.map(({ state }) => state)).toEqual(["answered", "answered", "answered"]);
    }
  });

  it("is a level to join, before the steward is asked, where models lose a site for it", async () => {
    const federation = await localFederation(oneRare);
    for (const given of [{ levels: { g: ["I", "II", "III"] } }, { rareLevels: "exclude" as const }])
      await expect(
        federation.run(coxph, { formula: "Surv(time, event) ~ g", ...given }),
      ).rejects.toMatchObject({
        code: "ORGANIZATIONS_TOO_FEW",
        message: expect.stringMatching(
          /Leave the variable out, or let the levels of "g" that are left out join one that is not, rareLevels: \{ merge: "its name" \}, or ask the steward there/,
        ),
      });
    const levels = { g: ["I", "II", "III"] };
    const { report } = await federation.run(coxph, {
      formula: "Surv(time, event) ~ g",
      levels,
      rareLevels: { merge: "III" },
    });
    expect(report.sites.every(({ state }) => state === "answered")).toBe(true);
    expect(report.warnings).toContain(
      'Levels of "g" that `levels` does not name were put together into "III".',
    );
  });
});

describe("levels that are chosen", () => {
  it("are said to leave others among the missing, of what a table describes", async () => {
    const federation = await localFederation(oneRare);
    const warning = 'Missing values of "g" include the levels that `levels` does not name.';
    const warnings = async (algorithm: AnyAlgorithm, args: object): Promise<readonly string[]> =>
      ((await federation.run(algorithm, args)) as { report: Report }).report.warnings;
    const levels = { g: ["I", "II", "III"] };
    expect(await warnings(tableOne, { columns: ["g"], by: "arm", levels })).toContain(warning);
    expect(await warnings(summary, { columns: ["g"], levels })).toContain(warning);
    expect(await warnings(crosstab, { rows: "g", columns: "arm", levels })).not.toContain(warning);
    const all = { arm: ["one", "two"] };
    expect(await warnings(summary, { columns: ["arm"], levels: all })).toEqual([]);
  });

  it("are not said to be had by nobody where a site does not name all of its own", async () => {
    const federation = await localFederation(oneRare);
    const levels = { g: ["I", "II", "III", "IV"] };
    for (const [algorithm, args] of [
      [coxph, { formula: "Surv(time, event) ~ g", levels }],
      [tableOne, { columns: ["g"], by: "arm", levels }],
    ] as const)
      await expect(federation.run(algorithm as AnyAlgorithm, args)).rejects.toMatchObject({
        code: "LEVEL_UNKNOWN",
        message: expect.stringMatching(
          /^No site names a level "IV" of "g": nobody has it, or at c fewer people than the policy there asks for \(minimumCell\)\. .*Leave it out of `levels`/,
        ),
      });
  });
});
