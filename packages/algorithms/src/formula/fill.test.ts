import { DataError } from "@konsil/core";
import { describe, expect, it } from "vitest";
import {
  designColumns,
  fillDesign,
  fillValue,
  parseFormula,
  strataLabels,
  valueColumns,
  variableRoles,
} from "./index.ts";

const infos = {
  x: { type: "numeric" },
  z: { type: "numeric" },
  g: { type: "category", levels: ["b", "a"] },
  k: { type: "category", levels: ["1", "2"] },
  h: { type: "category", levels: ["u", "v"] },
} as const;

const table = (...numbers: readonly (readonly number[])[]) => ({
  rows: numbers[0]?.length ?? 0,
  numbers: numbers.map((values) => Float64Array.from(values)),
  categories: [],
});

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe("what is not finite", () => {
  it.each([
    ["y ~ log(x)", table([1, 0]), "log(x)"],
    ["y ~ sqrt(x)", table([4, -12345.5]), "sqrt(x)"],
    ["y ~ I(1/x)", table([1, 0]), "I(1/x)"],
    ["y ~ exp(x)", table([1, 800]), "exp(x)"],
    ["y ~ x:z", table([1, 1e200], [1, 1e200]), "x:z"],
    ["y ~ offset(log(x))", table([1, 0]), "log(x)"],
  ])("is an error in %s that names the term and no value", (text, given, named) => {
    const error = thrownBy(() => fillDesign(parseFormula(text), infos, given));
    expect(error).toBeInstanceOf(DataError);
    expect(String(error)).toContain(`"${named}"`);
    expect(String(error)).not.toMatch(/12345|800|1e\+?200/);
  });

  it("is an error in the outcome", () => {
    const { response } = parseFormula("log(y) ~ 1");
    if (response?.kind !== "value") throw new Error("no value");
    expect(valueColumns(response).outcome.map(({ name }) => name)).toEqual(["y"]);
    expect(() => fillValue(response, { rows: 1, outcome: [Float64Array.of(0)] })).toThrow('"log(y)"');
  });

  it("is not looked for in a category", () => {
    const { response } = parseFormula("factor(y) ~ 1");
    if (response?.kind !== "value") throw new Error("no value");
    expect(() => valueColumns(response)).toThrow("FORMULA_VARIABLE");
  });
});

describe("coding", () => {
  it("has the levels in the order that it is told", () => {
    expect(designColumns(parseFormula("y ~ g"), infos).names).toEqual(["(Intercept)", "ga"]);
  });

  it("does not take a number for a category because factor() is beside it", () => {
    expect(() => designColumns(parseFormula("y ~ k + factor(k)"), infos)).toThrow("Write I(k)");
    expect(() => designColumns(parseFormula("y ~ g + strata(g)"), infos)).not.toThrow();
    expect(designColumns(parseFormula("y ~ I(k) + factor(k)"), infos).names).toEqual([
      "(Intercept)",
      "I(k)",
      "factor(k)2",
    ]);
  });

  it("says so when a category has one level or nothing is known of a column", () => {
    const one = { g: { type: "category", levels: ["b"] } } as const;
    expect(() => designColumns(parseFormula("y ~ g"), one)).toThrow('only the level "b"');
    expect(() => designColumns(parseFormula("y ~ constructor"), {})).toThrow("FORMULA_VARIABLE");
  });

  // By survival 3.5-3.
  it.each([
    ["strata(k)", ["k=1", "k=2"]],
    ["strata(factor(k))", ["1", "2"]],
    ["strata(h)", ["u", "v"]],
    ["strata(h, g)", ["u, b", "u, a", "v, b", "v, a"]],
    ["strata(h, k)", ["h=u, k=1", "h=u, k=2", "h=v, k=1", "h=v, k=2"]],
    ["strata(factor(k), h)", ["1, u", "1, v", "2, u", "2, v"]],
    ["strata(h) + strata(k)", ["u, k=1", "u, k=2", "v, k=1", "v, k=2"]],
  ])("names the strata of %s as R does", (text, labels) => {
    expect(strataLabels(parseFormula(`Surv(days, event) ~ ${text}`), infos)).toEqual(labels);
  });
});

it("says what each column is for", () => {
  const formula = parseFormula("Surv(days, event) ~ log(x) * g + strata(h) + offset(z) - k");
  expect(variableRoles(formula)).toEqual([
    { name: "days", role: "time" },
    { name: "event", role: "event" },
    { name: "x", role: "term" },
    { name: "g", role: "term" },
    { name: "h", role: "strata" },
    { name: "k", role: "term" },
    { name: "z", role: "offset" },
  ]);
});
