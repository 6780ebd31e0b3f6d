import { defineAlgorithm } from "@konsil/core";
import { boolean, category, localFederation } from "@konsil/sdk";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { knowVariables, levelArguments, variablesStep } from "./index.ts";

const known = defineAlgorithm({
  name: "known",
  arguments: z.strictObject({
    columns: z.array(z.string()).default([]),
    factors: z.array(z.string()).default([]),
    ...levelArguments,
  }),
  steps: [variablesStep],
  central: async (args, context) => {
    const { asked, shown } = await knowVariables(context, args);
    return { ...asked, shown };
  },
});

const rows = (levels: Readonly<Record<string, number>>) =>
  Object.entries(levels).flatMap(([g, n]) =>
    Array.from({ length: n }, (_, i) => ({ g, x: i, b: i % 2 === 0 })),
  );
const open = { policy: "open", reason: "rows made up by a test" } as const;

describe("what is known of variables", () => {
  it("is their types and levels, the same from any cut", async () => {
    const whole = await localFederation([
      { name: "s", rows: rows({ b: 3, a: 2, "10": 1, "9": 1 }), ...open },
    ]);
    const cut = await localFederation([
      { name: "s", rows: rows({ "10": 1, b: 3 }), ...open },
      { name: "t", rows: rows({ a: 2, "9": 1 }), ...open },
    ]);
    const args = { columns: ["g", "x", "b"], factors: ["x"] };
    const value = await whole.run(known, args);
    expect(value.variables["g"]).toEqual({ type: "category", levels: ["10", "9", "a", "b"] });
    expect(value.variables["x"]).toEqual({ type: "category", levels: ["0", "1", "2"] });
    expect(value.variables["b"]).toEqual({ type: "boolean" });
    expect(await cut.run(known, args)).toEqual(value);
  });

  it("is an error where sites disagree on a type", async () => {
    const federation = await localFederation([
      { name: "s", rows: [{ g: "a" }], ...open },
      { name: "t", rows: [{ g: 1 }], ...open },
    ]);
    for (const args of [{ columns: ["g"] }, { factors: ["g"] }])
      await expect(federation.run(known, args)).rejects.toMatchObject({
        code: "COLUMN_DISAGREES",
        message: expect.stringContaining("g: category()"),
      });
    const declared = await federation.data({ columns: { g: category() } }).run(known, { factors: ["g"] });
    expect(declared.variables["g"]).toEqual({ type: "category", levels: ["1", "a"] });
  });

  it("does not make four levels of yes and no at one site and 1 and 0 at another", async () => {
    const federation = await localFederation([
      { name: "s", rows: [{ b: true }, { b: false }], ...open },
      { name: "t", rows: [{ b: 1 }, { b: 0 }], ...open },
      { name: "u", rows: [{ b: null }], ...open },
    ]);
    for (const args of [{ columns: ["b"] }, { factors: ["b"] }])
      await expect(federation.run(known, args)).rejects.toMatchObject({
        code: "COLUMN_DISAGREES",
        message: expect.stringContaining("b: boolean()"),
      });
    const declared = await federation.data({ columns: { b: boolean() } }).run(known, { factors: ["b"] });
    expect(declared.variables["b"]).toEqual({ type: "category", levels: ["FALSE", "TRUE"] });
  });

  it("knows the sites without asking, under any policy", async () => {
    const federation = await localFederation(
      ["b", "a", "c"].map((name) => ({ name, rows: rows({ a: 20 }) })),
    );
    const value = await federation.run(known, { factors: ["site"] });
    expect(value.variables["site"]).toEqual({ type: "category", levels: ["a", "b", "c"] });
    expect(value.report.rounds).toHaveLength(0);
  });

  it("names no level that too few people or organizations have", async () => {
    const hospitals = await localFederation([
      { name: "a", rows: rows({ common: 20, rare: 2 }) },
      { name: "b", rows: rows({ common: 20, lonely: 9 }) },
      { name: "c", rows: rows({ common: 20 }) },
    ]);
    const refused = hospitals.run(known, { columns: ["g"] });
    await expect(refused).rejects.toMatchObject({
      code: "LEVEL_RARE",
      message: expect.stringContaining('"lonely"'),
    });
    await expect(refused).rejects.not.toMatchObject({ message: expect.stringContaining('"rare"') });
    const excluded = await hospitals.run(known, { columns: ["g"], rareLevels: "exclude" });
    expect(excluded.variables["g"]).toEqual({ type: "category", levels: ["common"] });
    expect(excluded.others).toBe("exclude");
    expect(excluded.report.warnings.length).toBeGreaterThan(0);
  });

  it("puts rare levels together where the level they make is not rare itself, and says so", async () => {
    const sites = (third: Readonly<Record<string, number>>) =>
      localFederation([
        { name: "a", rows: rows({ common: 20, rare: 2, odd: 4 }) },
        { name: "b", rows: rows({ common: 20, lonely: 9 }) },
        { name: "c", rows: rows(third) },
      ]);
    const merge = { columns: ["g"], rareLevels: { merge: "other" } };
    const value = await (await sites({ common: 20, single: 6 })).run(known, merge);
    expect(value.variables["g"]).toEqual({ type: "category", levels: ["common", "other"] });
    expect(value.others).toEqual({ merge: "other" });
    expect(value.report.rounds).toHaveLength(2);
    const [warning] = value.report.warnings;
    expect(warning).toBe(
      'Rare levels of "g" were put together into "other" (fewer organizations than the sites\' policies ask for (minimumOrganizations) have "lonely", "single"; at a fewer people than the policy there asks for (minimumCell) have a level, which is not named).',
    );
    // A level that there is takes them in.
    const joined = await (await sites({ common: 20 })).run(known, {
      columns: ["g"],
      rareLevels: { merge: "common" },
    });
    expect(joined.variables["g"]).toEqual({ type: "category", levels: ["common"] });
    // Two sites have the others: fewer than the policies want.
    await expect((await sites({ common: 20 })).run(known, merge)).rejects.toMatchObject({
      code: "LEVEL_RARE",
      message: expect.stringContaining("too rare even together"),
    });
    await expect((await sites({ common: 20, single: 3 })).run(known, merge)).rejects.toMatchObject({
      code: "LEVEL_RARE",
      message: expect.stringContaining("at c fewer people"),
    });
  });

  it("asks nothing more where no level is rare", async () => {
    const federation = await localFederation(
      ["a", "b", "c"].map((name) => ({ name, rows: rows({ x: 9, y: 9 }) })),
    );
    const value = await federation.run(known, { columns: ["g"], rareLevels: { merge: "other" } });
    expect(value.variables["g"]).toEqual({ type: "category", levels: ["x", "y"] });
    expect(value.report.rounds).toHaveLength(1);
    expect(value.report.warnings).toEqual([]);
  });

  it("takes the levels that are given, and says which there are", async () => {
    const federation = await localFederation([{ name: "s", rows: rows({ a: 2, b: 3 }), ...open }]);
    expect(
      (await federation.run(known, { columns: ["g"], levels: { g: ["b", "a"] } })).variables["g"],
    ).toEqual({ type: "category", levels: ["b", "a"] });
    await expect(federation.run(known, { columns: ["g"], levels: { g: ["bb"] } })).rejects.toMatchObject({
      code: "LEVEL_UNKNOWN",
      message: expect.stringContaining("Levels: a, b."),
    });
  });

  it("warns of levels of a column that is not in the model, and refuses levels of a number", async () => {
    const federation = await localFederation([{ name: "s", rows: rows({ a: 2, b: 3 }), ...open }]);
    const { report } = await federation.run(known, { columns: ["g"], levels: { gg: ["a"] } });
    expect(report.warnings).toContainEqual(expect.stringContaining('Did you mean "g"?'));
    const numeric = federation.run(known, { columns: ["x"], levels: { x: ["0"] } });
    await expect(numeric).rejects.toMatchObject({
      code: "ARGUMENT_INVALID",
      message: expect.stringContaining("factor(x)"),
    });
  });
});
