import { EncryptionError } from "@konsil/core";
import {
  decodePlain,
  decodePythonJson,
  encodePlain,
  type PrivateKey,
  type PublicKey,
} from "../crypto/index.ts";

/** How messages cross the server: as they are in base64, or in envelopes. */
export interface Cipher {
  /** For one organization, as text or for the blob store. */
  text(plain: Uint8Array, organization: number): string;
  blob(plain: Uint8Array, organization: number): Uint8Array;
  /** @throws EncryptionError ENVELOPE_INVALID */
  read(message: string | Uint8Array): Uint8Array;
}

export const plainCipher: Cipher = {
  text: (plain) => encodePlain(plain),
  blob: (plain) => new TextEncoder().encode(encodePlain(plain)),
  read: decodePlain,
};

/** For a collaboration with encryption: inputs for each organization's key, results for one's own. */
export function envelopeCipher(own: PrivateKey, keys: ReadonlyMap<number, PublicKey>): Cipher {
  const keyOf = (organization: number): PublicKey => {
    const key = keys.get(organization);
    // Nothing is ever sent in clear instead.
    if (key === undefined)
      throw new EncryptionError("KEY_INVALID", `Organization ${organization} has no public key.`);
    return key;
  };
  return {
    text: (plain, organization) => keyOf(organization).encrypt(plain),
    blob: (plain, organization) => keyOf(organization).encryptBlob(plain),
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
