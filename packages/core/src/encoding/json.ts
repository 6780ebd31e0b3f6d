/** What a message, an argument and a result consist of: JSON without surprises. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const decoder = new TextDecoder("utf-8", { fatal: true });
const encoder = new TextEncoder();

/** Bytes of a message as they cross a site's boundary. */
export function encodeJson(value: unknown): Uint8Array {
  return encoder.encode(JSON.stringify(value));
}

/** @throws TypeError when the bytes are not UTF-8 */
export function decodeText(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** @throws SyntaxError or TypeError when the bytes are not UTF-8 or not JSON. */
export function decodeJson(bytes: Uint8Array): unknown {
  return JSON.parse(decodeText(bytes));
}

/** The same value, which nothing can change any more. However deep it nests: it may come from anyone. */
export function frozen<T>(value: T): T {
  const open: unknown[] = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next !== "object" || next === null) continue;
    Object.freeze(next);
    for (const inner of Array.isArray(next) ? next : Object.values(next))
      if (typeof inner === "object" && inner !== null) open.push(inner);
  }
  return value;
}

/**
 * JSON with its keys sorted by code unit and absent values left out: equal values have equal texts (in the sense of
 * RFC 8785, whose number format JSON.stringify already has).
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value));
}

/** The same with the keys of every object sorted. Long lists of numbers are left as they are. */
function sorted(value: unknown): unknown {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value))
    return value.some((inner) => typeof inner === "object") ? value.map(sorted) : value;
  const source = value as Record<string, unknown>;
  // A null prototype keeps a column named "__proto__" an ordinary key.
  const result: Record<string, unknown> = Object.create(null);
  for (const key of Object.keys(source).sort()) result[key] = sorted(source[key]);
  return result;
}

/**
 * The path of the first thing that JSON would not bring back as it is (NaN, an infinity, undefined, a function, a
 * typed array, an object with a class), or undefined when `value` equals its round trip.
 */
export function firstNonJson(value: unknown, path = "value"): string | undefined {
  if (value === null || typeof value === "string" || typeof value === "boolean") return undefined;
  if (typeof value === "number") return Number.isFinite(value) ? undefined : path;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const inner: unknown = value[i];
      // Curves are long lists of numbers, for which no path needs to be written.
      if (typeof inner === "number" && Number.isFinite(inner)) continue;
      const found = firstNonJson(inner, `${path}[${i}]`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (typeof value !== "object") return path;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return path;
  for (const [key, inner] of Object.entries(value)) {
    const found = firstNonJson(inner, `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
