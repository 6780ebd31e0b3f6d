import { expect, it } from "vitest";
import { parseFormula } from "./parse-formula.ts";
import { remembered, rememberedByValue } from "./remembered.ts";

it("reads the same formula once, and says again what is wrong with another", () => {
  expect(parseFormula("y ~ a * b")).toBe(parseFormula("y ~ a * b"));
  expect(parseFormula("y ~ a * b")).not.toEqual(parseFormula("y ~ a + b"));
  for (const _ of [1, 2]) expect(() => parseFormula("y ~ a +")).toThrow("[FORMULA_SYNTAX]");
});

it("forgets the text that was made first, so that no list of formulas fills the memory", () => {
  const made: string[] = [];
  const upper = rememberedByValue((text: string) => {
    made.push(text);
    return text.toUpperCase();
  });
  const texts = Array.from({ length: 40 }, (_, i) => `x${i}`);
  for (const text of texts) expect(upper(text)).toBe(text.toUpperCase());
  upper("x39");
  expect(made).toEqual(texts);
  upper("x0");
  expect(made).toHaveLength(41);
});

it("remembers what was made of an object, also where it is undefined", () => {
  let times = 0;
  const size = remembered((list: readonly number[]) => {
    times++;
    return list.length === 0 ? undefined : list.length;
  });
  const [empty, full] = [[], [1, 2]];
  expect([empty, full, empty, full].map(size)).toEqual([undefined, 2, undefined, 2]);
  expect(times).toBe(2);
});
