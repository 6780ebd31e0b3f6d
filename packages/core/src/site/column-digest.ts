import { contentHash } from "../encoding/index.ts";
import type { ColumnData } from "../table/index.ts";

const [nanLow, nanHigh] = [0, 0x7ff80000];

/**
 * 64 bits of an even number of words, as hexadecimal digits. Each step is a one-to-one map of what came before and of the two
 * words it takes: one other value always gives another end, and several others by chance once in 2^64.
 */
function mixed(words: Int32Array, areNumbers: boolean): string {
  let low = 0x2f0b4c47;
  let high = 0x6d0f27bd;
  for (let i = 0; i < words.length; i += 2) {
    let lower = words[i] as number;
    let upper = words[i + 1] as number;
    const magnitude = upper & 0x7fffffff;
    // NaN has many patterns. The lower word comes first wherever this runs.
    if (areNumbers && magnitude >= 0x7ff00000 && (magnitude > 0x7ff00000 || lower !== 0)) {
      lower = nanLow;
      upper = nanHigh;
    }
    // Odd factors of xxHash (Y. Collet) keep the maps one-to-one.
    low = Math.imul(low ^ lower, 0x9e3779b1);
    high = Math.imul(high ^ upper, 0x85ebca77);
    low ^= low >>> 15;
    high ^= high >>> 13;
    low = (low + high) | 0;
    high = ((high << 7) | (high >>> 25)) ^ low;
  }
  return `${(low >>> 0).toString(16)} ${(high >>> 0).toString(16)}`;
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

/** The same bytes and zeros after them, as whole pairs of words. */
function padded(values: Uint8Array | Int32Array): Int32Array {
  const bytes = new Uint8Array(8 * Math.ceil(values.byteLength / 8));
  bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  return new Int32Array(bytes.buffer);
}

function made(column: ColumnData): string {
  const { type } = column;
  if (type === "category") {
    const [codes, levels] = ranked(column.codes, column.levels);
    return `${type} ${codes.length} ${mixed(padded(codes), false)} ${contentHash(levels)}`;
  }
  const { values } = column;
  const words =
    values instanceof Uint8Array
      ? padded(values)
      : new Int32Array(values.buffer, values.byteOffset, 2 * values.length);
  return `${type} ${values.length} ${mixed(words, values instanceof Float64Array)}`;
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
