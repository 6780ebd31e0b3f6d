import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeBase32 } from "../../test/encode-base32.ts";
import { decodeBase32 } from "./base32.ts";

describe("base32 as vantage6 writes it", () => {
  it("has the values of RFC 4648, with ! for =", () => {
    expect(decodeBase32("MFRGG!!!")).toBe("abc");
    expect(decodeBase32("MZXW6YTBOI!!!!!!")).toBe("foobar");
    expect(decodeBase32("")).toBe("");
  });

  it("gives every text back", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(decodeBase32(encodeBase32(text))).toBe(text);
      }),
    );
  });

  it.each(["abc", "MFRGG", "MFRGG!!", "MFRGG1!!", "MFRGH!!!", "77777777"])("refuses %s", (text) => {
    expect(decodeBase32(text)).toBeUndefined();
  });
});
