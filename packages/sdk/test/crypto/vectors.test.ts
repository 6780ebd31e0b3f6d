import { parsePythonJson } from "@konsil/core";
import { parsePrivateKey, parsePublicKey } from "@konsil/sdk";
import { describe, expect, it } from "vitest";
import { fromBase64, golden, keyOf, pemOf, type Vectors } from "./goldens.ts";

const { keys, vectors, broken } = golden<Vectors>("vectors.json");
const a = keyOf(keys.a.private_pkcs1_der_base64);

describe("envelopes written by vantage6's Python and web interface", () => {
  it("are all here", () => {
    expect([vectors.length, broken.length]).toEqual([22, 8]);
  });

  it.each(vectors.map((v) => [v.style, v.name, v] as const))("opens %s %s", (_, __, vector) => {
    const envelope = vector.ciphertext ?? fromBase64(vector.ciphertext_base64 ?? "");
    expect(a.decrypt(envelope)).toEqual(fromBase64(vector.plaintext_base64));
  });

  it.each(vectors.filter((v) => /^json|^blob/.test(v.name)).map((v) => [v.style, v.name, v] as const))(
    "reads the JSON of %s %s",
    (_, __, vector) => {
      const envelope = vector.ciphertext ?? fromBase64(vector.ciphertext_base64 ?? "");
      const text = new TextDecoder().decode(fromBase64(vector.plaintext_base64));
      const value = vector.name === "json-nan" ? { x: NaN, y: -Infinity } : JSON.parse(text);
      expect(a.decryptJson(envelope)).toEqual(value);
    },
  );

  it.each(["json-input", "json-null"])("opens %s of the web interface from the blob store too", (name) => {
    const vector = vectors.find((v) => v.style === "ui" && v.name === name);
    const [key = "", counter = "", body = ""] = vector?.ciphertext?.split("$") ?? [];
    const blob = Buffer.concat([Buffer.from(`${key}$${counter}$`), Buffer.from(body, "base64")]);
    expect(a.decrypt(new Uint8Array(blob))).toEqual(fromBase64(vector?.plaintext_base64 ?? ""));
  });

  it.each(broken.map((b) => [b.name, b.ciphertext] as const))("refuses %s", (_, ciphertext) => {
    expect(() => a.decryptJson(ciphertext)).toThrow(
      expect.objectContaining({ name: "EncryptionError", code: "ENVELOPE_INVALID" }),
    );
  });

  it("reads and writes their keys byte for byte", () => {
    for (const { public_key, private_pkcs1_der_base64 } of Object.values(keys)) {
      const pem = pemOf(private_pkcs1_der_base64);
      const key = parsePrivateKey(pem);
      expect(key.toPem()).toBe(pem);
      expect(key.publicKey.toText()).toBe(public_key);
      expect(parsePublicKey(public_key).fingerprint).toBe(key.publicKey.fingerprint);
    }
  });
});

interface ServerMessages {
  readonly keys: Readonly<Record<string, string>>;
  readonly messages: readonly { what: string; key: string; ciphertext: string; plaintext_base64: string }[];
}

describe("messages of a real server", () => {
  const { keys: organizations, messages } = golden<ServerMessages>("server.json");

  it.each(messages.map((m) => [m.what, m.key, m] as const))("opens %s for %s", (_, owner, message) => {
    const key = keyOf(organizations[owner] ?? "");
    expect(key.decrypt(message.ciphertext)).toEqual(fromBase64(message.plaintext_base64));
  });
});

interface Ours {
  readonly private_key: string;
  readonly public_key: string;
  readonly messages: readonly {
    readonly name: string;
    readonly plaintext_base64: string;
    readonly text?: string;
    readonly blob_base64?: string;
  }[];
}

interface Answers {
  readonly public_key: string;
  readonly reads: Readonly<Record<string, { readonly base64?: string }>>;
  readonly writes: Readonly<Record<string, string>>;
}

describe("a round trip with vantage6's Python", () => {
  const ours = golden<Ours>("ours.json");
  const answers = golden<Answers>("python-answers.json");
  const key = parsePrivateKey(ours.private_key);

  it("ends in the same keys", () => {
    expect(answers.public_key).toBe(ours.public_key);
    expect(key.publicKey.toText()).toBe(ours.public_key);
    expect(key.toPem()).toBe(ours.private_key);
  });

  it.each(ours.messages.map((m) => [m.name, m] as const))("Python read our %s", (name, message) => {
    expect(answers.reads[name]).toEqual({ base64: message.plaintext_base64 });
    const envelope = message.text ?? fromBase64(message.blob_base64 ?? "");
    expect(key.decrypt(envelope)).toEqual(fromBase64(message.plaintext_base64));
  });

  it.each(Object.entries(answers.writes))("we read Python's %s", (name, envelope) => {
    const vector = vectors.find((v) => v.name === name && v.style === "python");
    expect(key.decrypt(envelope)).toEqual(fromBase64(vector?.plaintext_base64 ?? ""));
    if (name.startsWith("json"))
      expect(key.decryptJson(envelope)).toEqual(
        parsePythonJson(new TextDecoder().decode(key.decrypt(envelope))),
      );
  });
});
