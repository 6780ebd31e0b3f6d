import { EncryptionError } from "@konsil/core";
import { decodeBase64, encodeBase64 } from "./base64.ts";

/** A message of a collaboration without encryption: base64, also in the blob store. */
export function encodePlain(plain: Uint8Array): string {
  return encodeBase64(plain);
}

/** @throws EncryptionError ENVELOPE_INVALID */
export function decodePlain(message: string | Uint8Array): Uint8Array {
  const text = typeof message === "string" ? message : Buffer.from(message).toString("latin1");
  const plain = decodeBase64(text);
  if (plain !== undefined) return plain;
  throw new EncryptionError(
    "ENVELOPE_INVALID",
    text.includes("$")
      ? "A message of a collaboration without encryption is encrypted. Ask the collaboration's administrator whether it is encrypted, and give your organization's private key."
      : "A message is not base64, as vantage6 sends it. Fetch it again; if it stays so, ask its sender.",
  );
}
