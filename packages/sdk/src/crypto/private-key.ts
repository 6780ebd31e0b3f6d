import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import { ArgumentError, checkOptionNames, decodePythonJson, EncryptionError } from "@konsil/core";
import { keyProblem } from "./check-key.ts";
import { open } from "./envelope.ts";
import { type PublicKey, publicKeyOf } from "./public-key.ts";
import { sharedKeyUnwrapper } from "./rsa.ts";

/**
 * An organization's private key. One organization has one, which its users and its node share. Printing it shows the
 * fingerprint only.
 */
export interface PrivateKey {
  readonly publicKey: PublicKey;
  /**
   * Opens an envelope: text, or bytes from the blob store. For an envelope that was made for another key, or changed
   * on its way, it gives garbage, since nothing in vantage6's envelope tells: read the answer as what it should be.
   * @throws EncryptionError ENVELOPE_INVALID when it is no envelope
   */
  decrypt(envelope: string | Uint8Array): Uint8Array;
  /**
   * Opens an envelope and reads the JSON in it; Python's NaN and Infinity become numbers.
   * @throws EncryptionError ENVELOPE_INVALID, alike for every reason that depends on the key
   */
  decryptJson(envelope: string | Uint8Array): unknown;
  /**
   * PEM: PKCS #1 as vantage6's Python writes and reads it; with a passphrase PKCS #8, which Python does not read.
   * @throws ArgumentError ARGUMENT_INVALID for a passphrase that is empty, or given and undefined
   */
  toPem(passphrase?: string): string;
}

function privateKeyOf(key: KeyObject): PrivateKey {
  const publicKey = publicKeyOf(createPublicKey(key));
  const unwrap = sharedKeyUnwrapper(key);
  const decrypt = (envelope: string | Uint8Array): Uint8Array => open(key, unwrap, envelope);
  return {
    publicKey,
    decrypt,
    decryptJson(envelope) {
      const plain = decrypt(envelope);
      try {
        return decodePythonJson(plain);
      } catch {
        throw new EncryptionError(
          "ENVELOPE_INVALID",
          `A message cannot be decrypted with the key ${publicKey.fingerprint}: it was encrypted for another key, or changed on its way. If your organization's public key on the server has another fingerprint, use the private key that belongs to it; otherwise fetch the message again, or repeat the task.`,
        );
      }
    },
    toPem(...given: readonly string[]) {
      if (given.length === 0) return String(key.export({ format: "pem", type: "pkcs1" }));
      const [passphrase] = given;
      if (passphrase === undefined)
        throw new ArgumentError(
          "ARGUMENT_INVALID",
          "The passphrase of a private key is undefined, as is an environment variable that is not set: the key would be left unprotected. Give one, or leave `passphrase` out for a key without one.",
        );
      if (passphrase === "")
        throw new ArgumentError(
          "ARGUMENT_INVALID",
          "The passphrase of a private key is empty. Give a long one, or none.",
        );
      return String(key.export({ format: "pem", type: "pkcs8", cipher: "aes-256-cbc", passphrase }));
    },
  };
}

/** Makes an RSA key of 4096 bits, off the main thread. Takes about a second. */
export async function generatePrivateKey(): Promise<PrivateKey> {
  const pair = await promisify(generateKeyPair)("rsa", { modulusLength: 4096, publicExponent: 65537 });
  return privateKeyOf(pair.privateKey);
}

/** How a private key is protected. */
export interface KeyOptions {
  readonly passphrase?: string | undefined;
}

/**
 * A misspelt passphrase would leave a key unprotected.
 * @throws ArgumentError ARGUMENT_UNKNOWN, ARGUMENT_INVALID
 */
export function checkKeyOptions(call: string, options: KeyOptions): void {
  checkOptionNames(call, options, ["passphrase"]);
  const { passphrase } = options;
  if (passphrase !== undefined && typeof passphrase !== "string")
    throw new ArgumentError("ARGUMENT_INVALID", `${call}: \`passphrase\` must be text.`);
}

/**
 * Reads a private key from PEM: PKCS #1 or PKCS #8, with a passphrase or without.
 * @param from where it was found, for the message of an error
 * @throws EncryptionError KEY_INVALID; ArgumentError
 */
export function parsePrivateKey(pem: string, options: KeyOptions = {}, from = "The text"): PrivateKey {
  checkKeyOptions("parsePrivateKey()", options);
  const { passphrase } = options;
  const refuse = (problem: string, cause?: unknown): EncryptionError =>
    new EncryptionError("KEY_INVALID", `${from} cannot be used as a private key: ${problem}`, { cause });
  if (!/-----BEGIN (RSA |ENCRYPTED )?PRIVATE KEY-----/.test(pem))
    throw refuse(
      'it is not PEM that begins with "-----BEGIN RSA PRIVATE KEY-----". Give the file that your organization\'s vantage6 node uses, or make one with generatePrivateKey().',
    );
  const isProtected = /-----BEGIN ENCRYPTED |^Proc-Type:.*ENCRYPTED/m.test(pem);
  if (isProtected && (passphrase ?? "") === "")
    throw refuse("it is protected by a passphrase. Give it as { passphrase }.");
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: pem, format: "pem", ...(isProtected ? { passphrase } : {}) });
  } catch (cause) {
    throw refuse(
      isProtected
        ? "it is damaged, or the passphrase is another. Check the passphrase."
        : "it is damaged. Copy it again from where your organization keeps it.",
      cause,
    );
  }
  const problem = keyProblem(key);
  if (problem !== undefined)
    throw refuse(`${problem}. Make one with generatePrivateKey(), and upload its public key.`);
  return privateKeyOf(key);
}
