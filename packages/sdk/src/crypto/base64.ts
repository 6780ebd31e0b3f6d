/** A Buffer without its class, so that equal bytes are equal wherever they are compared. */
export function asBytes(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}

/** Standard base64 with padding (RFC 4648, section 4). */
export function encodeBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

/**
 * The bytes of a standard base64 text, or undefined unless it is just what encoding them gives: Buffer alone skips
 * what it does not know, so that a damaged text would pass for a shorter one.
 */
export function decodeBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0 || text.includes("-") || text.includes("_")) return undefined;
  const bytes = Buffer.from(text, "base64");
  const pads = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  if (bytes.length !== (text.length / 4) * 3 - pads) return undefined;
  // Of the last digit, bits that no byte has must be zero.
  const last = bytes.subarray(bytes.length - (bytes.length % 3));
  if (pads > 0 && last.toString("base64") !== text.slice(-4)) return undefined;
  return asBytes(bytes);
}
