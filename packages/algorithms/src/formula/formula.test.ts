import { isKonsilError } from "@konsil/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type GoldenRow, goldenCases, goldenRows } from "../../test/goldens.ts";
import {
  columnNames,
  designColumns,
  type Formula,
  fillDesign,
  formulaVariables,
  parseFormula,
  strataLabels,
  termLabels,
  type VariableInfo,
} from "./index.ts";

interface Expected {
  readonly terms: readonly string[];
  readonly rows: readonly number[];
  readonly response?: readonly number[];
  readonly intercept?: boolean;
  readonly columns: readonly string[];
  readonly assign: readonly number[];
  readonly matrix: readonly (readonly number[])[];
  readonly offset: readonly number[] | null;
  readonly strata?: readonly string[] | null;
}

/** The rows that R used, as a step's table would have them. */
function tableOf(
  formula: Formula,
  rows: readonly GoldenRow[],
  used: readonly number[],
  levels: Readonly<Record<string, readonly string[]>> = {},
) {
  const { all, factors } = formulaVariables(formula);
  const complete = used.map((row) => ({ row: rows[row - 1] as GoldenRow }));
  const infos: Record<string, VariableInfo> = {};
  for (const name of all) {
    const values = complete.map(({ row }) => row[name]);
    const text = values.some((value) => typeof value === "string");
    const logical = values.every((value) => typeof value === "boolean");
    if (logical) infos[name] = { type: "boolean" };
    else if (text || factors.includes(name)) {
      const found = [...new Set(values.map(String))].sort((a, b) =>
        text ? (a < b ? -1 : 1) : Number(a) - Number(b),
      );
      infos[name] = { type: "category", levels: levels[name] ?? found };
    } else infos[name] = { type: "numeric" };
  }
  const names = columnNames(formula, infos);
  const codesOf = (name: string): Int32Array => {
    const info = infos[name];
    const order = info?.type === "category" ? info.levels : ["FALSE", "TRUE"];
    return Int32Array.from(complete, ({ row }) =>
      order.indexOf(typeof row[name] === "boolean" ? String(row[name]).toUpperCase() : String(row[name])),
    );
  };
  const table = {
    rows: complete.length,
    numbers: names.numbers.map((name) => Float64Array.from(complete, ({ row }) => Number(row[name]))),
    categories: names.categories.map((name) => ({ codes: codesOf(name), levels: [] })),
  };
  return { infos, table };
}

describe("a formula gives R's design", () => {
  it.each(goldenCases<Expected>("formula").map((one) => [one.name, one] as const))(
    "%s",
    (name, { data, arguments: args, expected }) => {
      const formula = parseFormula(args["formula"] as string);
      const cox = name.startsWith("coxph");
      const { infos, table } = tableOf(
        formula,
        goldenRows(data),
        expected.rows,
        args["levels"] as Record<string, string[]> | undefined,
      );
      const filled = fillDesign(formula, infos, table, { cox });
      expect(filled.design.names).toEqual(expected.columns);
      expect(filled.design).toEqual(designColumns(formula, infos, { cox }));
      if (!cox) expect(filled.design.assign).toEqual(expected.assign);
      const flat = expected.matrix.flat();
      expect(filled.matrix).toHaveLength(flat.length);
      for (const [at, value] of flat.entries()) expect(filled.matrix[at]).toBeCloseTo(value, 12);
      if (expected.offset == null) expect(filled.offset).toBeNull();
      else
        for (const [at, value] of expected.offset.entries())
          expect(filled.offset?.[at]).toBeCloseTo(value, 12);
      if (expected.strata != null) {
        const labels = strataLabels(formula, infos);
        expect([...(filled.strata?.codes ?? [])].map((code) => labels[code])).toEqual(
          expected.strata.map((label) => label.trimEnd()),
        );
      }
    },
  );
});

describe("reading a formula", () => {
  it.each([
    ["y ~ a*b*c", ["a", "b", "c", "a:b", "a:c", "b:c", "a:b:c"]],
    ["y ~ (a + b + c)^2 - a:b", ["a", "b", "c", "a:c", "b:c"]],
    ["y ~ a/b", ["a", "a:b"]],
    ["y ~ b:a + a", ["a", "b:a"]],
    ["y ~ `blood pressure` + log( x+1 )", ["`blood pressure`", "log(x + 1)"]],
    ["y ~ I(-x^2) + I((x - 1)/2)", ["I(-x^2)", "I((x - 1)/2)"]],
  ])("expands %s as R does", (text, labels) => {
    expect(termLabels(parseFormula(text))).toEqual(labels.map((label) => label));
  });

  it.each([
    ["y a", "FORMULA_SYNTAX"],
    ["y ~ a +", "FORMULA_SYNTAX"],
    ["y ~ (a", "FORMULA_SYNTAX"],
    ["y ~ a b", "FORMULA_SYNTAX"],
    ["y ~ a & b", "FORMULA_SYNTAX"],
    ["y ~ a > b", "FORMULA_UNSUPPORTED"],
    ["Surv(a) ~ x", "FORMULA_UNSUPPORTED"],
    ["Surv(a > 1, b) ~ x", "FORMULA_UNSUPPORTED"],
    ["y ~ .", "FORMULA_UNSUPPORTED"],
    ["y ~ poly(x, 2)", "FORMULA_UNSUPPORTED"],
    ["y ~ lgo(x)", "FORMULA_UNSUPPORTED"],
    ["Surv(a, b, c) ~ x", "FORMULA_UNSUPPORTED"],
    ["cbind(a, b) ~ x", "FORMULA_UNSUPPORTED"],
    ["y ~ x + 3", "FORMULA_UNSUPPORTED"],
    ["y ~ Surv(a, b)", "FORMULA_VARIABLE"],
    [`y ~ ${"(".repeat(500)}x`, "FORMULA_SYNTAX"],
  ])("says what is wrong with %s", (text, code) => {
    expect(() => parseFormula(text)).toThrow(expect.objectContaining({ code }));
  });

  it("shows the place", () => {
    expect(() => parseFormula("y ~ age + * grade")).toThrow(/\n {2}y ~ age \+ \* grade\n {12}\^/);
    expect(() => parseFormula("y ~ lgo(x)")).toThrow('Did you mean "log"?');
  });

  it("reads any text as a formula or as a typed error", () => {
    const token = fc.constantFrom(
      "y",
      "~",
      "+",
      "-",
      "*",
      ":",
      "^",
      "(",
      ")",
      "2",
      "log",
      "I",
      "factor",
      "Surv",
      ",",
      " ",
      "`",
      ".",
      "%in%",
      "strata",
      "/",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(token, { maxLength: 25 }).map((tokens) => tokens.join("")),
          fc.string(),
        ),
        (text) => {
          try {
            parseFormula(text);
          } catch (error) {
            expect(isKonsilError(error)).toBe(true);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});
