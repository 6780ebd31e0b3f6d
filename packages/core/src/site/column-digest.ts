import { contentHash } from "../encoding/index.ts";
import type { ColumnData } from "../table/index.ts";

/** Two lanes of MurmurHash3 (A. Appleby, public domain) with constants of their own, as hexadecimal digits. */
function lanes(words: Int32Array): string {
  let first = 0x2f0b4c47;
  let second = 0x6d0f27bd;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as number;
    let mixed = Math.imul(word, 0xcc9e2d51);
    first ^= Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
    first = (Math.imul((first << 13) | (first >>> 19), 5) + 0xe6546b64) | 0;
    mixed = Math.imul(word, 0x239b961b);
    second ^= Math.imul((mixed << 16) | (mixed >>> 16), 0xab0e9789);
    second = (Math.imul((second << 18) | (second >>> 14), 5) + 0x561ccd1b) | 0;
  }
  return `${(first >>> 0).toString(16)} ${(second >>> 0).toString(16)}`;
}

/** The bits of numbers, with one pattern for NaN, of which there are many. */
function bits(values: Float64Array): Int32Array {
  const words = new Int32Array(values.slice().buffer);
  for (let i = 0; i < values.length; i++) {
    if (!Number.isNaN(values[i])) continue;
    words[2 * i] = 0;
    words[2 * i + 1] = 0x7ff80000;
  }
  return words;
}

/** Codes by the order of the levels that occur, and these: a source may list levels in any order. */
function ranked(codes: Int32Array, levels: readonly string[]): readonly [Int32Array, readonly string[]] {
  const occurs = new Uint8Array(levels.length);
  for (let i = 0; i < codes.length; i++) if ((codes[i] as number) >= 0) occurs[codes[i] as number] = 1;
  const there = levels.filter((_, code) => occurs[code] === 1).sort();
  const rank = new Map(there.map((level, position) => [level, position]));
  const rankOf = Int32Array.from(levels, (level) => rank.get(level) ?? -1);
  const words = new Int32Array(codes.length);
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] as number;
    words[i] = code < 0 ? -1 : (rankOf[code] as number);
  }
  return [words, there];
}

function made(column: ColumnData): string {
  if (column.type === "category") {
    const [words, levels] = ranked(column.codes, column.levels);
    return `${column.type} ${words.length} ${lanes(words)} ${contentHash(levels)}`;
  }
  const { type, values } = column;
  return `${type} ${values.length} ${lanes(column.type === "boolean" ? Int32Array.from(values) : bits(column.values))}`;
}

const known = new WeakMap<ColumnData, string>();

/**
 * Tells whether a column holds the same values in the same order, computed once for each column in memory. Fast, and no
 * secret: whoever guesses the values can check them, so it never leaves a site as it is.
 */
export function columnDigest(column: ColumnData): string {
  const digest = known.get(column) ?? made(column);
  known.set(column, digest);
  return digest;
}
