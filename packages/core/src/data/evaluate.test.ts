import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  asCategory,
  columnOf,
  expressions,
  oracle,
  plainOf,
  samples,
  types,
} from "../../test/expressions.ts";
import type { ColumnData, ColumnType } from "../table/index.ts";
import { evaluate } from "./evaluate.ts";
import { and, arithmetic, column, compare, cut, isMissing, not, or, recode } from "./expression.ts";
import { referencedColumns } from "./referenced-columns.ts";
import { expressionType } from "./typing.ts";

describe("evaluate", () => {
  it.each<ColumnType>(["numeric", "boolean", "category", "date"])(
    "gives what its definition gives, row by row: %s",
    (type) => {
      fc.assert(
        fc.property(samples, expressions(type, 3), ({ rows, plain, columns }, node) => {
          const result = evaluate(node, columns, rows);
          expect(result.type).toBe(type);
          const expected = Array.from({ length: rows }, (_, i) =>
            oracle(node, (name) => plain[name]?.[i] ?? null),
          );
          // A sum of zeros may be -0, which is no other number.
          expect(plainOf(result).map((v) => (v === 0 ? 0 : v))).toEqual(
            expected.map((v) => (v === 0 ? 0 : v)),
          );
        }),
        { numRuns: 1500, seed: 20_260_712 },
      );
    },
  );

  it("gives the type that was foretold, distinct levels, and reads only the columns that it names", () => {
    fc.assert(
      fc.property(samples, expressions("category", 3), ({ rows, columns }, node) => {
        const read = new Set<string>();
        const result = evaluate(
          node,
          (name) => {
            read.add(name);
            return columns(name);
          },
          rows,
        );
        expect(result.type).toBe(expressionType(node, (name) => types[name]));
        const { levels, codes } = asCategory(result);
        expect(new Set(levels).size).toBe(levels.length);
        for (const code of codes) expect(code).toBeLessThan(levels.length);
        expect([...read].sort()).toEqual([...referencedColumns(node)].sort());
      }),
      { seed: 7 },
    );
  });

  const data: Readonly<Record<string, ColumnData>> = {
    age: columnOf("numeric", [39.5, 40, 60, null], []),
    stage: columnOf("category", ["II", null, "IV", "I"], ["I", "IV", "II"]),
    p: columnOf("boolean", [true, false, null, null], []),
  };
  const run = (node: Parameters<typeof evaluate>[0]): ColumnData =>
    evaluate(node, (name) => data[name] as ColumnData, 4);

  it("cuts with a point in the range above it, or below it, and keeps the labels' order and empty ranges", () => {
    const left = asCategory(run(cut("age", [40, 60, 80]).node));
    expect(left.levels).toEqual(["<40", "40–<60", "60–<80", "≥80"]);
    expect([...left.codes]).toEqual([0, 1, 2, -1]);
    expect([...asCategory(run(cut("age", [40, 60], { closed: "right" }).node)).codes]).toEqual([0, 0, 1, -1]);
  });

  it("recodes, with the new names in the order in which they are written and what is left over last", () => {
    const { levels, codes } = asCategory(
      run(recode("stage", { IV: "late", II: "early", I: "early" }, { others: "missing" }).node),
    );
    expect(levels).toEqual(["late", "early"]);
    expect([...codes]).toEqual([1, -1, 0, 1]);
    const rest = asCategory(run(recode("stage", { IV: "late" }, { others: { as: "other" } }).node));
    expect(rest.levels).toEqual(["late", "other"]);
    expect([...rest.codes]).toEqual([1, -1, 0, 1]);
    const kept = asCategory(run(recode("stage", { IV: "late" }, { others: "keep" }).node));
    expect(kept.levels[0]).toBe("late");
    expect(plainOf(kept)).toEqual(["II", null, "late", "I"]);
    expect(plainOf(run(recode("age", { "40": "forty" }, { others: "keep" }).node))).toContain("forty");
    expect(plainOf(run(recode("age", { "40": "forty" }, { others: "missing" }).node))).toEqual([
      null,
      "forty",
      null,
      null,
    ]);
    expect(plainOf(run(recode("p", { TRUE: "yes", FALSE: "no" }, { others: "error" }).node))).toEqual([
      "yes",
      "no",
      null,
      null,
    ]);
  });

  it("does not recode without a word on the levels that are not listed", () => {
    const loosely = recode as (of: string, names: object, options?: unknown) => unknown;
    const told = /what becomes of levels that it does not list.*\[EXPRESSION_INVALID\]/;
    expect(() => loosely("stage", { I: "early" })).toThrow(told);
    expect(() => loosely("stage", { I: "early" }, "late")).toThrow(told);
  });

  it("makes a division by zero and an overflow missing", () => {
    expect(plainOf(run(arithmetic("age", "/", 0).node))).toEqual([null, null, null, null]);
    expect(plainOf(run(arithmetic(arithmetic("age", "*", 1e308), "*", 10).node))).toEqual(
      Array(4).fill(null),
    );
  });

  it("lets false decide and(), true decide or(), and never has isMissing() missing", () => {
    const no = compare("age", "<", 0);
    const p = column<"boolean">("p");
    expect(plainOf(run(and(p, no).node))).toEqual([false, false, false, null]);
    expect(plainOf(run(or(p, not(no)).node))).toEqual([true, true, true, null]);
    expect(plainOf(run(isMissing(p).node))).toEqual([false, false, true, true]);
    expect(plainOf(run(and().node))).toEqual([true, true, true, true]);
    expect(plainOf(run(or().node))).toEqual([false, false, false, false]);
  });

  it("refuses types that do not fit, saying where, before it computes", () => {
    expect(() => run(arithmetic("stage", "+", 1).node)).toThrow(
      '"+" needs two numbers; "stage" is a category at {site}.  [EXPRESSION_INVALID]',
    );
  });
});
