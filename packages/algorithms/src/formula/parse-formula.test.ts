import { isKonsilError } from "@konsil/core";
import { describe, expect, it } from "vitest";
import { parseFormula, termLabels } from "./index.ts";

function messageOf(text: string): string {
  try {
    parseFormula(text);
  } catch (error) {
    if (isKonsilError(error)) return error.message;
    throw error;
  }
  throw new Error(`${text} was read`);
}

// All as R 4.2.2 has them: attr(terms(…), "term.labels").
describe("terms are those of R's terms.formula", () => {
  it.each([
    ["y ~ 1:x", []],
    ["y ~ (1 + x) * z", ["x", "z", "x:z"]],
    ["y ~ x * offset(z)", ["x"]],
    ["y ~ x:offset(z)", []],
    ["y ~ (a + b) %in% c", ["a:c", "b:c"]],
    ["y ~ a %in% (b + c)", ["a:b:c"]],
    ["y ~ a/b/c", ["a", "a:b", "a:b:c"]],
    ["y ~ (a + b)/c", ["a", "b", "a:b:c"]],
    ["y ~ a/(b + c)", ["a", "a:b", "a:c"]],
    ["y ~ (a + b:c + d)^2", ["a", "d", "a:d", "b:c", "a:b:c", "b:c:d"]],
    ["y ~ a:b:c + b", ["b", "a:b:c"]],
    ["y ~ c + b:a", ["c", "b:a"]],
    ["y ~ b:a + a:b", ["b:a"]],
    ["y ~ a + b - (a - b)", ["b"]],
    ["y ~ a - (b - b)", ["a"]],
    ["y ~ x^2 + z", ["x", "z"]],
    ["y ~ x %in% z * g", ["g", "x:z", "x:z:g"]],
    [
      "y ~ I(x*100000) + I(x+123456) + I(1e-5 * x) + I(0.0001*x) + I(x*2L) + I(2^-x) + I(x--1)",
      ["I(x * 1e+05)", "I(x + 123456)", "I(1e-05 * x)", "I(1e-04 * x)", "I(x * 2)", "I(2^-x)", "I(x - -1)"],
    ],
    ["y ~ `a\\`b` + `if` + .x", ["`a\\`b`", "`if`", ".x"]],
  ])("%s", (text, labels) => {
    expect(termLabels(parseFormula(text))).toEqual(labels);
  });

  it.each([
    ["y ~ x - (1 + x)", false],
    ["y ~ x - (0 + z)", true],
    ["y ~ a - -1", true],
    ["y ~ -1 + a + 1", true],
    ["y ~ 1 + (a - 1)", false],
    ["y ~ a * b - 1 + 0", false],
    ["y ~ 0:b", false],
  ])("%s: has an intercept, %s", (text, intercept) => {
    expect(parseFormula(text).intercept).toBe(intercept);
  });

  it("keeps an offset that is subtracted, and a column that is", () => {
    const formula = parseFormula("y ~ x + z + offset(w) - z - offset(w)");
    expect(formula.offsets.map(({ text }) => text)).toEqual(["w"]);
    expect(formula.removed.map(({ text }) => text)).toEqual(["z"]);
  });
});

describe("an error shows where it is", () => {
  it.each([
    ["", "The formula is empty", ""],
    ["y", 'no "~"', "y "],
    ["y a ~ x", "operator", "y a"],
    ["y ~ a ~ b", 'second "~"', "y ~ a ~"],
    ["y ~ age + * grade", "is missing", "y ~ age + *"],
    ["y ~ (a + b", 'needs ")"', "y ~ (a + b "],
    ["y ~ age $ 2", '"$"', "y ~ age $"],
    ["y ~ `a", "backquotes", "y ~ `"],
    ["y ~ log(x, base = 2)", "no names", "y ~ log(x, base ="],
    ["y ~ I(g == 'a')", "quotation mark", "y ~ I(g == '"],
    ["y ~ x + TRUE", "word of R", "y ~ x + T"],
    ["y ~ I(1e999 * x)", "too large", "y ~ I(1"],
    ["y ~ age + lgo(x)", 'Did you mean "log"?', "y ~ age + l"],
    ["y ~ age + .", "names of the columns", "y ~ age + ."],
    ["y ~ age + I(a, b)", "one argument", "y ~ age + I"],
    ["y ~ age + I()", "one argument", "y ~ age + I"],
    ["y ~ age + 3", "not a term", "y ~ age + 3"],
    ["y ~ (a + b)^0", "power", "y ~ (a + b)^"],
    ["y ~ a + b > c", "I(age > 50)", "y ~ a + b >"],
    ["y ~ x + factor(log(z))", "one column", "y ~ x + factor(l"],
    ["y ~ strata(a, b > 1)", "names of columns", "y ~ strata(a, b >"],
    ["y ~ x + Surv(a, b)", "left of the ~", "y ~ x + S"],
    ["Surv(start, stop, event) ~ x", "delayed entry comes in a later version", "S"],
    ["Surv(time, log(event)) ~ x", "second argument", "Surv(time, l"],
    ["cbind(a, b) ~ x", "cbind", "c"],
    ["strata(y) ~ x", "cannot be the outcome", "s"],
    ["y ~ x + z:y", "is a term as well", "y ~ x + z:y"],
    ["y ~ x - a * b", "is a term as well", null],
    ["y ~ -a * b", "to the left of *", "y ~ -"],
  ])("%s", (text, says, upTo) => {
    if (upTo === null) {
      expect(termLabels(parseFormula(text))).toEqual(["x"]);
      return;
    }
    const message = messageOf(text);
    expect(message).toContain(says);
    const [, shown = "", caret = ""] = message.split("\n");
    expect(shown).toBe(`  ${text}`);
    expect(caret.indexOf("^")).toBe(2 + Math.max(0, upTo.length - 1));
  });

  it("shows a long formula around the place", () => {
    const message = messageOf(`y ~ ${"age + ".repeat(100)}* grade${" + age".repeat(100)}`);
    const [, shown = "", caret = ""] = message.split("\n");
    expect(shown.length).toBeLessThan(130);
    expect(shown[caret.indexOf("^")]).toBe("*");
  });

  it.each([
    ["long", "y ~ ".padEnd(10_001, "x")],
    ["deep", `y ~ ${"(".repeat(5000)}x`],
    ["of many signs", `y ~ ${"-".repeat(5000)}x`],
    ["of many operators", `y ~ ${"x + ".repeat(2000)}x`],
    ["of many terms", `y ~ ${Array.from({ length: 30 }, (_, i) => `x${i}`).join(" * ")}`],
    ["of many terms by powers", `y ~ (${Array.from({ length: 60 }, (_, i) => `x${i}`).join("+")})^8`],
  ])("refuses a formula that is too %s", (_, text) => {
    expect(messageOf(text)).toMatch(/\[FORMULA_/);
  });

  it("reads a sum of 1000 columns", () => {
    expect(
      parseFormula(`y ~ ${Array.from({ length: 1000 }, (_, i) => `x${i}`).join(" + ")}`).terms,
    ).toHaveLength(1000);
  });
});
