const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** As Python's base64.b32encode and vantage6 write it. */
export function encodeBase32(text: string): string {
  let bits = "";
  for (const byte of new TextEncoder().encode(text)) bits += byte.toString(2).padStart(8, "0");
  const digits = (bits.match(/.{1,5}/g) ?? []).map(
    (five) => alphabet[Number.parseInt(five.padEnd(5, "0"), 2)],
  );
  return digits.join("").padEnd(Math.ceil(digits.length / 8) * 8, "!");
}
