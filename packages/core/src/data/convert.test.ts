import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asCategory, columnOf, plainOf } from "../../test/expressions.ts";
import type { ColumnData, ColumnType } from "../table/index.ts";
import { convertColumn, declareColumn } from "./convert.ts";
import { compare, cut, days, type Expression } from "./expression.ts";
import { expressionType } from "./typing.ts";

const numeric = columnOf("numeric", [1, 0, null, 1], []);
const yes = columnOf("boolean", [true, false, null, true], []);
const stage = columnOf("category", ["II", null, "I", "II"], ["II", "unused", "I"]);
const start = columnOf("date", [0, null], []);

describe("declareColumn", () => {
  it.each<[string, ColumnData, ColumnType, unknown]>([
    ["numbers from numbers", numeric, "numeric", [1, 0, null, 1]],
    ["numbers from booleans", yes, "numeric", [1, 0, null, 1]],
    ["booleans from booleans", yes, "boolean", [true, false, null, true]],
    ["booleans from 0 and 1", numeric, "boolean", [true, false, null, true]],
    ["categories from categories", stage, "category", ["II", null, "I", "II"]],
    ["categories from numbers", numeric, "category", ["1", "0", null, "1"]],
    ["categories from booleans", yes, "category", ["TRUE", "FALSE", null, "TRUE"]],
    ["dates from dates", start, "date", [0, null]],
  ])("reads %s", (_what, column, type, values) => {
    expect(plainOf(declareColumn(column, { type }, "x"))).toEqual(values);
  });

  it.each<[ColumnData, ColumnType]>([
    [stage, "numeric"],
    [start, "numeric"],
    [stage, "boolean"],
    [start, "boolean"],
    [start, "category"],
    [numeric, "date"],
    [yes, "date"],
    [stage, "date"],
  ])("refuses %o as %s, naming the column and its type", (column, type) => {
    expect(() => declareColumn(column, { type }, "x")).toThrow(
      expect.objectContaining({
        name: "DataError",
        code: "COLUMN_TYPE",
        message: expect.stringMatching(new RegExp(`^Column "x" at \\{site\\} is (a )?${column.type}, and `)),
      }),
    );
  });

  it("advises what can be done of a column of that type", () => {
    const advice = (column: ColumnData, type: ColumnType): string => {
      try {
        declareColumn(column, { type }, "x");
      } catch (error) {
        return (error as Error).message.replace(/^.*Name another column/, "");
      }
      return "";
    };
    expect(advice(start, "category")).toMatch(
      /^, or derive one with compare\(\), or with cut\(\) of days\(\) between two dates\./,
    );
    expect(advice(start, "numeric")).toMatch(/^, or derive one with days\(\) between two dates\./);
    expect(advice(stage, "boolean")).toMatch(/^, or derive one with compare\(\)\./);
    expect(advice(stage, "date")).toMatch(/^\./);
    const typeOf = (name: string): ColumnType => (name === "stage" ? "category" : "date");
    const derived: readonly [ColumnType, Expression][] = [
      ["boolean", compare("start", ">=", { date: "2020-01-01" })],
      ["category", cut(days("start", "end"), [30])],
      ["numeric", days("start", "end")],
      ["boolean", compare("stage", "==", "I")],
    ];
    for (const [type, { node }] of derived) expect(expressionType(node, typeOf)).toBe(type);
  });

  it("reads a column without any value as whatever it is declared", () => {
    const empty = columnOf("category", [null, null], []);
    for (const type of ["numeric", "boolean", "category", "date"] as const) {
      const read = declareColumn(empty, { type }, "x");
      expect(read.type).toBe(type);
      expect(plainOf(read)).toEqual([null, null]);
    }
  });

  it("puts levels in the declared order, or else in the order of their code points", () => {
    expect(asCategory(declareColumn(stage, { type: "category" }, "x")).levels).toEqual(["I", "II", "unused"]);
    const declared = declareColumn(stage, { type: "category", levels: ["III", "II", "I"] }, "x");
    expect(asCategory(declared).levels).toEqual(["III", "II", "I"]);
    expect(plainOf(declared)).toEqual(plainOf(stage));
  });

  it("refuses a value outside the declared levels, and names the column but not the value", () => {
    const secret = columnOf("category", ["I", "Kari Nordmann"], ["Kari Nordmann", "I"]);
    const read = () => declareColumn(secret, { type: "category", levels: ["I"] }, "stage");
    expect(read).toThrow('Column "stage" at {site} holds a level that its declaration does not have.');
    expect(read).not.toThrow("Kari");
    expect(() => declareColumn(columnOf("numeric", [0, 417], []), { type: "boolean" }, "x")).not.toThrow(
      "417",
    );
  });
});

describe("convertColumn", () => {
  it("writes numbers as JavaScript does, in their order, whichever way it goes about it", () => {
    // Whole numbers are looked up in a table; one fraction, or one number outside of it, takes another way.
    const whole = fc.integer({ min: 0, max: 65_535 });
    const any = fc.oneof(whole, fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));
    fc.assert(
      fc.property(fc.oneof(fc.array(fc.option(whole)), fc.array(fc.option(any))), (values) => {
        const { levels, codes } = asCategory(convertColumn(columnOf("numeric", values, []), "category", "x"));
        const present = values.filter((value) => value !== null);
        expect(levels).toEqual([...new Set(present)].sort((a, b) => a - b).map(String));
        expect(Array.from(codes, (code) => levels[code] ?? null)).toEqual(
          values.map((value) => (value === null ? null : String(value))),
        );
      }),
      { seed: 13, numRuns: 400 },
    );
  });
});
