/** Bytes of an AES-256 key. */
export const sharedKeyLength = 32;

/** Characters of such a key in base64: 43 digits and one "=". */
const textLength = 44;

// Masks are -1 (all bits) for yes and 0 for no, made without a branch. Arguments are below 2³¹.
const isZero = (value: number): number => ~((value | -value) >> 31);
const isBetween = (value: number, low: number, high: number): number =>
  ((low - 1 - value) & (value - high - 1)) >> 31;

/** The value of a base64 digit, -1 for any other byte; without a table, whose cache lines could be watched. */
function digit(code: number): number {
  return (
    ((isBetween(code, 65, 90) & (code - 64)) |
      (isBetween(code, 97, 122) & (code - 70)) |
      (isBetween(code, 48, 57) & (code + 5)) |
      (isBetween(code, 43, 43) & 63) |
      (isBetween(code, 47, 47) & 64)) -
    1
  );
}

/** Decodes 44 base64 characters to 32 bytes, and says by a mask whether they are that. */
function fromText(text: Uint8Array): { readonly bytes: Uint8Array; readonly isValid: number } {
  const bytes = new Uint8Array(33);
  let wrong = text[textLength - 1]! ^ 61;
  for (let from = 0, to = 0; from < textLength; from += 4, to += 3) {
    let bits = 0;
    for (let i = from; i < from + 4; i++) {
      const value = i === textLength - 1 ? 0 : digit(text[i]!);
      wrong |= value >> 31;
      bits = (bits << 6) | (value & 63);
    }
    bytes[to] = bits >> 16;
    bytes[to + 1] = bits >> 8;
    bytes[to + 2] = bits;
  }
  // What remains of the last digit belongs to no byte.
  return { bytes: bytes.subarray(0, sharedKeyLength), isValid: isZero(wrong | bytes[sharedKeyLength]!) };
}

/** Whether a block is 00 02, padding without a zero, 00 and a message of this length (RFC 8017, 7.2.2), as a mask. */
function isPadded(block: Uint8Array, messageLength: number): number {
  const separator = block.length - messageLength - 1;
  let good = isZero(block[0]!) & isZero(block[1]! ^ 2) & isZero(block[separator]!);
  for (let i = 2; i < separator; i++) good &= ~isZero(block[i]!);
  return good;
}

export interface SharedKey {
  readonly key: Uint8Array;
  /** The key was base64 text, as vantage6's web interface sends it. */
  readonly isText: boolean;
}

/**
 * Takes the AES key out of a decrypted RSA block. A block without a key of the right length, in bytes or in base64,
 * gives `substitute` instead: whoever sends forged blocks learns nothing from the answer about how far off they are
 * (Bleichenbacher, 1998). All bytes of every block are read alike; no branch and no index depends on them.
 */
export function takeSharedKey(block: Uint8Array, substitute: Uint8Array): SharedKey {
  const raw = block.subarray(block.length - sharedKeyLength);
  const text = fromText(block.subarray(block.length - textLength));
  const isRaw = isPadded(block, sharedKeyLength);
  const isText = isPadded(block, textLength) & text.isValid;
  const isNeither = ~(isRaw | isText);
  const key = new Uint8Array(sharedKeyLength);
  for (let i = 0; i < sharedKeyLength; i++)
    key[i] = (isRaw & raw[i]!) | (isText & text.bytes[i]!) | (isNeither & substitute[i]!);
  return { key, isText: isText !== 0 };
}
