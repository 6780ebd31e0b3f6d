import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expressions } from "../../test/expressions.ts";
import { decodeJson, encodeJson } from "../encoding/index.ts";
import type { ColumnType } from "../table/index.ts";
import type { ExpressionNode } from "./expression.ts";
import { expressionSchema } from "./expression-schema.ts";

const x: ExpressionNode = { op: "column", name: "x" };
const nested = (depth: number): unknown => {
  let node: unknown = x;
  for (let i = 1; i < depth; i++) node = { op: "not", of: node };
  return node;
};
const copies = (length: number, value: unknown): unknown => Array.from({ length }, () => value);
/** As long as a list can say that it is, in no memory. */
const holes: unknown[] = [];
holes.length = 2 ** 32 - 1;
const accepts = (written: unknown): boolean => expressionSchema.safeParse(written).success;

const cyclic: { op: string; of: unknown } = { op: "not", of: null };
cyclic.of = cyclic;
const inherited: { op: string; of: unknown } = { op: "not", of: null };
inherited.of = Object.create(inherited);
const cyclicList: unknown[] = [];
cyclicList.push(cyclicList);
let doubling: unknown = x;
for (let i = 0; i < 30; i++) doubling = { op: "and", of: [doubling, doubling] };

describe("expressionSchema", () => {
  it("takes every expression that can be written, as JSON brings it back", () => {
    fc.assert(
      fc.property(
        fc.constantFrom<ColumnType>("numeric", "boolean", "category", "date").chain((t) => expressions(t, 3)),
        (node) => {
          expect(expressionSchema.parse(decodeJson(encodeJson(node)))).toEqual(node);
        },
      ),
      { seed: 3 },
    );
  });

  it.each<[string, unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["text", "age > 5"],
    ["a list", [x]],
    ["an operator that does not exist", { op: "sql", text: "DROP TABLE" }],
    ["an operator that objects have", { op: "constructor", of: x }],
    ["an operator that is no text", { op: { toString: () => "not" }, of: x }],
    ["an unknown key", { op: "column", name: "x", type: "numeric" }],
    ["a missing key", { op: "days", from: x }],
    ["a key __proto__", JSON.parse('{"op":"column","name":"x","__proto__":{"op":"not"}}')],
    [
      "a key __proto__ deep inside",
      JSON.parse('{"op":"literal","value":{"date":"2024-01-31","__proto__":1}}'),
    ],
    ["only a prototype", Object.create(x)],
    ["an infinite number", { op: "literal", value: Infinity }],
    ["not a number", { op: "literal", value: Number.NaN }],
    ["null as a literal", { op: "literal", value: null }],
    ["a day that does not exist", { op: "literal", value: { date: "2023-02-29" } }],
    ["a time of day", { op: "literal", value: { date: "2023-02-28T00:00:00Z" } }],
    ["a long name", { op: "column", name: "x".repeat(1001) }],
    ["equal cut points", { op: "cut", of: x, at: [1, 1], labels: ["a", "b", "c"], closed: "left" }],
    ["falling cut points", { op: "cut", of: x, at: [2, 1], labels: ["a", "b", "c"], closed: "left" }],
    ["too few labels", { op: "cut", of: x, at: [1, 2], labels: ["a", "b"], closed: "left" }],
    ["equal labels", { op: "cut", of: x, at: [1], labels: ["a", "a"], closed: "left" }],
    ["recode of unequal lengths", { op: "recode", of: x, from: ["a"], to: [], others: "missing" }],
    [
      "recode of one level twice",
      { op: "recode", of: x, from: ["a", "a"], to: ["b", "c"], others: "missing" },
    ],
    ["recode without a word on others", { op: "recode", of: x, from: ["a"], to: ["b"] }],
    ["a cycle", cyclic],
    ["a cycle of what is inherited", inherited.of],
    ["a cycle of lists", { op: "and", of: cyclicList }],
    ["a few objects that unfold to a billion", doubling],
    ["a nesting of a million", nested(1_000_000)],
    ["a nesting one deeper than permitted", nested(33)],
    ["a list of a million", { op: "in", of: x, values: copies(1_000_000, 1) }],
    ["a list of four billion holes", { op: "in", of: x, values: holes }],
    ["a list one longer than permitted", { op: "in", of: x, values: copies(1001, 1) }],
    ["very many parts", { op: "and", of: copies(900, { op: "and", of: [x, x] }) }],
  ])("refuses %s, quickly", (_what, written) => {
    const began = performance.now();
    expect(accepts(written)).toBe(false);
    expect(performance.now() - began).toBeLessThan(1000);
  });

  it("takes what is as deep and as long as permitted", () => {
    expect(accepts(nested(32))).toBe(true);
    expect(accepts({ op: "in", of: x, values: copies(1000, 1) })).toBe(true);
  });

  it("never throws, whatever it is given", () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withSparseArray: true }), (value) => {
        expect(typeof accepts(value)).toBe("boolean");
        expect(typeof accepts({ op: "and", of: value })).toBe("boolean");
        expect(typeof accepts({ op: "in", of: x, values: value })).toBe("boolean");
      }),
      { seed: 5, numRuns: 500 },
    );
  });
});
