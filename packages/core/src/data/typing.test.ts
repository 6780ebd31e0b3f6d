import { describe, expect, it } from "vitest";
import { types } from "../../test/expressions.ts";
import {
  and,
  arithmetic,
  column,
  compare,
  cut,
  days,
  type Expression,
  isIn,
  isMissing,
  not,
  recode,
} from "./expression.ts";
import { expressionType } from "./typing.ts";

const typeOf = ({ node }: Expression) => expressionType(node, (name) => types[name]);
const wrongly = column<"boolean">("x");

describe("expressionType", () => {
  it.each<[string, Expression, string]>([
    ["days() of a number", days("x", "start"), 'days() needs two dates; "x" is numeric.'],
    ["days() to a category", days("start", "stage"), 'days() needs two dates; "stage" is a category.'],
    [
      "a difference of dates",
      arithmetic("end", "-", column("start")),
      '"-" needs two numbers; "end" is a date. Use days() for the time between two dates.',
    ],
    [
      "a sum with a category",
      arithmetic("x", "+", column("stage")),
      '"+" needs two numbers; "stage" is a category.',
    ],
    ["cut() of a date", cut("start", [1]), 'cut() needs a number; "start" is a date.'],
    [
      "recode() of a date",
      recode("start", {}, { others: "keep" }),
      'recode() needs a category, number or boolean; "start" is a date.',
    ],
    ["and() of a number", and(wrongly), 'and() needs yes/no expressions; "x" is numeric.'],
    ["not() of a number", not(wrongly), 'not() needs a yes/no expression; "x" is numeric.'],
    [
      "a number compared with text",
      compare("x", "==", "1"),
      '"==" compares two values of one type; "x" is numeric, the text "1" is a category. Write a number, without quotes.',
    ],
    [
      "a category compared with a number",
      compare("stage", "==", 1),
      '"==" compares two values of one type; "stage" is a category, 1 is numeric. Write the level as text, in quotes: "1".',
    ],
    [
      "a date compared with text",
      compare("start", ">", "2024-01-31"),
      '">" compares two values of one type; "start" is a date, the text "2024-01-31" is a category. Write a date as { date: "2024-01-31" }.',
    ],
    [
      "a boolean compared with a number",
      compare("p", "==", 1),
      '"==" compares two values of one type; "p" is boolean, 1 is numeric. Write true or false.',
    ],
    [
      "columns of two types",
      compare("x", "<", column("start")),
      '"<" compares two values of one type; "x" is numeric, "start" is a date.',
    ],
    [
      "the order of categories",
      compare("stage", "<", "III"),
      '"<" needs numbers or dates; "stage" is a category, which has no order. Use "==", "!=" or isIn().',
    ],
    [
      "the order of booleans",
      compare("p", ">=", false),
      '">=" needs numbers or dates; "p" is boolean, which has no order. Use "==" or "!=".',
    ],
    [
      "isIn() with a value of another type",
      isIn("stage", ["I", 2]),
      'isIn() needs values of one type; "stage" is a category, 2 is numeric. Write the level as text, in quotes: "1".',
    ],
    ["NaN", compare("x", "<", Number.NaN), "NaN cannot be in an expression: only finite numbers can."],
    [
      "a day that does not exist",
      compare("start", "<", { date: "2023-02-29" }),
      '"2023-02-29" is not a date like 2024-01-31.',
    ],
    [
      "a derived operand",
      days(arithmetic(arithmetic("x", "+", 1), "*", column("y")), "start"),
      'days() needs two dates; (… * "y") is numeric.',
    ],
    ["an operand inside isMissing()", isMissing(days("x", "y")), 'days() needs two dates; "x" is numeric.'],
  ])("refuses %s", (_what, expression, message) => {
    expect(() => typeOf(expression)).toThrow(
      expect.objectContaining({ code: "EXPRESSION_INVALID", message: `${message}  [EXPRESSION_INVALID]` }),
    );
  });

  it("says when there is no such column", () => {
    expect(() => typeOf(isMissing("weight"))).toThrow(expect.objectContaining({ code: "COLUMN_UNKNOWN" }));
  });

  it("lets a column of unknown type pass, and still sees what cannot be whatever its type", () => {
    const unknown = ({ node }: Expression) => expressionType(node, () => "any" as const);
    expect(unknown(column("a"))).toBe("any");
    expect(unknown(compare("a", ">", { date: "2024-01-31" }))).toBe("boolean");
    expect(() => unknown(isIn("a", [1, "I"]))).toThrow('1 is numeric, the text "I" is a category');
    expect(() => unknown(compare("a", "<", "b"))).toThrow("which has no order");
    expect(() => unknown(days("a", cut("b", [1])))).toThrow("cut() is a category");
  });
});
