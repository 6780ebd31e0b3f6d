import { createPublicKey, type KeyObject } from "node:crypto";
import { EncryptionError } from "@konsil/core";
import { decodeBase64, encodeBase64 } from "./base64.ts";
import { keyProblem } from "./check-key.ts";
import { sealBlob, sealText } from "./envelope.ts";
import { fingerprintOf } from "./fingerprint.ts";

/** An organization's public key: what is encrypted with it only that organization can read. */
export interface PublicKey {
  /** SHA-256 of the key, in groups of four digits that people can compare by telephone. */
  readonly fingerprint: string;
  /** The envelope for a task's input or a result, as text. */
  encrypt(plain: Uint8Array): string;
  /** The envelope for vantage6's blob store. */
  encryptBlob(plain: Uint8Array): Uint8Array;
  /** As vantage6's server holds it in `organization.public_key`: base64 of PEM. */
  toText(): string;
}

export function publicKeyOf(key: KeyObject): PublicKey {
  return {
    fingerprint: fingerprintOf(key),
    encrypt: (plain) => sealText(key, plain),
    encryptBlob: (plain) => sealBlob(key, plain),
    toText: () => encodeBase64(new TextEncoder().encode(String(key.export({ format: "pem", type: "spki" })))),
  };
}

/**
 * Reads `organization.public_key`.
 * @param owner whose key it is, for the message of an error
 * @throws EncryptionError KEY_INVALID
 */
export function parsePublicKey(text: string | null | undefined, owner = "an organization"): PublicKey {
  const refuse = (problem: string, cause?: unknown): EncryptionError =>
    new EncryptionError(
      "KEY_INVALID",
      `The public key of ${owner} cannot be used: ${problem}. Its node uploads the right one when it starts with encryption on; ask its administrator.`,
      { cause },
    );
  if (text === null || text === undefined || text === "") throw refuse("there is none");
  const pem = decodeBase64(text);
  if (pem === undefined) throw refuse("it is not base64");
  const words = new TextDecoder().decode(pem);
  // createPublicKey would also take a private key or a certificate.
  if (!words.trimStart().startsWith("-----BEGIN PUBLIC KEY-----"))
    throw refuse('it is not PEM that begins with "-----BEGIN PUBLIC KEY-----"');
  let key: KeyObject;
  try {
    key = createPublicKey({ key: words, format: "pem" });
  } catch (cause) {
    throw refuse("it is damaged", cause);
  }
  const problem = keyProblem(key);
  if (problem !== undefined) throw refuse(problem);
  return publicKeyOf(key);
}
