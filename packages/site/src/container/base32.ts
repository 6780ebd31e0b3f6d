const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/**
 * Text from base32 (RFC 4648) as vantage6 writes it into an environment, with "!" for the padding "=". Undefined where
 * it is none.
 */
export function decodeBase32(text: string): string | undefined {
  const digits = text.replace(/[!=]+$/, "");
  if (text.length % 8 !== 0 || text.length - digits.length > 6) return undefined;
  const bytes = new Uint8Array(Math.floor((digits.length * 5) / 8));
  let held = 0;
  let bits = 0;
  let at = 0;
  for (const digit of digits) {
    const value = alphabet.indexOf(digit);
    if (value < 0) return undefined;
    held = ((held << 5) | value) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at++] = (held >> bits) & 0xff;
  }
  // Bits that make no whole byte are zero in what a coder writes.
  if ((held & ((1 << bits) - 1)) !== 0) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
