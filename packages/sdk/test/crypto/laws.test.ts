import { generateKeyPairSync } from "node:crypto";
import { EncryptionError, parsePrivateKey } from "@konsil/sdk";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeBase64, encodeBase64 } from "../../src/crypto/base64.ts";
import { decodePlain, encodePlain } from "../../src/crypto/index.ts";
import { thrown } from "./goldens.ts";

// The shortest key that is taken: the laws decrypt thousands of times.
const key = parsePrivateKey(
  generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { format: "pem", type: "pkcs1" },
    publicKeyEncoding: { format: "pem", type: "spki" },
  }).privateKey,
);
const value = { method: "partial", kwargs: { column: "age", bins: [0, 18, 65] } };
const plain = new TextEncoder().encode(JSON.stringify(value));
const text = key.publicKey.encrypt(plain);
const blob = key.publicKey.encryptBlob(plain);

/** "refused", or what came out. Anything else thrown fails the test. */
function outcome(envelope: string | Uint8Array): unknown {
  try {
    return key.decryptJson(envelope);
  } catch (error) {
    expect(error).toBeInstanceOf(EncryptionError);
    expect(error).toHaveProperty("code", "ENVELOPE_INVALID");
    return "refused";
  }
}

describe("an envelope", () => {
  it("gives back what was put in, of any size up to 1 MB", () => {
    const bytes = fc.tuple(
      fc.integer({ min: 0, max: 2 ** 20 }),
      fc.uint8Array({ minLength: 1, maxLength: 64 }),
    );
    fc.assert(
      fc.property(bytes, ([size, pattern]) => {
        const input = new Uint8Array(size).map((_, i) => pattern[i % pattern.length]! ^ (i >> 8));
        expect(Buffer.compare(key.decrypt(key.publicKey.encrypt(input)), input)).toBe(0);
        expect(Buffer.compare(key.decrypt(key.publicKey.encryptBlob(input)), input)).toBe(0);
        expect(Buffer.compare(decodePlain(encodePlain(input)), input)).toBe(0);
      }),
      { seed: 1, numRuns: 40, examples: [[[0, new Uint8Array(1)]], [[2 ** 20, new Uint8Array([36])]]] },
    );
  });

  it("has the form that vantage6 writes", () => {
    expect(text).toMatch(/^[A-Za-z0-9+/]{342}==\$[A-Za-z0-9+/]{22}==\$[A-Za-z0-9+/]+={0,2}$/);
    expect(Buffer.from(blob.subarray(0, 370)).toString()).toMatch(
      /^[A-Za-z0-9+/]{342}==\$[A-Za-z0-9+/]{22}==\$$/,
    );
    expect(blob.length).toBe(370 + plain.length);
  });

  it("is never the same twice", () => {
    const many = Array.from({ length: 20 }, () => key.publicKey.encrypt(plain).split("$"));
    for (const part of [0, 1, 2]) expect(new Set(many.map((m) => m[part])).size).toBe(20);
  });

  it("is refused wherever it is cut", () => {
    for (let i = 0; i < text.length; i++) expect(outcome(text.slice(0, i)), `text to ${i}`).toBe("refused");
    for (let i = 1; i < text.length; i++) expect(outcome(text.slice(i)), `text from ${i}`).toBe("refused");
    for (let i = 0; i < blob.length; i++) expect(outcome(blob.slice(0, i)), `blob to ${i}`).toBe("refused");
    for (let i = 1; i < blob.length; i++) expect(outcome(blob.slice(i)), `blob from ${i}`).toBe("refused");
  });

  it("is refused with any bit flipped in its key or counter; in its text a flip can pass", () => {
    const bytes = new TextEncoder().encode(text);
    const body = text.lastIndexOf("$") + 1;
    let passed = 0;
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = bytes.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      const got = outcome(Buffer.from(flipped).toString("latin1"));
      expect(got, `bit ${bit}`).not.toEqual(value);
      if (bit >> 3 < body) expect(got, `bit ${bit}`).toBe("refused");
      else if (got !== "refused") passed++;
    }
    // There is no seal in vantage6's envelope. This is why Konsil needs one of its own.
    expect(passed).toBeGreaterThan(0);
  });

  it("is refused with any bit flipped in the header of a blob", () => {
    const body = blob.lastIndexOf(0x24, 370) + 1;
    for (let bit = 0; bit < blob.length * 8; bit++) {
      const flipped = blob.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      const got = outcome(flipped);
      if (bit >> 3 < body) expect(got, `bit ${bit}`).toBe("refused");
    }
  });

  it("is refused, never a crash, when it is something else", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.uint8Array(), fc.base64String()), (anything) => {
        expect(outcome(anything)).toBe("refused");
      }),
      { seed: 2, numRuns: 500 },
    );
  });
});

describe("base64", () => {
  it("is what RFC 4648 writes, and nothing else", () => {
    const strict = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$/;
    const near = fc
      .array(fc.constantFrom(..."AQgwBz09+/=-_$ \né"), { maxLength: 12 })
      .map((characters) => characters.join(""));
    fc.assert(
      fc.property(fc.oneof(near, fc.base64String()), (candidate) => {
        const bytes = decodeBase64(candidate);
        expect(bytes !== undefined).toBe(strict.test(candidate));
        if (bytes !== undefined) expect(encodeBase64(bytes)).toBe(candidate);
      }),
      { seed: 3, numRuns: 20_000 },
    );
  });

  it("is all that there is without encryption, and an envelope is named where it is none", () => {
    const bytes = new TextEncoder().encode('{"x": NaN}');
    expect(decodePlain(new TextEncoder().encode(encodePlain(bytes)))).toEqual(bytes);
    expect(thrown(() => decodePlain(text))).toHaveProperty("message", expect.stringMatching("is encrypted"));
    expect(thrown(() => decodePlain("%%%"))).toHaveProperty("code", "ENVELOPE_INVALID");
  });
});
