import { type LocalSite, localFederation } from "@konsil/sdk";
import { describe, expect, it } from "vitest";
import { hospitals, patients, studyOfR } from "../../../test/breast-cancer.ts";
import { expectClose } from "../../../test/close.ts";
import { goldenCases, goldenRows, splitSites } from "../../../test/goldens.ts";
import { type ComparedCategory, type ComparedNumber, tableOne } from "../index.ts";

interface RTest {
  readonly statistic: number;
  readonly df: number;
  readonly p: number;
  readonly difference: number;
  readonly standard_error: number;
  readonly lower: number;
  readonly upper: number;
}

interface TwoGroups {
  readonly levels: readonly string[];
  readonly n: readonly number[];
  readonly means: readonly number[];
  readonly sds: readonly number[];
  readonly welch: RTest;
  readonly pooled: RTest;
  readonly standardised_difference: number;
}

interface ManyGroups {
  readonly levels: readonly string[];
  readonly n: readonly number[];
  readonly means: readonly number[];
  readonly sds: readonly number[];
  readonly anova: { readonly df: readonly number[]; readonly f: number; readonly p: number };
  readonly welch: { readonly f: number; readonly df1: number; readonly df2: number; readonly p: number };
}

interface TwoShares {
  readonly groups: readonly string[];
  readonly levels: readonly string[];
  readonly counts: readonly (readonly number[])[];
  readonly standardised_difference: number;
}

const occupied = (sites: LocalSite[]) => sites.filter(({ rows }) => (rows as readonly unknown[]).length > 0);

function casesOf<E>(kind: string) {
  return goldenCases<E>("tables")
    .filter((one) => one.arguments["kind"] === kind)
    .map((one) => [one.name, one] as const);
}

function expectGroups(
  variable: ComparedNumber,
  expected: Pick<TwoGroups, "levels" | "n" | "means" | "sds">,
): void {
  expect(variable.groups.map(({ group }) => group)).toEqual(expected.levels);
  expect(variable.groups.map(({ n }) => n)).toEqual(expected.n);
  expectClose(
    variable.groups.map(({ mean }) => mean),
    expected.means,
  );
  expectClose(
    variable.groups.map(({ standardDeviation }) => standardDeviation),
    expected.sds,
  );
}

function expectT(test: ComparedNumber["test"], expected: RTest): void {
  if (test === null || !("difference" in test)) throw new Error("no t test");
  const { statistic, df, p, difference, standardError, lower, upper } = test;
  expectClose(
    { statistic, df, p, difference, standard_error: standardError, lower, upper },
    expected,
    1e-8,
    1e-8 * expected.standard_error,
  );
}

describe("two groups as R's t.test", () => {
  it.each(casesOf<TwoGroups>("two groups"))("%s", async (_name, { data, arguments: args, expected }) => {
    const question = { columns: [args["value"] as string], by: args["group"] as string };
    for (const parts of [1, 4]) {
      const federation = await localFederation(occupied(splitSites(goldenRows(data), parts, 7)));
      const welch = (await federation.run(tableOne, question)).variables[0] as ComparedNumber;
      expectGroups(welch, expected);
      expectT(welch.test, expected.welch);
      expectClose(welch.standardizedDifference?.pairs[0]?.value, expected.standardised_difference);
      const pooled = await federation.run(tableOne, { ...question, equalVariances: true });
      expectT((pooled.variables[0] as ComparedNumber).test, expected.pooled);
    }
  });
});

describe("groups as R's aov and oneway.test", () => {
  it.each(casesOf<ManyGroups>("many groups"))("%s", async (_name, { data, arguments: args, expected }) => {
    const question = { columns: [args["value"] as string], by: args["group"] as string };
    for (const parts of [1, 4]) {
      const federation = await localFederation(occupied(splitSites(goldenRows(data), parts, 7)));
      const variable = (await federation.run(tableOne, question)).variables[0] as ComparedNumber;
      expectGroups(variable, expected);
      // Of two groups Table 1 gives a t test; its square is F.
      if (expected.levels.length === 2) continue;
      const { f, df, p } = expected.anova;
      expectClose(
        { ...variable.test },
        { name: "ANOVA", statistic: f, df: df[0], denominatorDf: df[1], p },
        1e-8,
        1e-12,
      );
      const unequal = await federation.run(tableOne, { ...question, equalVariances: false });
      const welch = expected.welch;
      expectClose(
        { ...unequal.variables[0]?.test },
        { name: "Welch ANOVA", statistic: welch.f, df: welch.df1, denominatorDf: welch.df2, p: welch.p },
      );
    }
  });
});

