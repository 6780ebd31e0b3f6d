import nacl from "tweetnacl";
import { canonicalJson } from "./json.ts";

function hex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
  return text;
}

/** The first 32 bytes of SHA-512 (FIPS 180-4), as 64 hexadecimal digits. */
export function bytesHash(bytes: Uint8Array): string {
  return hex(nacl.hash(bytes).subarray(0, 32));
}

/** The same of the canonical JSON of `value`. */
export function contentHash(value: unknown): string {
  return bytesHash(new TextEncoder().encode(canonicalJson(value)));
}

const known = new WeakMap<object, string>();

/** The same of an object that does not change, computed once. */
export function contentHashOfFrozen(value: object): string {
  const hash = known.get(value) ?? contentHash(value);
  if (Object.isFrozen(value)) known.set(value, hash);
  return hash;
}

/** An opaque random name of 128 bits, as 32 hexadecimal digits. */
export function randomName(): string {
  return hex(nacl.randomBytes(16));
}
