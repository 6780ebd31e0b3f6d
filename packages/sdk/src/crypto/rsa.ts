import { isUtf8 } from "node:buffer";
import {
  constants,
  createHash,
  createHmac,
  type KeyObject,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
} from "node:crypto";
import { type SharedKey, sharedKeyLength, takeSharedKey } from "./shared-key.ts";

/** Bytes of an RSA key's modulus, and so of every block. */
export function blockLength(key: KeyObject): number {
  return Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8);
}

/**
 * A new AES key. One that happens to be UTF-8 text (1 in 100 million) is drawn again: vantage6's Python takes
 * such a key for base64 and cannot read the message.
 */
export function newSharedKey(random: (length: number) => Uint8Array = randomBytes): Uint8Array {
  let key = random(sharedKeyLength);
  while (isUtf8(key)) key = random(sharedKeyLength);
  return key;
}

export function wrapSharedKey(key: KeyObject, shared: Uint8Array): Uint8Array {
  return publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, shared);
}

/**
 * Unwraps AES keys. Node 20 does not decrypt PKCS #1 v1.5, because of what an error tells an attacker
 * (CVE-2023-46809); here the bare RSA operation is its, and the padding is read without an error: what cannot be
 * unwrapped gives a key that depends on the private key and the block only, so that the same block always gives the
 * same garbage (implicit rejection, draft-irtf-cfrg-rsa-guidance).
 */
export function sharedKeyUnwrapper(key: KeyObject): (block: Uint8Array) => SharedKey {
  const length = blockLength(key);
  const { d = "", n = "" } = key.export({ format: "jwk" });
  const exponent = Buffer.alloc(length);
  const digits = Buffer.from(d, "base64url");
  digits.copy(exponent, length - digits.length);
  const secret = createHash("sha256").update(exponent).digest();
  exponent.fill(0);
  const modulus = Buffer.from(n, "base64url");
  const nothing = new Uint8Array(length);
  return (block) => {
    // OpenSSL refuses numbers above the modulus. Anybody can see that they are; still they take the same way.
    const number = Buffer.compare(block, modulus) < 0 ? block : nothing;
    const plain = privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, number);
    const derived = createHmac("sha256", secret).update(block).digest();
    // The draft's pseudorandom function for 256 bits: block number, label, number of bits.
    const substitute = createHmac("sha256", derived).update("\0\0message\x01\0").digest();
    return takeSharedKey(plain, substitute);
  };
}
