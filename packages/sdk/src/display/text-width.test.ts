import fc from "fast-check";
import { expect, it } from "vitest";
import { textWidth, wrapText } from "./text-width.ts";

it("measures as Helvetica does", () => {
  // Sums of Adobe's widths: H 722, a 556, m 833, b 556, u 556, r 333, g 556; five digits of 556.
  expect(textWidth("Hamburg", 10)).toBeCloseTo(41.12, 6);
  expect(textWidth("12345", 12)).toBeCloseTo(33.36, 6);
  expect(textWidth("Kraków", 10)).toBe(textWidth("Krakow", 10));
  expect(textWidth("東京", 10)).toBe(20);
});

it("breaks between words, within words that are too long, and marks what is cut", () => {
  expect(wrapText("numbers at risk", 50, 12)).toEqual(["numbers", "at risk"]);
  expect(wrapText("Donaudampfschiff", 50, 12).join("")).toBe("Donaudampfschiff");
  expect(wrapText("one two three four", 40, 12, { lines: 1 })).toEqual(
    ["one t…"].map(() => expect.stringMatching(/^one.*…$/)),
  );
  expect(wrapText("", 50, 12)).toEqual([""]);
});

it("loses nothing and fits", () => {
  const words = fc.array(
    fc.string({ minLength: 1, maxLength: 20 }).map((word) => word.replaceAll(" ", "_")),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(
      words,
      fc.integer({ min: 20, max: 200 }),
      fc.integer({ min: 1, max: 4 }),
      (list, width, most) => {
        const text = list.join(" ");
        const lines = wrapText(text, width, 12);
        expect(lines.join("").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
        const limited = wrapText(text, width, 12, { lines: most });
        expect(limited.length).toBeLessThanOrEqual(most);
        for (const line of [...lines, ...limited]) expect(textWidth(line, 12)).toBeLessThanOrEqual(width);
        if (lines.length > most) expect(limited.at(-1)).toMatch(/…$/);
      },
    ),
  );
});
