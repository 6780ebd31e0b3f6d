import { byCodePoint } from "@konsil/core";

/** The levels of a category, by codes in the order in which they occur. */
export class Dictionary {
  readonly #codes = new Map<string, number>();

  codeOf(text: string): number {
    const known = this.#codes.get(text);
    if (known !== undefined) return known;
    const code = this.#codes.size;
    this.#codes.set(text, code);
    return code;
  }

  /** The levels in the order of code points, as the other sources have them. Changes `codes` to it. */
  sort(codes: Int32Array): readonly string[] {
    const levels = [...this.#codes.keys()];
    // Without surrogates JavaScript's own order is that of code points, and many times faster.
    if (levels.some((level) => /[\ud800-\udfff]/.test(level))) levels.sort(byCodePoint);
    else levels.sort();
    const places = new Int32Array(levels.length);
    for (const [place, level] of levels.entries()) places[this.#codes.get(level) as number] = place;
    for (let i = 0; i < codes.length; i++) {
      const code = codes[i] as number;
      if (code >= 0) codes[i] = places[code] as number;
    }
    return levels;
  }
}
