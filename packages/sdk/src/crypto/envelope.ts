import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from "node:crypto";
import { EncryptionError } from "@konsil/core";
import { asBytes, decodeBase64, encodeBase64 } from "./base64.ts";
import { blockLength, newSharedKey, wrapSharedKey } from "./rsa.ts";
import type { SharedKey } from "./shared-key.ts";

/** AES-256-CTR: the initial counter is all 16 bytes, counted up as one big-endian number. */
const cipher = "aes-256-ctr";
const counterLength = 16;
const dollar = 0x24;

function seal(key: KeyObject, plain: Uint8Array): { readonly header: string; readonly body: Uint8Array } {
  const shared = newSharedKey();
  const counter = randomBytes(counterLength);
  const body = createCipheriv(cipher, shared, counter).update(plain);
  return { header: `${encodeBase64(wrapSharedKey(key, shared))}$${encodeBase64(counter)}$`, body };
}

/** The envelope as text: RSA(AES key), counter and ciphertext, each in base64, joined by "$". */
export function sealText(key: KeyObject, plain: Uint8Array): string {
  const { header, body } = seal(key, plain);
  return header + encodeBase64(body);
}

/** The envelope for vantage6's blob store: the same header, then the bare ciphertext. */
export function sealBlob(key: KeyObject, plain: Uint8Array): Uint8Array {
  const { header, body } = seal(key, plain);
  const blob = new Uint8Array(header.length + body.length);
  new TextEncoder().encodeInto(header, blob);
  blob.set(body, header.length);
  return blob;
}

function malformed(problem: string): EncryptionError {
  return new EncryptionError(
    "ENVELOPE_INVALID",
    `A message is not encrypted as vantage6 does it: ${problem}. Fetch it again; if it stays so, ask its sender whether the collaboration is encrypted at their side too.`,
  );
}

interface Parts {
  readonly block: Uint8Array | undefined;
  readonly counter: Uint8Array | undefined;
  readonly body: Uint8Array | undefined;
}

function parts(envelope: string | Uint8Array): Parts {
  const isText = typeof envelope === "string";
  const first = isText ? envelope.indexOf("$") : envelope.indexOf(dollar);
  const second = isText ? envelope.indexOf("$", first + 1) : envelope.indexOf(dollar, first + 1);
  if (first < 0 || second < 0) throw malformed('it has no three parts, separated by "$"');
  const part = (from: number, to: number): Uint8Array | undefined =>
    decodeBase64(
      isText ? envelope.slice(from, to) : Buffer.from(envelope.subarray(from, to)).toString("latin1"),
    );
  return {
    block: part(0, first),
    counter: part(first + 1, second),
    body: isText ? decodeBase64(envelope.slice(second + 1)) : envelope.subarray(second + 1),
  };
}

/**
 * Opens an envelope, text or blob, written by vantage6's Python, by its web interface or by `seal…`.
 * What is thrown says only what everybody can see who has the envelope. For another key, or changed on its way, it
 * gives garbage: nothing in vantage6's envelope tells.
 * @throws EncryptionError ENVELOPE_INVALID
 */
export function open(
  key: KeyObject,
  unwrap: (block: Uint8Array) => SharedKey,
  envelope: string | Uint8Array,
): Uint8Array {
  const { block, counter, body } = parts(envelope);
  const length = blockLength(key);
  if (block?.length !== length)
    throw malformed(`its first part is not ${length} bytes in base64, as this key's length asks for`);
  if (counter?.length !== counterLength)
    throw malformed(`its second part is not ${counterLength} bytes in base64`);
  if (body === undefined) throw malformed("its last part is not base64");
  const shared = unwrap(block);
  const plain = asBytes(createDecipheriv(cipher, shared.key, counter).update(body));
  // The web interface encrypts base64 of the text. To come here takes its own form of the key, which nobody meets by
  // trying: this branch tells nothing of other blocks.
  return shared.isText ? (decodeBase64(Buffer.from(plain).toString("latin1")) ?? plain) : plain;
}
