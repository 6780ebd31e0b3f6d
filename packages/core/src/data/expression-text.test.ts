import { describe, expect, it } from "vitest";
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
  or,
  recode,
} from "./expression.ts";
import { expressionText } from "./expression-text.ts";

const adult = compare("age", ">=", 20);
const written: readonly (readonly [Expression, string])[] = [
  [adult, "age >= 20"],
  [compare("my stage", "==", 'a "b"'), '`my stage` == "a \\"b\\""'],
  [compare("seen", "<", { date: "2024-01-01" }), "seen < 2024-01-01"],
  [compare("end", ">", column("start")), "end > start"],
  [isIn("grade", ["2", "3"]), 'grade in ["2", "3"]'],
  [isMissing("grade"), "grade is missing"],
  [not(isMissing("grade")), "grade is not missing"],
  [not(and(adult, isMissing("grade"))), "not (age >= 20 and grade is missing)"],
  [
    and(and(adult, isMissing("a")), or(adult, isMissing("b"))),
    "age >= 20 and a is missing and (age >= 20 or b is missing)",
  ],
  [compare(compare("a", "==", true), "==", false), "(a == true) == false"],
  [arithmetic(arithmetic("a", "+", 1), "/", column<"numeric">("b")), "(a + 1) / b"],
  [days("from", "to"), "days(from, to)"],
  [cut("age", [40, 60]), "cut(age, [40,60])"],
  [
    cut("age", [40], { labels: ["young", "old"], closed: "right" }),
    'cut(age, [40], labels: ["young","old"], closed: "right")',
  ],
  [recode("stage", { I: "early" }, { others: "keep" }), 'recode(stage, { "I": "early" }, others: "keep")'],
  [
    recode("stage", { I: "early" }, { others: { as: "late" } }),
    'recode(stage, { "I": "early" }, others: { as: "late" })',
  ],
];

describe("the text of an expression", () => {
  it.each(written)("%o reads %s", (expression, text) => {
    expect(expressionText(expression.node)).toBe(text);
  });
});
