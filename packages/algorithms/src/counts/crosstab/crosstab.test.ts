import { isKonsilError } from "@konsil/core";
import { type LocalSite, localFederation } from "@konsil/sdk";
import { describe, expect, it } from "vitest";
import { hospitals, patients, studyOfR } from "../../../test/breast-cancer.ts";
import { expectClose } from "../../../test/close.ts";
import { goldenCases, goldenRows, splitSites } from "../../../test/goldens.ts";
import { crosstabStep } from "./crosstab.step.ts";
import { crosstab } from "./index.ts";

interface Test {
  readonly statistic: number;
  readonly df: number;
  readonly p: number;
}

interface Expected {
  readonly n: number;
  readonly dropped: number;
  readonly row_levels: readonly string[];
  readonly column_levels: readonly string[];
  readonly counts: readonly (readonly number[])[];
  readonly row_percent: readonly (readonly number[])[];
  readonly column_percent: readonly (readonly number[])[];
  readonly total_percent: readonly (readonly number[])[];
  readonly expected: readonly (readonly number[])[];
  readonly residuals: readonly (readonly number[])[];
  readonly standardised_residuals: readonly (readonly number[])[];
  readonly chisq: Test;
  readonly chisq_corrected: Test | null;
  readonly cramers_v: number;
  readonly fisher: {
    p: number;
    odds_ratio: number | null;
    lower: number | null;
    upper: number | null;
  } | null;
  readonly warnings: readonly string[];
}

const percent = (shares: readonly (readonly unknown[])[]) =>
  shares.map((row) => row.map((share) => 100 * Number(share)));
const occupied = (sites: LocalSite[]) => sites.filter(({ rows }) => (rows as readonly unknown[]).length > 0);

async function compare(
  run: (
    correct: boolean,
  ) => PromiseLike<import("./index.ts").CrosstabValue & { report: { warnings: readonly string[] } }>,
  expected: Expected,
): Promise<void> {
  const value = await run(false);
  const table = value.tables[0];
  if (table === undefined) throw new Error("no table");
  expect(value.n).toBe(expected.n);
  expect(value.missing).toBe(expected.dropped);
  expect([value.rows.levels, value.columns?.levels]).toEqual([expected.row_levels, expected.column_levels]);
  expect(table.counts).toEqual(expected.counts);
  expectClose(percent(table.rowShares), expected.row_percent);
  expectClose(percent(table.columnShares), expected.column_percent);
  expectClose(percent(table.shares), expected.total_percent);
  expectClose(table.expected, expected.expected);
  expectClose(table.residuals, expected.residuals, 1e-8, 1e-12);
  expectClose(table.standardizedResiduals, expected.standardised_residuals, 1e-8, 1e-12);
  expectClose({ ...table.chiSquared }, { ...expected.chisq, corrected: false });
  expectClose(table.cramersV, expected.cramers_v);
  expect(value.report.warnings.some((text) => text.includes("approximation"))).toBe(
    expected.warnings.length > 0,
  );
  if (expected.chisq_corrected !== null) {
    const corrected = await run(true);
    expectClose({ ...corrected.tables[0]?.chiSquared }, { ...expected.chisq_corrected, corrected: true });
    if (expected.fisher !== null) {
      const { fisher } = corrected.tables[0] ?? {};
      expectClose(fisher?.p, expected.fisher.p);
      // R stops its own search for these at a tolerance of 1e-4.
      expectClose(
        [fisher?.oddsRatio, fisher?.lower, fisher?.upper],
        [expected.fisher.odds_ratio, expected.fisher.lower, expected.fisher.upper],
        2e-4,
      );
    }
  }
}

describe("cross tables as R's chisq.test", () => {
  const cases = goldenCases<Expected>("tables").filter((one) => one.arguments["kind"] === "crosstab");
  it.each(cases.map((one) => [one.name, one] as const))("%s", async (_name, golden) => {
    const rows = goldenRows(golden.data);
    const [row, column] = [String(golden.arguments["row"]), String(golden.arguments["column"])];
    for (const parts of [1, 4]) {
      const federation = await localFederation(occupied(splitSites(rows, parts, 11)));
      await compare(
        (correct) => federation.run(crosstab, { rows: row, columns: column, correct, fisher: true }),
        golden.expected,
      );
    }
  });
});

interface Stratified {
  readonly rows: number;
  readonly n: number;
  readonly strata: readonly string[];
  readonly counts: readonly (readonly (readonly number[])[])[];
  readonly statistic: number;
  readonly df: number;
  readonly p: number;
  readonly corrected: { statistic: number; p: number } | null;
  readonly odds_ratio: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
}

