import { isKonsilError } from "@konsil/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type GoldenRow, goldenCases, goldenRows } from "../../test/goldens.ts";
import {
  columnNames,
  designColumns,
  type Formula,
  fillDesign,
  fillValue,
  formulaVariables,
  modelTerms,
  parseFormula,
  strataLabels,
  termLabels,
  type VariableInfo,
} from "./index.ts";

interface Expected {
  readonly terms: readonly string[];
  readonly order?: readonly number[];
  readonly rows: readonly number[];
  readonly response?: readonly number[];
  readonly intercept?: boolean;
  readonly columns: readonly string[];
  readonly assign: readonly number[];
  readonly matrix: readonly (readonly number[])[];
  readonly offset: readonly number[] | null;
  readonly strata?: readonly string[] | null;
}

/** To 1e-15 of its size. */
function expectClose(actual: number | undefined, expected: number): void {
  expect(Math.abs((actual ?? Number.NaN) - expected)).toBeLessThanOrEqual(1e-15 * Math.abs(expected));
}

/** Rows, from 1, in which no column of a formula is missing. */
function completeRows(formula: Formula, rows: readonly GoldenRow[]): readonly number[] {
  const { all } = formulaVariables(formula);
  return rows.map((_, i) => i + 1).filter((row) => all.every((name) => rows[row - 1]?.[name] !== null));
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
      // R takes the root of a negative number for missing; here it is an error.
      if (name !== "model.matrix: y ~ sqrt(x)")
        expect(completeRows(formula, goldenRows(data))).toEqual(expected.rows);
      if (formula.response?.kind === "value" && expected.response !== undefined) {
        const outcome = formula.response.variable.columns.map((column) =>
          Float64Array.from(expected.rows, (row) => Number(goldenRows(data)[row - 1]?.[column])),
        );
        const values = fillValue(formula.response, { rows: expected.rows.length, outcome });
        for (const [at, value] of expected.response.entries()) expectClose(values[at], value);
      }
      expect(filled.design.names).toEqual(expected.columns);
      expect(filled.design).toEqual(designColumns(formula, infos, { cox }));
      expect(filled.design.assign).toEqual(expected.assign);
      const terms = modelTerms(formula);
      expect(terms.labels).toEqual(expected.terms);
      if (expected.order !== undefined) expect(terms.order).toEqual(expected.order);
      if (expected.intercept !== undefined) expect(terms.intercept).toBe(expected.intercept);
      const flat = expected.matrix.flat();
      expect(filled.matrix).toHaveLength(flat.length);
      for (const [at, value] of flat.entries()) expectClose(filled.matrix[at], value);
      if (expected.offset == null) expect(filled.offset).toBeNull();
      else for (const [at, value] of expected.offset.entries()) expectClose(filled.offset?.[at], value);
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
    expect(() => parseFormula("y ~ cut(age, c(50, 65))")).toThrow("A formula compares: I(age >= 65).");
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
          fc.string({ unit: "binary" }).map((text) => `y ~ ${text}`),
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
