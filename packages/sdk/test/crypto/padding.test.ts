import { constants, createPublicKey, publicEncrypt } from "node:crypto";
import fc from "fast-check";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { newSharedKey } from "../../src/crypto/rsa.ts";
import { takeSharedKey } from "../../src/crypto/shared-key.ts";
import { golden, keyObjectOf, keyOf, thrown, type Vectors } from "./goldens.ts";

const calls: string[] = [];

vi.mock("node:crypto", async (original) => {
  const real = await original<typeof import("node:crypto")>();
  const noted = <A extends unknown[], R>(name: string, run: (...given: A) => R) => {
    return (...given: A): R => {
      calls.push(name);
      return run(...given);
    };
  };
  return {
    ...real,
    privateDecrypt: noted("RSA", real.privateDecrypt),
    createHmac: noted("HMAC", real.createHmac),
    createDecipheriv: noted("AES", real.createDecipheriv),
  };
});

const { keys, vectors } = golden<Vectors>("vectors.json");
const key = keyOf(keys.a.private_pkcs1_der_base64);
const publicKey = createPublicKey(keyObjectOf(keys.a.private_pkcs1_der_base64));
const [, counter = "", body = ""] = vectors[0]?.ciphertext?.split("$") ?? [];

/** 00 02, padding of 0x55, 00 and the message, of 512 bytes. */
function padded(message: Uint8Array): Uint8Array {
  const block = new Uint8Array(512).fill(0x55);
  block.set([0, 2]);
  block[512 - message.length - 1] = 0;
  block.set(message, 512 - message.length);
  return block;
}

function changed(block: Uint8Array, at: number, to: number): Uint8Array {
  const copy = block.slice();
  copy[at] = to;
  return copy;
}

const message = new Uint8Array(32).fill(0xab);
const text = new Uint8Array(Buffer.from(Buffer.from(message).toString("base64"), "latin1"));
const good = padded(message);
const goodText = padded(text);

/** Blocks that are no key, each for another reason. */
const wrong: readonly (readonly [string, Uint8Array])[] = [
  ["block type 1", changed(good, 1, 1)],
  ["zero in the first byte of padding", changed(good, 2, 0)],
  ["zero in the eighth byte of padding", changed(good, 9, 0)],
  ["zero in the last byte of padding", changed(good, 478, 0)],
  ["no separator", changed(good, 479, 7)],
  ["nothing but zeros", new Uint8Array(512)],
  ["an empty message", padded(new Uint8Array(0))],
  ["a key of 16 bytes", padded(message.subarray(0, 16))],
  ["a key of 31 bytes", padded(message.subarray(0, 31))],
  ["a key of 33 bytes", padded(new Uint8Array(33).fill(0xab))],
  ["44 bytes that are no base64", padded(new Uint8Array(44).fill(0xab))],
  ["base64 with a wrong character", changed(goodText, 480, 0x2d)],
  ["base64 without its end", changed(goodText, 511, 0x41)],
  ["base64 with bits to spare", changed(goodText, 510, 0x74)],
];

function envelopeOf(block: Uint8Array): string {
  const wrapped = publicEncrypt({ key: publicKey, padding: constants.RSA_NO_PADDING }, block);
  return `${wrapped.toString("base64")}$${counter}$${body}`;
}

describe("the padding of keys", () => {
  beforeEach(() => {
    calls.length = 0;
  });

  it("is taken off a key in bytes and in base64", () => {
    const substitute = new Uint8Array(32).fill(1);
    expect(takeSharedKey(good, substitute)).toEqual({ key: message, isText: false });
    expect(takeSharedKey(goodText, substitute)).toEqual({ key: message, isText: true });
  });

  it.each(wrong)("gives a substitute for %s", (_, block) => {
    const substitute = fc.sample(fc.uint8Array({ minLength: 32, maxLength: 32 }), {
      numRuns: 1,
      seed: 1,
    })[0]!;
    expect(takeSharedKey(block, substitute)).toEqual({ key: substitute, isText: false });
  });

  it("is read as a plain reading has it, whatever the block", () => {
    const byte = fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 255 }) }, fc.constant(0));
    const anyMessage = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      fc
        .uint8Array({ minLength: 32, maxLength: 32 })
        .map((m) => Buffer.from(Buffer.from(m).toString("base64"))),
    );
    const block = fc
      .tuple(anyMessage, fc.array(fc.tuple(fc.integer({ min: 0, max: 511 }), byte), { maxLength: 2 }))
      .map(([m, changes]) => changes.reduce((b, [at, to]) => changed(b, at, to), padded(m)));
    const substitute = new Uint8Array(32).fill(1);
    const plainly = (b: Uint8Array): unknown => {
      const end = b.indexOf(0, 2);
      const m = Buffer.from(b.subarray(end + 1));
      if (b[0] !== 0 || b[1] !== 2 || end < 0) return { key: substitute, isText: false };
      if (m.length === 32) return { key: new Uint8Array(m), isText: false };
      const decoded = Buffer.from(m.toString("latin1"), "base64");
      return decoded.length === 32 && decoded.toString("base64") === m.toString("latin1")
        ? { key: new Uint8Array(decoded), isText: true }
        : { key: substitute, isText: false };
    };
    fc.assert(
      fc.property(block, (b) => {
        expect(takeSharedKey(b, substitute)).toEqual(plainly(b));
      }),
      { seed: 7, numRuns: 3000 },
    );
  });

  it("tells nobody by the error, nor by what is done, whether padding or content was wrong", () => {
    const tooLarge = `${Buffer.alloc(512, 0xff).toString("base64")}$${counter}$${body}`;
    const other = `${vectors[0]?.ciphertext?.split("$")[0]}$${Buffer.alloc(16).toString("base64")}$${body}`;
    const forged = [
      ...wrong.map(([, block]) => envelopeOf(block)),
      envelopeOf(good), // right padding, another key
      other, // the right key, another counter
      tooLarge, // a number above the modulus
    ];
    const seen = forged.map((envelope) => {
      calls.length = 0;
      const error = thrown(() => key.decryptJson(envelope)) as Error & { code: string };
      return [error.code, error.message, error.cause, error.constructor.name, ...calls];
    });
    expect(new Set(seen.map((s) => JSON.stringify(s))).size).toBe(1);
    expect(seen[0]?.slice(4)).toEqual(["RSA", "HMAC", "HMAC", "AES"]);
    expect(seen[0]?.[0]).toBe("ENVELOPE_INVALID");
  });

  it("gives the same garbage for the same block, other garbage for another or for another key", () => {
    const [first, second] = [envelopeOf(wrong[0]![1]), envelopeOf(wrong[1]![1])];
    expect(key.decrypt(first)).toEqual(key.decrypt(first));
    expect(key.decrypt(first)).toEqual(keyOf(keys.a.private_pkcs1_der_base64).decrypt(first));
    expect(key.decrypt(first)).not.toEqual(key.decrypt(second));
    const b = keyOf(keys.b.private_pkcs1_der_base64);
    expect(b.decrypt(first)).not.toEqual(key.decrypt(first));
  });

  it("is never around a key that Python would take for base64", () => {
    const drawn = ["A".repeat(32), "é".repeat(16), `${"漢".repeat(10)}ab`].map((t) => Buffer.from(t));
    const random = () => drawn.shift() ?? Buffer.from(message);
    expect(newSharedKey(random)).toEqual(Buffer.from(message));
  });
});
