import { bounds, isKonsilError, narrowed } from "@konsil/core";
import { type LocalSite, localFederation } from "@konsil/sdk";
import { describe, expect, it } from "vitest";
import { expectClose } from "../../../test/close.ts";
import { goldenCases, goldenRows, splitSites } from "../../../test/goldens.ts";
import { type LevelVariable, type NumberVariable, type RangedVariable, summary } from "../index.ts";

interface Expected {
  readonly groups: readonly {
    readonly level: string;
    readonly n: number;
    readonly missing: number;
    readonly sum: number;
    readonly mean: number;
    readonly sd: number | null;
    readonly minimum: number;
    readonly maximum: number;
  }[];
}

const occupied = (sites: LocalSite[]) => sites.filter(({ rows }) => (rows as readonly unknown[]).length > 0);

describe("moments as in R", () => {
  const cases = goldenCases<Expected>("tables").filter((one) => one.arguments["kind"] === "summary");
  it.each(cases.map((one) => [one.name, one] as const))(
    "%s",
    async (_name, { data, arguments: args, expected }) => {
      const column = args["value"] as string;
      const by = args["group"] === undefined ? {} : { by: args["group"] as string };
      for (const parts of [1, 3, 5]) {
        const federation = await localFederation(occupied(splitSites(goldenRows(data), parts, 3)));
        const value = await federation.run(summary, { columns: [column], ...by, range: true });
        const variable = value.variables[0] as RangedVariable;
        const groups = args["group"] === undefined ? [variable.overall] : variable.groups;
        expect(groups.map(({ group }) => group ?? "all")).toEqual(expected.groups.map(({ level }) => level));
        for (const [i, golden] of expected.groups.entries()) {
          const { n, missing, sum, mean, standardDeviation } = groups[i] as (typeof groups)[number];
          expect([n, missing]).toEqual([golden.n, golden.missing]);
          expectClose([sum, mean, standardDeviation], [golden.sum, golden.mean, golden.sd], 1e-12);
        }
        const lower = Math.min(...expected.groups.map(({ minimum }) => minimum));
        const upper = Math.max(...expected.groups.map(({ maximum }) => maximum));
        expect(variable.range).toEqual({ lower, upper });
      }
    },
  );
});

const open = { policy: "open", reason: "made up for a test" } as const;

