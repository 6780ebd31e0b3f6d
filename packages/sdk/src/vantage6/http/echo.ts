import { type Encoding, encodingsOf, readingsOf } from "./encodings.ts";
import type { Sent, Text } from "./sent.ts";

/** So many characters of what was sent are there by no coincidence. */
const run = 8;

/** A shorter text, such as a name "a", is in most words. */
const shortestInside = 4;

/** Words of servers that people put into passwords: one by itself, as the name of a field, tells nothing of those. */
const ordinary = ["password", "vantage6"];

/** Bits of the table by which almost everything is passed over. */
const bits = 16;

/** A number of the last eight characters: what came before is shifted out of 32 bits. */
const next = (hash: number, code: number): number => (hash << 4) ^ code;
const placeOf = (hash: number): number => Math.imul(hash, 0x9e3779b1) >>> (32 - bits);

/** Finds runs of one text, in one of its readings, in others of any length: once over each of those. */
class Runs {
  readonly #readings: readonly string[];
  readonly #open: readonly string[];
  readonly #runs = new Set<string>();
  readonly #table = new Uint8Array(2 ** bits);

  /** @param open texts of which a run counts for nothing */
  constructor(text: string, open: readonly string[]) {
    // Base64 of addresses has two letters of its own.
    this.#readings = [...readingsOf(text)].flatMap((one) => [
      one,
      one.toLowerCase(),
      one.toLowerCase().replaceAll("-", "+").replaceAll("_", "/"),
    ]);
    this.#open = open;
    for (const reading of new Set(this.#readings))
      for (let at = 0; at + run <= reading.length; at++) this.#runs.add(reading.slice(at, at + run));
    for (const one of open)
      for (let at = 0; at + run <= one.length; at++) this.#runs.delete(one.slice(at, at + run));
    for (const one of this.#runs) {
      let hash = 0;
      for (let at = 0; at < run; at++) hash = next(hash, one.charCodeAt(at));
      this.#table[placeOf(hash)] = 1;
    }
  }

  /** Whether it shares a run with something that was sent, or has all of what is shorter. */
  repeats(sent: Text): boolean {
    for (const encoding of encodingsOf(sent)) if (this.#finds(encoding)) return true;
    return false;
  }

  #finds({ pieces, isWhole }: Encoding): boolean {
    const table = this.#table;
    let before = "";
    let length = 0;
    for (const piece of pieces) {
      length += piece.length;
      const text = before + piece;
      let hash = 0;
      for (let at = 0; at < text.length; at++) {
        hash = next(hash, text.charCodeAt(at));
        if (table[placeOf(hash)] === 1 && at >= run - 1)
          if (this.#runs.has(text.slice(at - run + 1, at + 1))) return true;
      }
      before = text.slice(1 - run);
    }
    return length < run && isWhole && this.#has(before);
  }

  #has(short: string): boolean {
    if (short === "" || this.#open.some((one) => one.includes(short))) return false;
    if (short.length >= shortestInside) return this.#readings.some((one) => one.includes(short));
    return this.#readings.some((one) => one.split(/[^\p{L}\p{N}]+/u).includes(short));
  }
}

/**
 * Whether words of a server repeat what it was sent, however it wrote that: eight characters of it, or all of what is
 * shorter. Takes time by the length of what was sent, and memory by that of the longest text in it.
 */
export function isEcho(words: string, { secrets, contents, open }: Sent): boolean {
  const strict = new Runs(
    words,
    ordinary.filter((word) => !secrets.includes(word)),
  );
  if (secrets.some((one) => strict.repeats(one))) return true;
  if (contents.length === 0) return false;
  const lenient = new Runs(words, open);
  return contents.some((one) => lenient.repeats(one));
}
