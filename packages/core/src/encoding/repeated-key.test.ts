import fc from "fast-check";
import { expect, it } from "vitest";
import { repeatedKey } from "./repeated-key.ts";

it.each([
  ['{"minimumCell": 5, "minimumCell": 2}', "minimumCell"],
  ['{"a": {"b": 1}, "c": [{"b": 1}, {"b": 2, "\\u0062" : 3}]}', "b"],
  ['{"a": "\\"b\\": 1, \\"b\\": 2", "b": "{\\\\", "c": "}"}', undefined],
  ['["a", "a"]', undefined],
  ['"a"', undefined],
])("of %s is %s", (json, key) => {
  expect(repeatedKey(json)).toBe(key);
});

it("is none in what JSON.stringify writes", () => {
  fc.assert(fc.property(fc.json(), (json) => repeatedKey(json) === undefined));
});
