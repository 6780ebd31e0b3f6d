import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  asCategory,
  columnOf,
  expressions,
  oracle,
  type Plain,
  plainOf,
  samples,
  types,
} from "../../test/expressions.ts";
import type { ColumnData, ColumnType } from "../table/index.ts";
import { evaluate } from "./evaluate.ts";
import {
  and,
  arithmetic,
  column,
  compare,
  cut,
  type ExpressionNode,
  isMissing,
  not,
  or,
  recode,
} from "./expression.ts";
import { LinearExpressions } from "./linear-expressions.ts";
import { referencedColumns } from "./referenced-columns.ts";
import { expressionType } from "./typing.ts";

/** To 12 digits, since the order of a sum is not as written; -0 is no other number than 0. */
const shown = (value: Plain): Plain =>
  typeof value === "number" ? Number(value.toPrecision(12)) + 0 : value;

/** Its value, unless numbers of too different size are added. */
function evaluated(...given: Parameters<typeof evaluate>): ColumnData {
  try {
    return evaluate(...given);
  } catch (error) {
    fc.pre(!String(error).includes("would lose digits"));
    throw error;
  }
}

describe("evaluate", () => {
  it.each<ColumnType>(["numeric", "boolean", "category", "date"])(
    "gives what its definition gives, row by row: %s",
    (type) => {
      fc.assert(
        fc.property(samples, expressions(type, 3), ({ rows, plain, columns }, node) => {
          const result = evaluated(node, columns, rows);
          expect(result.type).toBe(type);
          const expected = Array.from({ length: rows }, (_, i) =>
            oracle(node, (name) => plain[name]?.[i] ?? null),
          );
          expect(plainOf(result).map(shown)).toEqual(expected.map(shown));
        }),
        { numRuns: 1500, seed: 20_260_712 },
      );
    },
  );

  it("does not let a constant take up the digits of a column, wherever it is added and taken away", () => {
    const ages = [31, 44, 57, 60, 61, 83];
    const columns = (): ColumnData => ({ type: "numeric", values: Float64Array.from(ages) });
    const far = 2 ** 59 + 2 ** 58;
    const moved = arithmetic(arithmetic("age", "+", 64), "+", far);
    const back = arithmetic(moved, "-", far);
    const of = (node: ExpressionNode, sums?: LinearExpressions) =>
      plainOf(evaluate(node, columns, ages.length, sums));
    // 64 is lost where the constants are put together, and no age is.
    expect(of(back.node)).toEqual(ages);
    const derived = new LinearExpressions((name) => (name === "moved" ? moved.node : undefined));
    expect(of(arithmetic("moved", "-", far).node, derived)).toEqual(ages);
    const least = Number.MIN_VALUE;
    expect(of(arithmetic(arithmetic("age", "*", least), "/", least).node)).toEqual(ages);
    const digits = expect.objectContaining({
      code: "EXPRESSION_INVALID",
      message: expect.stringContaining("lose digits"),
    });
    for (const node of [moved, arithmetic("age", "*", least), arithmetic("age", "+", 1e6)])
      expect(() => of(node.node)).toThrow(digits);
    for (const by of [-60, 1, 0.5, -1900])
      expect(of(arithmetic("age", "+", by).node)).toEqual(ages.map((age) => age + by));
  });

  it("rounds a sum once, whatever large parts undo each other in it", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 20, max: 100 }), { minLength: 3, maxLength: 20 }),
        fc.constantFrom(7, 0.1, 1 / 365.25),
        (ages, by) => {
          fc.pre(new Set(ages).size > 2);
          const columns = (name: string): ColumnData => ({
            type: "numeric",
            values: Float64Array.from(ages, (age) => (name === "age" ? age : 1)),
          });
          const part = arithmetic("age", "*", by);
          const large = arithmetic("one", "*", 2 ** 20);
          const node = arithmetic(arithmetic(large, "+", part), "-", 2 ** 20).node;
          const size = Math.max(...ages) * by;
          for (const [i, value] of plainOf(evaluate(node, columns, ages.length)).entries())
            expect(Math.abs((value as number) - (ages[i] as number) * by)).toBeLessThanOrEqual(
              size * 2 ** -52,
            );
        },
      ),
      { seed: 3 },
    );
  });

  it("gives the type that was foretold, distinct levels, and reads only the columns that it names", () => {
    fc.assert(
      fc.property(samples, expressions("category", 3), ({ rows, columns }, node) => {
        const read = new Set<string>();
        const result = evaluated(
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