describe("hard cases", () => {
  const rows = [
    { age: 50, day: "2024-01-01", arm: "a", flag: true, code: 1, note: null },
    { age: 61, day: "2024-01-03", arm: "b", flag: false, code: 2, note: null },
    { age: null, day: null, arm: "a", flag: null, code: null, note: null },
    { age: 55.5, day: "2024-01-05", arm: null, flag: true, code: 1, note: null },
  ];
  const columns = ["age", "day", "flag", "code", "note", "arm"];

  it("averages numbers and dates, counts yes/no, categories and numbers of two values", async () => {
    const sites = await localFederation([
      { name: "a", rows: rows.slice(0, 2), ...open },
      { name: "b", rows: rows.slice(2), ...open },
    ]);
    const value = await sites.run(summary, { columns, range: true });
    const [age, day, flag, code, note, arm] = value.variables;
    expect(value.n).toBe(4);
    expect(age).toMatchObject({ type: "numeric", overall: { n: 3, missing: 1, sum: 166.5, mean: 55.5 } });
    expect(day).toMatchObject({
      type: "date",
      overall: { n: 3, missing: 1, sum: null, mean: 19725, standardDeviation: 2 },
    });
    expect(day).toMatchObject({ range: { lower: 19723, upper: 19727 } });
    expect(flag).toMatchObject({
      type: "boolean",
      levels: ["FALSE", "TRUE"],
      overall: { counts: [1, 2], missing: 1 },
    });
    expect(code).toMatchObject({
      type: "category",
      levels: ["1", "2"],
      overall: { counts: [2, 1], missing: 1 },
    });
    expect(note).toMatchObject({ type: "category", levels: [], overall: { n: 0, missing: 4 } });
    expect(arm).toMatchObject({ overall: { counts: [2, 1], shares: [2 / 3, 1 / 3] } });
    expect(value.toText()).toContain("2024-01-03");
    expect(value.toHTML()).toContain("66.7%");
  });

  it("does not let one column's missing rows drop another's", async () => {
    const sites = await localFederation([{ name: "a", rows, ...open }]);
    const value = await sites.run(summary, { columns: ["age", "flag"], by: "arm" });
    expect(value.by).toEqual({ variable: "arm", levels: ["a", "b"], n: [2, 1] });
    const [age, flag] = value.variables;
    expect(age?.groups).toMatchObject([
      { group: "a", n: 1, missing: 1, mean: 50, standardDeviation: null },
      { group: "b", n: 1, missing: 0, mean: 61 },
    ]);
    expect(age?.overall).toMatchObject({ group: null, n: 2, missing: 1, mean: 55.5 });
    expect(flag?.groups).toMatchObject([{ counts: [0, 1] }, { counts: [1, 0] }]);
    expect(value.toText()).toContain("arm");
  });

  it("keeps the digits of numbers far from zero", async () => {
    const far = [0, 1, 2, 3, 4, 5].map((x) => ({ x: 1e9 + x / 8 }));
    const sites = await localFederation([
      { name: "a", rows: far.slice(0, 2), ...open },
      { name: "b", rows: far.slice(2), ...open },
    ]);
    const { variables } = await sites.run(summary, { columns: ["x"] });
    const { overall } = variables[0] as NumberVariable;
    expectClose(overall.standardDeviation, Math.sqrt(17.5 / 5) / 8, 1e-14);
  });

  it("says what a site's policy does not permit, and what is wrong with arguments", async () => {
    const many = Array.from({ length: 40 }, (_, i) => ({ age: 20 + i, arm: i < 3 ? "rare" : "usual" }));
    const guarded = await localFederation(["a", "b", "c"].map((name) => ({ name, rows: many })));
    const code = async (args: unknown): Promise<string> => {
      try {
        await guarded.run(summary, args as { columns: string[] });
        return "none";
      } catch (error) {
        return isKonsilError(error) ? error.code : "defect";
      }
    };
    expect(await code({ columns: ["age"] })).toBe("none");
    expect(await code({ columns: ["age"], range: true })).toBe("RANGE_NOT_PERMITTED");
    expect(await code({ columns: ["age"], by: "arm" })).toBe("LEVEL_RARE");
    // Without the three rows, every number would differ by them from the one without groups.
    expect(await code({ columns: ["age"], by: "arm", rareLevels: "exclude" })).toBe("DIFFERENCE_TOO_SMALL");
    expect(await code({ columns: ["age", "age"] })).toBe("ARGUMENT_INVALID");
    expect(await code({ columns: ["age"], by: "age" })).toBe("ARGUMENT_INVALID");
    expect(await code({ columns: [] })).toBe("ARGUMENT_INVALID");
    expect(await code({ columns: ["weight"] })).toBe("COLUMN_UNKNOWN");
  });

  it("says beside a rounded range to what it is rounded, and of one that is exact nothing", async () => {
    const rows = Array.from({ length: 40 }, (_, i) => ({ age: 21 + i }));
    const run = async (policies: readonly object[]) => {
      const sites = policies.map((policy, i) => ({ name: "abc"[i] as string, rows, ...policy }));
      return (await localFederation(sites as LocalSite[])).run(summary, { columns: ["age"], range: true });
    };
    const by = (age: number) => ({ policy: { lattices: { age } } });
    const rounded = await run([by(5), by(7), by(5)]);
    expect(rounded.variables[0]).toMatchObject({ range: { lower: 20, upper: 63, roundedTo: [5, 7] } });
    const words = "age to multiples of 5 or 7.";
    expect(rounded.view.notes).toEqual([expect.stringContaining(words)]);
    expect(rounded.methods()).toContain(words);
    const exact = await run([open, open, open]);
    expect([exact.view.notes, exact.methods()].join()).not.toContain("rounded");
    // Multiples of 1 are the ages themselves.
    await expect(run([by(1), by(1), by(1)])).rejects.toMatchObject({ code: "RANGE_NOT_PERMITTED" });
  });

  it("tells shares of all people, whose number another variable tells", async () => {
    // Of one arm three people have grade 3 at each site, so that grade 1 is widened with it, and grade 2 is told.
    const rows = Array.from({ length: 160 }, (_, i) => ({
      age: 40 + (i % 30),
      arm: i % 2 === 0 ? "a" : "b",
      grade: i < 6 || (i < 30 && i % 2 === 1) ? "3" : i < 60 ? "2" : "1",
    }));
    const federation = await localFederation(["a", "b", "c"].map((name) => ({ name, rows })));
    const { variables } = await federation.run(summary, { columns: ["age", "grade"], by: "arm" });
    const grade = variables[1] as LevelVariable;
    for (const { n, counts, shares, group } of [grade.overall, ...grade.groups]) {
      expect(n).toBe(group === null ? 480 : 240);
      for (const [level, count] of counts.entries()) {
        const { lower, upper } = bounds(count);
        expect(shares[level]).toEqual(narrowed({ lower: lower / Number(n), upper: upper / Number(n) }));
      }
      expect(counts.map((count) => typeof count)).toEqual(["object", "number", "object"]);
    }
  });

  it("keeps the rule of counts where a sum over two values is a count", async () => {
    const few = (ones: number) => Array.from({ length: 40 }, (_, i) => ({ visits: i < ones ? 1 : 0 }));
    const varied = Array.from({ length: 40 }, (_, i) => ({ visits: i % 5 }));
    const run = async (ones: number) => {
      const sites = [varied, varied, few(ones)].map((site, i) => ({ name: "abc"[i] as string, rows: site }));
      return (await localFederation(sites)).run(summary, { columns: ["visits"] });
    };
    expect((await run(5)).variables[0]).toMatchObject({ type: "numeric", overall: { n: 120, sum: 165 } });
    await expect(run(3)).rejects.toMatchObject({
      code: "ORGANIZATIONS_TOO_FEW",
      message: expect.stringContaining("minimumCell 5") as string,
    });
  });

  it("says when a column is of different types", async () => {
    const sites = await localFederation([
      { name: "a", rows: [{ x: 1 }], ...open },
      { name: "b", rows: [{ x: "one" }], ...open },
    ]);
    await expect(sites.run(summary, { columns: ["x"] })).rejects.toMatchObject({ code: "COLUMN_DISAGREES" });
  });
});