describe("tables over strata as R's mantelhaen.test", () => {
  const cases = goldenCases<Stratified>("tables").filter(
    (one) => one.arguments["kind"] === "mantel-haenszel",
  );
  it.each(cases.map((one) => [one.name, one] as const))(
    "%s",
    async (_name, { data, arguments: args, expected }) => {
      const formula = `~ ${String(args["row"])} + ${String(args["column"])} + ${String(args["stratum"])}`;
      for (const parts of [1, 4]) {
        const federation = await localFederation(occupied(splitSites(goldenRows(data), parts, 5)));
        const plain = await federation.run(crosstab, { formula, correct: false });
        expect(plain.n).toBe(expected.n);
        expect(plain.by?.levels).toEqual(expected.strata);
        expect(plain.tables.map(({ counts }) => counts)).toEqual(expected.counts);
        const test = plain.mantelHaenszel;
        expectClose([test?.statistic, test?.df, test?.p], [expected.statistic, expected.df, expected.p]);
        const odds = test?.oddsRatio ?? null;
        expectClose(
          [odds?.estimate ?? null, odds?.lower ?? null, odds?.upper ?? null],
          [expected.odds_ratio, expected.lower, expected.upper],
        );
        if (expected.corrected !== null) {
          const { mantelHaenszel } = await federation.run(crosstab, { formula });
          expectClose(
            [mantelHaenszel?.statistic, mantelHaenszel?.p],
            [expected.corrected.statistic, expected.corrected.p],
          );
        }
      }
    },
  );
});

const study = studyOfR() as {
  readonly crosstabs: { readonly grade_by_hormon: Expected; readonly size_by_grade: Expected };
};

describe("the breast cancer study", () => {
  it("counts grade by hormonal treatment, and size by grade, at eleven sites", async () => {
    const data = (await localFederation(hospitals("open"))).data(patients);
    await compare(
      (correct) => data.run(crosstab, { rows: "grade", columns: "hormon", correct }),
      study.crosstabs.grade_by_hormon,
    );
    await compare(
      (correct) => data.run(crosstab, { rows: "size", columns: "grade", correct }),
      study.crosstabs.size_by_grade,
    );
  });

  it("gives intervals and refuses tests where a hospital's policy masks cells", async () => {
    const data = (await localFederation(hospitals("hospital"))).data(patients);
    const value = await data.run(crosstab, { rows: "size", columns: "hormon", by: "menopause" });
    const [table] = value.tables;
    expect(value.mantelHaenszelRefused).toContain("refused: the Cochran–Mantel–Haenszel test takes counts");
    expect([table?.chiSquared, table?.expected, table?.cramersV, table?.fisher]).toEqual([
      null,
      null,
      null,
      null,
    ]);
    const open = await (await localFederation(hospitals("open")))
      .data(patients)
      .run(crosstab, { rows: "size", columns: "hormon", by: "menopause" });
    const truth = open.tables[0]?.counts.flat() as number[];
    const shares = open.tables[0]?.rowShares.flat() as number[];
    let masked = 0;
    for (const [i, count] of (table?.counts.flat() ?? []).entries()) {
      const bounds = typeof count === "number" ? { lower: count, upper: count } : count;
      if (typeof count !== "number") masked++;
      expect(bounds.lower).toBeLessThanOrEqual(truth[i] as number);
      expect(bounds.upper).toBeGreaterThanOrEqual(truth[i] as number);
      const share = table?.rowShares.flat()[i] ?? null;
      const within =
        typeof share === "number" || share === null ? { lower: share ?? 0, upper: share ?? 1 } : share;
      expect(within.lower).toBeLessThanOrEqual(shares[i] as number);
      expect(within.upper).toBeGreaterThanOrEqual(shares[i] as number);
    }
    expect(masked).toBeGreaterThan(0);
    expect(value.toText()).toContain("Mantel–Haenszel: refused");
    expect(value.toHTML()).toContain("<table");
    expect(value.toSVG()).toContain("<svg");
  });
});

describe("a masked number", () => {
  const table = (cells: readonly (readonly number[])[]) =>
    cells.flatMap((row, i) =>
      row.flatMap((people, j) =>
        Array.from({ length: people }, () => ({ g: "xy"[i] as string, h: "uv"[j] as string })),
      ),
    );

  it("leaves every answer as it is, pooled ones too, whatever it is", async () => {
    const sites = (few: number): LocalSite[] => [
      {
        name: "a",
        rows: table([
          [few, 40 - few],
          [60 - few, 80 + few],
        ]),
      },
      {
        name: "b",
        rows: table([
          [30, 40],
          [50, 60],
        ]),
      },
      {
        name: "c",
        rows: table([
          [0, 25],
          [35, 3],
        ]),
      },
    ];
    const answers = [];
    for (const few of [1, 2, 3, 4]) {
      const federation = await localFederation(sites(few));
      const both = await federation.run(crosstab, { rows: "g", columns: "h" });
      const one = await federation.run(crosstab, { rows: "g" });
      const used = both.report.sites.map(({ rows }) => rows);
      answers.push(JSON.stringify([both.tables, both.n, both.missing, used, one.tables]));
    }
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toContain("lower");
  });
});