describe("standardized differences of categories", () => {
  it.each(casesOf<TwoShares>("standardised difference"))(
    "%s",
    async (_name, { data, arguments: args, expected }) => {
      const column = args["value"] as string;
      for (const parts of [1, 4]) {
        const federation = await localFederation(occupied(splitSites(goldenRows(data), parts, 7)));
        const value = await federation.run(tableOne, {
          columns: [column],
          by: args["group"] as string,
          // A number of few values is a category when its levels are named.
          levels: { [column]: expected.levels },
        });
        const variable = value.variables[0] as ComparedCategory;
        expect(value.by?.levels).toEqual(expected.groups);
        expect(variable.groups.map(({ counts }) => counts)).toEqual(expected.counts);
        expectClose(variable.standardizedDifference?.pairs[0]?.value, expected.standardised_difference);
      }
    },
  );
});

interface Study {
  readonly by_treatment: {
    readonly numbers: readonly (TwoGroups & {
      readonly variable: string;
      readonly overall: { readonly n: number; readonly mean: number; readonly sd: number };
    })[];
    readonly categories: readonly {
      readonly variable: string;
      readonly counts: readonly (readonly number[])[];
      readonly column_percent: readonly (readonly number[])[];
      readonly chisq: { readonly statistic: number; readonly df: number; readonly p: number };
      readonly chisq_corrected: {
        readonly statistic: number;
        readonly df: number;
        readonly p: number;
      } | null;
      readonly standardised_difference: number;
    }[];
  };
}

describe("the breast cancer study", () => {
  const { numbers, categories } = (studyOfR() as Study).by_treatment;
  const columns = [...numbers, ...categories].map(({ variable }) => variable) as "age"[];

  it("has R's Table 1 by hormonal treatment, from eleven sites", async () => {
    const data = (await localFederation(hospitals("open"))).data(patients);
    const value = await data.run(tableOne, { columns, by: "hormon" });
    const pooled = await data.run(tableOne, { columns, by: "hormon", equalVariances: true, correct: false });
    for (const [i, expected] of numbers.entries()) {
      const variable = value.variables[i] as ComparedNumber;
      expect(variable.variable).toBe(expected.variable);
      expectGroups(variable, expected);
      const { n, mean, standardDeviation } = variable.overall;
      expectClose({ n, mean, sd: standardDeviation }, expected.overall);
      expectT(variable.test, expected.welch);
      expectT((pooled.variables[i] as ComparedNumber).test, expected.pooled);
      expectClose(variable.standardizedDifference?.pairs[0]?.value, expected.standardised_difference);
    }
    for (const [i, expected] of categories.entries()) {
      const variable = value.variables[numbers.length + i] as ComparedCategory;
      expect(variable.variable).toBe(expected.variable);
      expect(variable.levels.map((_, level) => variable.groups.map(({ counts }) => counts[level]))).toEqual(
        expected.counts,
      );
      expectClose(
        variable.levels.map((_, level) => variable.groups.map(({ shares }) => 100 * Number(shares[level]))),
        expected.column_percent,
      );
      const corrected = expected.chisq_corrected !== null;
      expectClose(
        { ...variable.test },
        { name: "χ²", ...(expected.chisq_corrected ?? expected.chisq), corrected },
      );
      const plain = pooled.variables[numbers.length + i] as ComparedCategory;
      expectClose({ ...plain.test }, { name: "χ²", ...expected.chisq, corrected: false });
      expectClose(variable.standardizedDifference?.largest, expected.standardised_difference);
    }
    expect(value.n).toBe(3668);
    const text = value.toText();
    for (const part of ["age (years)", "53.7 (12.6)", "1502 (48.7%)", "<0.001"]) expect(text).toContain(part);
  });

  it("gives bounds and refuses tests where a hospital's policy masks cells", async () => {
    const data = (await localFederation(hospitals("hospital"))).data(patients);
    const value = await data.run(tableOne, { columns: ["age", "size"], by: "hormon" });
    const [age, size] = value.variables;
    expect(age?.test).not.toBeNull();
    expect([size?.test, size?.standardizedDifference, size?.refused]).toEqual([null, null, null]);
    expect(size?.differenceRefused).toContain("refused: the standardized difference takes counts");
    const open = await (await localFederation(hospitals("open")))
      .data(patients)
      .run(tableOne, { columns: ["size"], by: "hormon" });
    const { statistic = 0, df = 0 } = open.variables[0]?.test ?? {};
    expect(size?.testBounds).toMatchObject({ df, corrected: false, significance: 0.05 });
    expect(size?.testBounds?.statistic.lower).toBeLessThan(statistic);
    expect(size?.testBounds?.statistic.upper).toBeGreaterThan(statistic);
    expect(size?.testBounds?.p.upper).toBeLessThan(0.05);
    expect(value.toText()).toMatch(/\d–\d/);
    expect(value.toText()).toMatch(/^SMD refused: the standardized difference takes counts.*\.$/m);
  });
});

