import { decodePythonJson } from "@konsil/core";
import {
  decodePlain,
  envelopeWriter,
  type MessageWriter,
  type PrivateKey,
  type PublicKey,
  plainWriter,
} from "../crypto/index.ts";

/** How messages cross the server, both ways. */
export interface Cipher extends MessageWriter {
  /** @throws EncryptionError ENVELOPE_INVALID */
  read(message: string | Uint8Array): Uint8Array;
}

export const plainCipher: Cipher = { ...plainWriter, read: decodePlain };

/** For a collaboration with encryption: inputs for each organization's key, results for one's own. */
export function envelopeCipher(own: PrivateKey, keys: ReadonlyMap<number, PublicKey>): Cipher {
  return {
    ...envelopeWriter(keys),
    read(message) {
      const plain = own.decrypt(message);
      // An envelope for another key opens to garbage; read as JSON it is found out.
      if (!isJson(plain)) own.decryptJson(message);
      return plain;
    },
  };
}

export function isJson(bytes: Uint8Array): boolean {
  try {
    decodePythonJson(bytes);
    return true;
  } catch {
    return false;
  }
}

/** Whether bytes are a reply of Konsil's, however wrong. */
export function isReply(bytes: Uint8Array): boolean {
  try {
    const value = decodePythonJson(bytes);
    return (
      typeof value === "object" &&
      value !== null &&
      "format" in value &&
      typeof value.format === "string" &&
      value.format.startsWith("konsil.")
    );
  } catch {
    return false;
  }
}