describe("hard cases", () => {
  const open = { policy: "open", reason: "made up for a test" } as const;
  const federation = () =>
    localFederation([
      {
        name: "a",
        rows: [
          { g: "x", h: "u" },
          { g: "x", h: null },
          { g: null, h: "v" },
        ],
        ...open,
      },
      {
        name: "b",
        rows: [
          { g: "y", h: "v" },
          { g: null, h: null },
          { g: "(missing)", h: "v" },
        ],
        ...open,
      },
    ]);

  it("counts missing values by variable, or as a level", async () => {
    const sites = await federation();
    const without = await sites.run(crosstab, { rows: "g", columns: "h" });
    expect([without.n, without.missing, without.rows.missing, without.columns?.missing]).toEqual([
      3, 3, 2, 2,
    ]);
    const value = await sites.run(crosstab, { formula: "~ g + h", missing: "level" });
    expect([value.n, value.missing, value.rows.missing, value.columns?.missing]).toEqual([6, 0, 2, 2]);
    expect(value.rows.levels).toEqual(["(missing)", "x", "y", "((missing))"]);
    expect(value.columns?.levels).toEqual(["u", "v", "(missing)"]);
    expect(value.tables[0]?.counts).toEqual([
      [0, 1, 0],
      [1, 0, 1],
      [0, 1, 0],
      [0, 1, 1],
    ]);
  });

  it("names each of its numbers by variable and level, for a steward who reads them", () => {
    const variables = [
      { name: "grade", levels: ["1", "2"], others: "refuse" as const },
      { name: "hormon", levels: ["no"], others: "refuse" as const },
    ];
    expect(crosstabStep.dimensions({ variables, missingLevel: false })).toEqual({
      first: ["grade=1", "grade=2"],
      second: ["hormon=no"],
      third: [""],
      pattern: ["without grade", "without hormon", "without grade and hormon"],
    });
    expect(crosstabStep.dimensions({ variables, missingLevel: true })).toMatchObject({
      second: ["hormon=no", "without hormon"],
    });
  });

  it("makes a table of one variable", async () => {
    const value = await (await federation()).run(crosstab, { rows: "h" });
    expect(value.columns).toBeNull();
    expect(value.tables[0]?.counts).toEqual([[1], [3]]);
    expect(value.tables[0]?.columnShares).toEqual([[0.25], [0.75]]);
    expect(value.tables[0]?.chiSquared).toBeNull();
    expect(value.toText()).toContain("3 (75.0%)");
  });

  it("does not test what does not vary", async () => {
    const one = await localFederation([
      {
        name: "a",
        rows: [
          { g: "x", h: "u" },
          { g: "x", h: "v" },
        ],
        ...open,
      },
    ]);
    const value = await one.run(crosstab, { rows: "g", columns: "h" });
    expect(value.tables[0]?.chiSquared).toBeNull();
    expect(value.tables[0]?.refused).toMatch(/^not estimable/);
  });

  it("refuses wrong arguments with a typed error", async () => {
    const sites = await federation();
    const code = async (args: unknown): Promise<string> => {
      try {
        await sites.run(crosstab, args as { rows: string });
        return "none";
      } catch (error) {
        return isKonsilError(error) ? error.code : "defect";
      }
    };
    expect(await code({})).toBe("ARGUMENT_INVALID");
    expect(await code({ rows: "g", formula: "~ g" })).toBe("ARGUMENT_INVALID");
    expect(await code({ rows: "g", columns: "g" })).toBe("ARGUMENT_INVALID");
    expect(await code({ rows: "g", by: "h" })).toBe("ARGUMENT_INVALID");
    expect(await code({ rows: "g", row: "h" })).toBe("ARGUMENT_UNKNOWN");
    expect(await code({ formula: "g ~ h" })).toBe("FORMULA_SYNTAX");
    expect(await code({ formula: "~ g * h" })).toBe("FORMULA_UNSUPPORTED");
    expect(await code({ formula: "~ g + g" })).toBe("FORMULA_VARIABLE");
    expect(await code({ rows: "g", columns: "k" })).toBe("COLUMN_UNKNOWN");
    expect(await code({ rows: "g", levels: { g: ["x", "z"] } })).toBe("LEVEL_UNKNOWN");
    expect(await code({ rows: "g", levels: { h: ["u"] } })).toBe("ARGUMENT_INVALID");
    expect(await code({ rows: "g", levels: { g: ["x", "x"] } })).toBe("ARGUMENT_INVALID");
  });

  it("takes the order of levels, and leaves other rows out", async () => {
    const value = await (await federation()).run(crosstab, {
      rows: "g",
      columns: "h",
      levels: { g: ["y", "x"] },
    });
    expect(value.tables[0]?.counts).toEqual([
      [0, 1],
      [1, 0],
    ]);
    expect(value.missing).toBe(4);
  });

  it("calls no row complete that lacks a variable", async () => {
    const { missing, report } = await (await federation()).run(crosstab, { rows: "g", columns: "h" });
    expect(missing).toBeGreaterThan(0);
    const used = report.sites.map(({ rows }) => [rows?.selected, rows?.used]);
    expect(used.every(([selected, all]) => selected === all)).toBe(true);
    const text = report.toText();
    expect(text).not.toContain("Complete");
    expect(text).toMatch(/After the filter +Used/);
    expect(text.replaceAll(/\s+/g, " ")).toContain("people who lack a variable of a table");
  });
});
