import { decodePythonJson, EncryptionError, isKonsilError, type ServerError } from "@konsil/core";
import { decodePlain, type PrivateKey } from "../crypto/index.ts";

/** What an input or a result says. */
export type Content =
  | { readonly type: "json"; readonly value: unknown }
  /** Something else than JSON, of a collaboration without encryption. */
  | { readonly type: "bytes"; readonly bytes: Uint8Array }
  /** Nothing, or nothing yet. */
  | { readonly type: "none" }
  /** Encrypted for a key that is not here, damaged, or lost at the server; the error says what to do. */
  | { readonly type: "unreadable"; readonly error: EncryptionError | ServerError };

/** base64 of a wrapped key, "$", base64 of sixteen bytes, "$". Base64 has no dollar in it. */
const envelope = /^[A-Za-z0-9+/]+={0,2}\$[A-Za-z0-9+/]{22}==\$/;

function isEnvelope(message: string | Uint8Array): boolean {
  const start =
    typeof message === "string"
      ? message.slice(0, 2000)
      : Buffer.from(message.subarray(0, 2000)).toString("latin1");
  return envelope.test(start);
}

function failure(error: unknown): Content {
  if (isKonsilError(error) && error instanceof EncryptionError) return { type: "unreadable", error };
  throw error;
}

/** Reads a message as it goes over the server: base64, or an envelope. */
export function readContent(
  message: string | Uint8Array | null,
  key: PrivateKey | undefined,
  whose: string,
): Content {
  if (message === null || message.length === 0) return { type: "none" };
  if (isEnvelope(message)) {
    if (key === undefined)
      return {
        type: "unreadable",
        error: new EncryptionError(
          "KEY_INVALID",
          `${whose} is encrypted, and no private key was given. Give your organization's: connect(address, { …, privateKey: await readPrivateKey("organization.pem") }).`,
        ),
      };
    try {
      return { type: "json", value: key.decryptJson(message) };
    } catch (error) {
      return failure(error);
    }
  }
  let bytes: Uint8Array;
  try {
    bytes = decodePlain(message);
  } catch (error) {
    return failure(error);
  }
  try {
    return { type: "json", value: decodePythonJson(bytes) };
  } catch {
    return { type: "bytes", bytes };
  }
}
