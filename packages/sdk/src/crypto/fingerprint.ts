import { createHash, type KeyObject } from "node:crypto";

/**
 * SHA-256 of a public key (the DER of its SubjectPublicKeyInfo), in sixteen groups of four hexadecimal digits that two
 * people can read to each other.
 */
export function fingerprintOf(key: KeyObject): string {
  const der = key.export({ format: "der", type: "spki" });
  const digits = createHash("sha256").update(der).digest("hex");
  return (digits.match(/.{4}/g) ?? []).join(" ");
}

export const fingerprintPattern: RegExp = /^[0-9a-f]{4}( [0-9a-f]{4}){15}$/;
