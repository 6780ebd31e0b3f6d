import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodePythonJson, parsePythonJson } from "./python-json.ts";

describe("JSON by Python", () => {
  it.each<[string, unknown]>([
    ["NaN", NaN],
    ["Infinity", Infinity],
    [" -Infinity\n", -Infinity],
    ['{"x": NaN, "y": [-Infinity, Infinity, -0, 1e400]}', { x: NaN, y: [-Infinity, Infinity, -0, Infinity] }],
    ['["NaN", "\\"NaN", "a\\\\", NaN, "-Infinity"]', ["NaN", '"NaN', "a\\", NaN, "-Infinity"]],
    [
      '{"NaN": NaN, "Infinity": "x NaN, Infinity: -Infinity"}',
      {
        NaN: NaN,
        Infinity: "x NaN, Infinity: -Infinity",
      },
    ],
    ['[NaN, {"a": {}, "b": [], "c": "\\ud83e\\uddea\\u0000"}]', [NaN, { a: {}, b: [], c: "🧪\0" }]],
    ['[NaN, {"a": 1, "a": 2}]', [NaN, { a: 2 }]],
  ])("reads %s", (text, value) => {
    expect(parsePythonJson(text)).toEqual(value);
  });

  it.each([
    "",
    "nan",
    "-NaN",
    "+Infinity",
    "--Infinity",
    "- Infinity",
    "NaNs",
    "1NaN",
    "NaN1",
    "1Infinity",
    "Infinity1",
    "1e-Infinity",
    "[NaN",
    "[NaN,]",
    "[,NaN]",
    "[NaN NaN]",
    "{NaN: 1}",
    '{"a": NaN,}',
    '{"a" NaN}',
    "[NaN] 1",
    '[NaN, "',
    '[NaN, "\\',
    '[NaN, "\\"]',
    '[NaN, "\n"]',
    '[NaN, "\\x"]',
    "[NaN, 01]",
    "[NaN, .5]",
    "[NaN, 1.]",
    "[NaN, undefined]",
    "\ufeff[NaN]",
  ])("refuses %s", (text) => {
    expect(() => parsePythonJson(text)).toThrow(SyntaxError);
  });

  it("is otherwise just JSON", () => {
    const near = fc
      .tuple(fc.json({ maxDepth: 4 }), fc.nat(), fc.constantFrom(...'{}[],:"\\ -+.0e1nt\tu'), fc.nat(2))
      .map(([text, at, character, cut]) => {
        const i = at % (text.length + 1);
        return text.slice(0, i) + character + text.slice(i + cut);
      });
    const attempt = (parse: () => unknown): unknown => {
      try {
        return { value: parse() };
      } catch (error) {
        expect(error).toBeInstanceOf(SyntaxError);
        return "refused";
      }
    };
    fc.assert(
      fc.property(fc.oneof(fc.json({ maxDepth: 4 }), near), (text) => {
        // NaN in front sends the text through our own parser.
        const ours = attempt(() => (parsePythonJson(`[NaN,${text}]`) as unknown[]).slice(1));
        expect(ours).toEqual(attempt(() => (JSON.parse(`[0,${text}]`) as unknown[]).slice(1)));
      }),
      { seed: 4, numRuns: 10_000 },
    );
  });

  it("keeps a column named __proto__ an ordinary key", () => {
    const value = parsePythonJson('{"__proto__": {"x": 1}, "y": NaN}') as object;
    expect(Object.keys(value)).toEqual(["__proto__", "y"]);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  it("refuses what is nested without end, and reads long texts", () => {
    expect(() => parsePythonJson("[".repeat(1e6))).toThrow(SyntaxError);
    expect(() => parsePythonJson(`${"[".repeat(5000)}NaN${"]".repeat(5000)}`)).toThrow(SyntaxError);
    expect(parsePythonJson(`${"[".repeat(900)}NaN${"]".repeat(900)}`)).toHaveLength(1);
    const long = 'a\\\\b\\"'.repeat(1e6);
    expect((parsePythonJson(`["${long}", NaN]`) as [string])[0]).toHaveLength(4e6);
  });

  it("takes about as long with NaN as without", () => {
    const numbers = Array.from({ length: 300_000 }, (_, i) => (i % 1000 === 0 ? "NaN" : String(i * 1.5)));
    const withNaN = `[${numbers.join(",")}]`;
    const without = withNaN.replaceAll("NaN", "0.5");
    const least = (text: string): number =>
      Math.min(
        ...[1, 2, 3, 4].map(() => {
          const began = performance.now();
          parsePythonJson(text);
          return performance.now() - began;
        }),
      );
    expect(least(withNaN)).toBeLessThan(6 * least(without));
  });

  it("refuses bytes that are not UTF-8", () => {
    expect(() => decodePythonJson(new Uint8Array([0x22, 0xff, 0x22]))).toThrow(SyntaxError);
    expect(decodePythonJson(new TextEncoder().encode('["å", NaN]'))).toEqual(["å", NaN]);
  });
});
