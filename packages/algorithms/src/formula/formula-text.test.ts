import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formulaText, parseFormula } from "./index.ts";

const name = fc.oneof(
  fc.constantFrom(
    "x",
    "z",
    "g",
    "h",
    "age",
    ".5 y",
    "blood pressure",
    "a`b",
    "a\\b",
    "if",
    "..1",
    "Größe",
    "\n",
  ),
  fc.string({ minLength: 1 }).filter((text) => text !== "."),
);
const quoted = name.map((text) => `\`${text.replaceAll(/[\\`]/g, "\\$&")}\``);
const number = fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }).map(String);

const { arithmetic } = fc.letrec<{ arithmetic: string }>((tie) => ({
  arithmetic: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    quoted,
    number,
    fc
      .tuple(tie("arithmetic"), fc.constantFrom("+", "-", "*", "/", "^"), tie("arithmetic"))
      .map((parts) => parts.join(" ")),
    tie("arithmetic").map((inner) => `(${inner})`),
    tie("arithmetic").map((inner) => `-${inner}`),
    fc
      .tuple(fc.constantFrom("log", "log2", "log10", "log1p", "exp", "sqrt", "abs", "I"), tie("arithmetic"))
      .map(([call, inner]) => `${call}(${inner})`),
  ),
}));

const variable = fc.oneof(
  fc.constantFrom("x", "z", "g", "h", "b"),
  quoted,
  quoted.map((inner) => `factor(${inner})`),
  quoted.map((inner) => `strata(${inner}, as.factor(h))`),
  fc.tuple(quoted, arithmetic).map(([column, inner]) => `I(${column} + ${inner})`),
  fc.tuple(quoted, arithmetic).map(([column, inner]) => `I(${column} >= ${inner})`),
  fc.tuple(quoted, arithmetic).map(([column, inner]) => `offset(${column} - (${inner}))`),
);

const { terms } = fc.letrec<{ terms: string }>((tie) => ({
  terms: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    variable,
    fc.constantFrom("0", "1", "-1"),
    fc
      .tuple(tie("terms"), fc.constantFrom("+", "-", "*", "/", ":", "%in%"), tie("terms"))
      .map((parts) => parts.join(" ")),
    tie("terms").map((inner) => `(${inner})`),
    tie("terms").map((inner) => `(${inner})^2`),
  ),
}));

const response = fc.constantFrom(
  "",
  "outcome",
  "log(outcome + 1)",
  "Surv(days / 365.25, event == 1)",
  "I(y1 > 2)",
);

describe("the text of a formula", () => {
  it.each([
    ["y~x+log( z+1 )", "y ~ x + log(z + 1)"],
    ["~a*b-1", "~a + b + a:b - 1"],
    ["y ~ h:x + x", "y ~ h:x + x"],
    ["y ~ x + offset(log(n)) - z", "y ~ x + offset(log(n)) - z"],
    ["y ~ 0", "y ~ -1"],
    ["y ~ 1", "y ~ 1"],
    ["Surv(days,event==1)~strata(a,b)", "Surv(days, event == 1) ~ strata(a, b)"],
    ["y ~ a*b*c - a:b", "y ~ a + b + c + a:c + b:c + a:b:c"],
  ])("of %s", (text, canonical) => {
    expect(formulaText(parseFormula(text))).toBe(canonical);
  });

  it("is read as the same formula", () => {
    let read = 0;
    fc.assert(
      fc.property(response, terms, (left, right) => {
        const text = `${left} ~ ${right}`;
        let formula: ReturnType<typeof parseFormula>;
        try {
          formula = parseFormula(text);
        } catch {
          return;
        }
        read++;
        expect(parseFormula(formulaText(formula))).toEqual(formula);
        expect(JSON.parse(JSON.stringify(formula))).toEqual(formula);
      }),
      { numRuns: 2000 },
    );
    expect(read).toBeGreaterThan(500);
  });
});
