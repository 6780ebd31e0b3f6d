import { createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { type PrivateKey, parsePrivateKey } from "@konsil/sdk";

export function golden<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../goldens/encryption/${name}`, import.meta.url), "utf8")) as T;
}

export interface Vector {
  readonly name: string;
  readonly style: "python" | "ui" | "blob";
  readonly plaintext_base64: string;
  readonly shared_key_base64?: string;
  readonly iv_base64?: string;
  readonly ciphertext?: string;
  readonly ciphertext_base64?: string;
}

export interface Vectors {
  readonly keys: Readonly<
    Record<"a" | "b", { public_key: string; sha256: string; private_pkcs1_der_base64: string }>
  >;
  readonly vectors: readonly Vector[];
  readonly broken: readonly { readonly name: string; readonly ciphertext: string }[];
}

export function fromBase64(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "base64"));
}

export function pemOf(der: string): string {
  return `-----BEGIN RSA PRIVATE KEY-----\n${(der.match(/.{1,64}/g) ?? []).join("\n")}\n-----END RSA PRIVATE KEY-----\n`;
}

export function keyOf(der: string): PrivateKey {
  return parsePrivateKey(pemOf(der));
}

export function keyObjectOf(der: string): ReturnType<typeof createPrivateKey> {
  return createPrivateKey(pemOf(der));
}

/** What was thrown, or undefined. */
export function thrown(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}
