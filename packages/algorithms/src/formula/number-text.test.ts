import fc from "fast-check";
import { expect, it } from "vitest";
import { numberText } from "./number-text.ts";

// By R 4.2.2's deparse.
it.each([
  [0, "0"],
  [1, "1"],
  [100, "100"],
  [1e5, "1e+05"],
  [123456, "123456"],
  [1200000, "1200000"],
  [1e15, "1e+15"],
  [123456789012, "123456789012"],
  [2 ** 53, "9007199254740992"],
  [0.1, "0.1"],
  [0.001, "0.001"],
  [1e-4, "1e-04"],
  [0.00012, "0.00012"],
  [1e-5, "1e-05"],
  [365.25, "365.25"],
  [100000.5, "100000.5"],
  [1e300, "1e+300"],
  [1e-300, "1e-300"],
])("prints %d as %s", (value, text) => {
  expect(numberText(value)).toBe(text);
});

it("loses no digit", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }), (value) => {
      expect(Number(numberText(value))).toBe(Math.abs(value));
    }),
  );
});