const open = { policy: "open", reason: "made up for a test" } as const;

describe("hard cases", () => {
  it("shows a denominator's degrees of freedom where a test has them", async () => {
    const federation = await localFederation([
      { name: "a", rows: [..."aabbcc"].map((g, i) => ({ g, x: i, h: i % 2 })), ...open },
    ]);
    const columns = async (by: string) => {
      const { view } = await federation.run(tableOne, { columns: ["x"], by });
      return view.tables?.[1]?.columns.map(({ name }) => name);
    };
    expect(await columns("g")).toContain("denominator.df");
    expect(await columns("h")).not.toContain("denominator.df");
  });

  const run = async (rows: readonly Record<string, number | string | boolean | null>[], columns: string[]) =>
    (await localFederation([{ name: "a", rows, ...open }])).run(tableOne, { columns, by: "g" });

  it("has no tests of constants, single people and empty groups", async () => {
    const constant = await run(
      [1, 2, 3, 4].map((i) => ({ g: i < 3 ? "a" : "b", x: 5, y: i, z: i })),
      ["x"],
    );
    expect(constant.variables[0]?.test).toBeNull();
    const single = await run(
      [
        { g: "a", x: 1 },
        { g: "b", x: 2 },
        { g: "b", x: 4 },
      ],
      ["x"],
    );
    expect(single.variables[0]).toMatchObject({
      test: null,
      refused: "not estimable: a group has too few people",
    });
    expect(single.variables[0]?.standardizedDifference).toMatchObject({ largest: null, mean: null });
    const none = run(
      [1, 2, 3].map((x) => ({ g: null, x })),
      ["x"],
    );
    await expect(none).rejects.toMatchObject({ code: "DATA_EMPTY" });
  });

  it("separates groups completely without an infinite difference", async () => {
    const value = await run(
      ["a", "a", "b", "b"].map((g) => ({ g, x: g })),
      ["x"],
    );
    expect(value.variables[0]?.standardizedDifference?.pairs).toEqual([
      { first: "a", second: "b", value: null },
    ]);
  });

  it("loses no digits of how groups differ far from zero, as long as values lie apart", async () => {
    const testsAt = async (offset: number) => {
      const rows = Array.from({ length: 60 }, (_, i) => ({
        g: "ab"[i % 2] as string,
        h: "abc"[i % 3] as string,
        x: offset + ((i * 7) % 31),
      }));
      const federation = await localFederation(splitSites(rows, 3, 2));
      const two = await federation.run(tableOne, { columns: ["x"], by: "g" });
      const three = await federation.run(tableOne, { columns: ["x"], by: "h" });
      const [{ test: t, standardizedDifference }, { test: f }] = [two.variables[0], three.variables[0]] as [
        ComparedNumber,
        ComparedNumber,
      ];
      return [t?.statistic, t?.p, f?.statistic, f?.p, standardizedDifference?.largest];
    };
    const near = await testsAt(0);
    expectClose(await testsAt(1e9), near, 1e-13);
    // Sums keep 50 binary digits of the sizes of values.
    expectClose(await testsAt(1e6), near, 1e-8);
    const flat = [1, 2, 3, 4].map((i) => ({ g: i < 3 ? "a" : "b", x: 1e9 + 0.1 }));
    expect((await run(flat, ["x"])).variables[0]?.test).toBeNull();
  });

  it("compares three groups by pairs", async () => {
    const rows = [1, 2, 3, 4, 5, 7, 9, 9, 2].map((x, i) => ({ g: "abc"[i % 3] as string, x, f: x > 3 }));
    const value = await run(rows, ["x", "f"]);
    for (const { standardizedDifference } of value.variables) {
      const sizes =
        standardizedDifference?.pairs.map(({ value: one }) => Math.abs(Number(one ?? Number.NaN))) ?? [];
      expect(sizes).toHaveLength(3);
      expectClose(standardizedDifference?.largest, Math.max(...sizes));
      expectClose(standardizedDifference?.mean, sizes.reduce((a, b) => a + b, 0) / 3, 1e-14);
    }
    expect(value.variables[0]?.test?.name).toBe("ANOVA");
  });
});
