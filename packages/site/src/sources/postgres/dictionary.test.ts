import { byCodePoint } from "@konsil/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Dictionary } from "./dictionary.ts";

test("levels come in the order of code points, and codes still mean the same text", () => {
  const texts = fc.array(
    fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("\u{1f3e5}", "\uffee", "a")),
  );
  fc.assert(
    fc.property(texts, (cells) => {
      const dictionary = new Dictionary();
      const codes = Int32Array.from([-1, ...cells.map((cell) => dictionary.codeOf(cell))]);
      const levels = dictionary.sort(codes);
      expect([...codes].map((code) => levels[code])).toEqual([undefined, ...cells]);
      expect(levels).toEqual([...new Set(cells)].sort(byCodePoint));
    }),
  );
});
