const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Text in base32 (RFC 4648) as a node of vantage6 writes it into an environment, with "!" for the padding "=". */
export function encodeBase32(text: string): string {
  let digits = "";
  let held = 0;
  let bits = 0;
  for (const byte of new TextEncoder().encode(text)) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      digits += alphabet[(held >> bits) & 31];
      held &= (1 << bits) - 1;
    }
  }
  if (bits > 0) digits += alphabet[(held << (5 - bits)) & 31];
  return digits.padEnd(Math.ceil(digits.length / 8) * 8, "!");
}
