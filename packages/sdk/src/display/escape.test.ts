import fc from "fast-check";
import { expect, it } from "vitest";
import { parse } from "../../test/display/markup.ts";
import { escapeMarkup, plainText } from "./escape.ts";

it("writes what markup would read as its own", () => {
  expect(escapeMarkup(`<a href="x" id='y'>&amp;`)).toBe(
    "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;",
  );
});

it("shows what would not show as itself", () => {
  expect(plainText("\u001b[31mred\u001b[0m")).toBe("\ufffd[31mred\ufffd[0m");
  expect(plainText("invoice\u202egnp.exe")).toBe("invoice\ufffdgnp.exe");
  expect(plainText("a\u200bge")).toBe("a\ufffdge");
  expect(plainText("half \ud83d, whole 😀")).toBe("half \ufffd, whole 😀");
});

it("keeps to one line and keeps what people write", () => {
  expect(plainText("first\r\nsecond\u2028third\tfourth")).toBe("first second third fourth");
  for (const text of ["Ærøskøbing, Łódź, Αθήνα", "می‌خواهم", "👩‍⚕️", "12\u202f345 ≥ 5\u00a0%", "ﬁ ½ 東京"]) {
    expect(plainText(text)).toBe(text);
  }
});

it("gives back the text when markup is read, whatever the text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const element = parse(`<t a="${escapeMarkup(text)}">${escapeMarkup(text)}</t>`).children[0];
      expect(element?.text).toBe(plainText(text));
      expect(element?.attributes.a).toBe(plainText(text));
    }),
  );
});
