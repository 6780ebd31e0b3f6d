const space = /[ \t\n\r]*/y;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

const words: readonly (readonly [string, null | boolean | number])[] = [
  ["null", null],
  ["true", true],
  ["false", false],
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
];

/** Python's own limit of recursion: it writes nothing deeper. */
const maximumDepth = 1000;

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): unknown {
    const value = this.#value(0);
    this.#match(space);
    if (this.#at < this.#text.length) throw this.#error();
    return value;
  }

  #error(): SyntaxError {
    return new SyntaxError(`Not JSON at position ${this.#at}`);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text)?.[0];
    if (match !== undefined) this.#at += match.length;
    return match;
  }

  /** Passes white space and this character, where it is the next. */
  #take(character: string): boolean {
    this.#match(space);
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #value(depth: number): unknown {
    if (depth > maximumDepth) throw new SyntaxError(`JSON nested deeper than ${maximumDepth}`);
    if (this.#take("{")) return this.#object(depth);
    if (this.#take("[")) return this.#array(depth);
    if (this.#text[this.#at] === '"') return this.#string();
    for (const [word, value] of words) {
      if (!this.#text.startsWith(word, this.#at)) continue;
      this.#at += word.length;
      return value;
    }
    const digits = this.#match(number);
    if (digits === undefined) throw this.#error();
    return Number(digits);
  }

  #string(): string {
    const from = this.#at;
    if (this.#text[from] !== '"') throw this.#error();
    // Not by a pattern: one for strings of millions of characters exhausts the stack of patterns.
    let to = from + 1;
    while (to < this.#text.length && this.#text[to] !== '"') to += this.#text[to] === "\\" ? 2 : 1;
    this.#at = to + 1;
    return JSON.parse(this.#text.slice(from, this.#at)) as string;
  }

  #array(depth: number): unknown[] {
    const array: unknown[] = [];
    if (this.#take("]")) return array;
    do array.push(this.#value(depth + 1));
    while (this.#take(","));
    if (!this.#take("]")) throw this.#error();
    return array;
  }

  #object(depth: number): object {
    const object = {};
    if (this.#take("}")) return object;
    do {
      this.#match(space);
      const key = this.#string();
      if (!this.#take(":")) throw this.#error();
      const value = this.#value(depth + 1);
      // As JSON.parse does: "__proto__" is a key like any other.
      Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
    } while (this.#take(","));
    if (!this.#take("}")) throw this.#error();
    return object;
  }
}

/**
 * JSON as Python writes it: numbers may also be NaN, Infinity and -Infinity, which JSON.parse refuses. Everything
 * else is as JSON.parse has it.
 * @throws SyntaxError
 */
export function parsePythonJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return new Parser(text).whole();
  }
}

/**
 * The same, from UTF-8.
 * @throws SyntaxError
 */
export function decodePythonJson(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new SyntaxError("Not JSON: not UTF-8", { cause });
  }
  return parsePythonJson(text);
}
