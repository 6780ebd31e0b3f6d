import { describe, expect, it } from "vitest";
import { chiSquaredCdf } from "./chi-squared.ts";
import { fCdf } from "./f-distribution.ts";
import { logBeta } from "./log-beta.ts";
import { normalCdf, normalQuantile } from "./normal.ts";
import { studentTCdf, studentTQuantile } from "./student-t.ts";

/** Relative. Expected values are from 40-digit arithmetic (mpmath: series, continued fractions, quadrature). */
function expectClose(actual: number, expected: number): void {
  expect(Math.abs(actual - expected) / (Math.abs(expected) || 1)).toBeLessThanOrEqual(1e-12);
}

describe("beyond the golden values", () => {
  it.each([
    [0.5, 0.5, 1.1447298858494002],
    [1, 1, 0],
    [0.01, 1e7, 4.438298922027439],
    [3, 12, -6.9957661563048505],
    [9.5, 10.5, -13.709925546998463],
    [0.25, 5e6, -2.568214574151516],
    [15, 20, -24.049722172259504],
    [1e6, 2e6, -1909548.290968533],
    [1e-10, 5, 23.025850929732123],
    [1, 1e15, -34.538776394910684],
    [500, 500, -694.9887224857134],
  ])("log B(%d, %d)", (a, b, expected) => {
    expectClose(logBeta(a, b), expected);
    expect(logBeta(b, a)).toBe(logBeta(a, b));
  });

  it("χ² with ten million degrees of freedom", () => {
    expectClose(chiSquaredCdf(9910557.280900009, 1e7), 8.288739127834344e-90);
    expectClose(chiSquaredCdf(9999552.7864045, 1e7), 0.4602307458104816);
    expectClose(chiSquaredCdf(10000447.2135955, 1e7, { tail: "upper" }), 0.4601135809101616);
    expectClose(chiSquaredCdf(10089442.719099991, 1e7, { tail: "upper" }), 9.002678610605421e-89);
  });

  it("F with up to ten million degrees of freedom", () => {
    expectClose(fCdf(0.99, 1e6, 1e6), 2.515116108530788e-7);
    expectClose(fCdf(0.999, 1e6, 1e6), 0.3084495168788154);
    expectClose(fCdf(0.98, 2e5, 1e7), 1.4476268454933144e-10);
  });

  it("t with ten million degrees of freedom", () => {
    expectClose(studentTCdf(1, 1e7, { tail: "upper" }), 0.15865526602999297);
    expectClose(studentTCdf(6, 1e7, { tail: "upper" }), 9.866213666838918e-10);
    expectClose(studentTCdf(30, 1e7, { tail: "upper" }), 5.007306845408218e-198);
  });

  it("finds back what it came from, with probabilities as logarithms that no double holds", () => {
    const far = { tail: "upper", log: true } as const;
    for (const logP of [-0.1, -1, -30, -700, -2000]) {
      expectClose(normalCdf(normalQuantile(logP, far), far), logP);
      expectClose(studentTCdf(studentTQuantile(logP, 12, far), 12, far), logP);
    }
  });

  it("reaches the limits", () => {
    expect(studentTCdf(1.5, Infinity)).toBe(normalCdf(1.5));
    expect(studentTQuantile(0.975, Infinity)).toBe(normalQuantile(0.975));
    expect(fCdf(1.5, 3, Infinity)).toBe(chiSquaredCdf(4.5, 3));
    expectClose(fCdf(1.5, Infinity, 4), chiSquaredCdf(4 / 1.5, 4, { tail: "upper" }));
    expect(normalQuantile(0)).toBe(-Infinity);
    expect(normalQuantile(0, { tail: "upper" })).toBe(Infinity);
    expect(studentTQuantile(0, 3)).toBe(-Infinity);
    expect(studentTQuantile(0.5, 3)).toBe(0);
    expect(studentTCdf(Infinity, 3)).toBe(1);
    expect(studentTCdf(-1e200, 3)).toBe(0);
  });

  it("is not a number where there is none", () => {
    expect(normalQuantile(1.1)).toBeNaN();
    expect(normalQuantile(0.1, { log: true })).toBeNaN();
    expect(studentTCdf(1, 0)).toBeNaN();
    expect(studentTQuantile(Number.NaN, 3)).toBeNaN();
    expect(chiSquaredCdf(1, -1)).toBeNaN();
    expect(fCdf(Number.NaN, 1, 1)).toBeNaN();
  });
});
