import { expect, it } from "vitest";
import { jsonFault } from "./json-fault.ts";

const faultOf = (text: string): string => {
  try {
    JSON.parse(text);
    return "none";
  } catch (thrown) {
    return jsonFault(text, thrown);
  }
};

it.each([
  ["", "It is empty."],
  ["days,event\n1,0", 'It does not begin with "{", as a file of settings does.'],
  ['{\n "a": [1, 2,],\n "b": 1 }', "Line 2: leave out the comma before the bracket that closes."],
  ['{\n "a": 1,\n}', "Line 2: leave out the comma before the bracket that closes."],
  ['{ "a": ",]",\n // why\n "b": 1 }', "Line 2: JSON has no comments: leave them out."],
  ["{ 'a': 1 }", 'Line 1: names and text stand in straight double quotes: "name".'],
  ["{ \u201ca\u201d: 1 }", 'Line 1: names and text stand in straight double quotes: "name".'],
  ['{ "a": 1,\n b: 2 }', 'Line 1: names stand in double quotes: "name".'],
  ['{\n "a": 1\n "b": 2 }', "Line 2: a comma is missing at the end of the line."],
  ['{ "a": 1', "It ends too early: a bracket or a quotation mark is not closed."],
])("%j: %s", (text, words) => {
  expect(faultOf(text)).toBe(words);
});

it("says what the parser says of any other fault", () => {
  expect(faultOf('{ "a": 01 }')).not.toBe("none");
  expect(faultOf('{ "a": 01 }')).toMatch(/JSON/);
});
