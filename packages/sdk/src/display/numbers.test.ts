import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  alignDecimals,
  formatCell,
  formatDuration,
  formatEstimate,
  formatInteger,
  formatNumber,
  formatP,
  formatPercent,
} from "./numbers.ts";

describe("numbers", () => {
  it("have significant digits and no others", () => {
    expect([0, 1, 0.5, 1.084, 0.0305919, 12.34, 123.4].map((value) => formatNumber(value))).toEqual([
      "0",
      "1.00",
      "0.500",
      "1.08",
      "0.0306",
      "12.3",
      "123",
    ]);
    expect(formatNumber(9.996)).toBe("10.0");
    expect(formatNumber(0.00012345, 2)).toBe("0.00012");
  });

  it("never lose whole digits, and are grouped from five on", () => {
    expect(formatNumber(4033.4)).toBe("4033");
    expect(formatNumber(1234567.8)).toBe("1\u202f234\u202f568");
    expect(formatInteger(12811)).toBe("12\u202f811");
    expect(formatInteger(2982)).toBe("2982");
  });

  it("have a real minus sign, and none at zero", () => {
    expect(formatNumber(-4.738)).toBe("−4.74");
    expect(formatPercent(-0.00001)).toBe("0.0%");
  });

  it("are written with a power of ten where they are very large or very small", () => {
    expect(formatNumber(1.5e-9)).toBe("1.50×10⁻⁹");
    expect(formatNumber(-2.34e18)).toBe("−2.34×10¹⁸");
  });

  it("are a dash where there is none", () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expect([formatNumber(value), formatP(value), formatPercent(value)]).toEqual(["–", "–", "–"]);
    }
    expect(formatCell(null)).toBe("–");
    expect(formatCell(undefined, "integer")).toBe("–");
  });

  it("show an amount that is not whole as it is, even where counts are expected", () => {
    expect(formatInteger(2.5)).toBe("2.50000");
  });

  it("are close to what they say", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-12, max: 1e18, noNaN: true }),
        fc.integer({ min: 1, max: 8 }),
        (value, digits) => {
          const text = formatNumber(value, digits).replaceAll("\u202f", "");
          const [mantissa = "", power = ""] = text.split("×10");
          const exponent = [...power]
            .map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(digit))
            .filter((digit) => digit >= 0);
          const sign = power.startsWith("⁻") ? -1 : 1;
          const read = Number(mantissa) * 10 ** (sign * Number(exponent.join("") || 0));
          expect(Math.abs(read - value) / value).toBeLessThanOrEqual(0.5 * 10 ** (1 - digits) * (1 + 1e-9));
        },
      ),
    );
  });
});

it("p values say less than 0.001 rather than a number that nobody can trust", () => {
  expect([0, 0.00099, 0.001, 0.0041, 0.0499, 0.1, 0.24, 0.9899, 0.995, 1].map(formatP)).toEqual([
    "<0.001",
    "<0.001",
    "0.001",
    "0.004",
    "0.050",
    "0.10",
    "0.24",
    "0.99",
    ">0.99",
    ">0.99",
  ]);
});

it("an estimate and its ends have one precision", () => {
  expect(formatEstimate(1.612, 1.163, 2.234)).toBe("1.61 (1.16–2.23)");
  expect(formatEstimate(0.1001, 0.08, 0.125)).toBe("0.10 (0.08–0.13)");
  expect(formatEstimate(0.0123, 0.0101, 0.0144)).toBe("0.0123 (0.0101–0.0144)");
  expect(formatEstimate(12.34, 8.01, 19.2)).toBe("12.3 (8.0–19.2)");
  expect(formatEstimate(-0.42, -0.81, -0.03)).toBe("−0.42 (−0.81 to −0.03)");
  expect(formatEstimate(0, -1.5, 1.5)).toBe("0.00 (−1.50 to 1.50)");
  expect(formatEstimate(2.5, 0.0004, null)).toBe("2.50 (0.00040–NE)");
  expect(formatEstimate(2.96, 0.31, 51.2)).toBe("2.96 (0.31–51.2)");
  expect(formatEstimate(3.2e9, 0, null)).toBe("3\u202f200\u202f000\u202f000 (0–NE)");
});

it("intervals are written as intervals", () => {
  expect(formatCell({ lower: 1, upper: 4 }, "integer")).toBe("1–4");
  expect(formatCell({ lower: 1, upper: 4 })).toBe("1–4");
  expect(formatCell({ lower: 12, upper: 12 }, "integer")).toBe("12");
  expect(formatCell({ lower: 0.1234, upper: 0.2 }, "percent")).toBe("12.3–20.0%");
  expect(formatCell({ lower: 0.61, upper: 1 }, "interval")).toBe("0.610–1.00");
  expect(formatCell({ lower: -1, upper: 2 }, "interval")).toBe("−1.00 to 2.00");
  expect(formatCell({ lower: 4033, upper: null }, "integer")).toBe("4033–NE");
  expect(formatCell({ lower: null, upper: null }, "interval")).toBe("–");
});

it("times have the decimals that they have, and no more than are asked for", () => {
  expect([350, 350.5, 12_000, 5, 0, -2.5].map((time) => formatCell(time, "time", 1))).toEqual([
    "350",
    "350.5",
    "12\u202f000",
    "5",
    "0",
    "−2.5",
  ]);
  expect([2.34567, 2.3001, 363.27].map((time) => formatCell(time, "time"))).toEqual([
    "2.346",
    "2.3",
    "363.27",
  ]);
  expect(formatCell(363.27, "time", 0)).toBe("363");
  expect(formatCell({ lower: 43, upper: null }, "time", 1)).toBe("43–NE");
  expect(formatCell({ lower: 930, upper: 930 }, "time")).toBe("930–930");
});

it("words stay words", () => {
  expect([formatCell("grade 3", "number"), formatCell(true), formatCell(false)]).toEqual([
    "grade 3",
    "yes",
    "no",
  ]);
});

it("durations become minutes", () => {
  expect([0.04, 3.21, 45.3, 89, 90, 700].map(formatDuration)).toEqual([
    "0.04 s",
    "3.2 s",
    "45 s",
    "89 s",
    "1.5 min",
    "12 min",
  ]);
});

it("decimal points stand under each other", () => {
  const padded = alignDecimals(["1.08", "12.3", "–", "<0.001", "12\u202f811", "1.2–3.4"], {
    point: "p",
    digit: "d",
  });
  expect(padded).toEqual(["1.08d", "12.3dd", "–pddd", "<0.001", "12\u202f811pddd", "1.2–3.4pddd"]);
});
