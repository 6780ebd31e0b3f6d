import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import {
  generatePrivateKey,
  parsePrivateKey,
  parsePublicKey,
  readPrivateKey,
  writePrivateKey,
} from "@konsil/sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { golden, keyObjectOf, pemOf, thrown, type Vectors } from "./goldens.ts";

const { keys } = golden<Vectors>("vectors.json");
const pem = pemOf(keys.a.private_pkcs1_der_base64);
const keyObject = keyObjectOf(keys.a.private_pkcs1_der_base64);
const key = parsePrivateKey(pem);
const base64 = (text: string): string => Buffer.from(text).toString("base64");
const publicText = (object: KeyObject): string =>
  base64(String(object.export({ format: "pem", type: "spki" })));

describe("private keys", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "konsil-keys-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("are made with 4096 bits, written for their owner alone, and never overwritten", async () => {
    const made = await generatePrivateKey();
    const path = join(folder, "made.pem");
    await writePrivateKey(path, made);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const text = await readFile(path, "utf8");
    expect(text).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\n/);
    const again = await readPrivateKey(path);
    expect(again.publicKey.fingerprint).toBe(made.publicKey.fingerprint);
    const message = new Uint8Array([1, 2, 3]);
    expect(again.decrypt(made.publicKey.encrypt(message))).toEqual(message);

    await expect(writePrivateKey(path, key)).rejects.toMatchObject({
      code: "OUTPUT_UNWRITABLE",
      message: expect.stringContaining("never overwritten"),
    });
    expect(await readFile(path, "utf8")).toBe(text);
    await expect(writePrivateKey(join(folder, "none", "x.pem"), key)).rejects.toMatchObject({
      code: "OUTPUT_UNWRITABLE",
    });
  });

  it("are protected by a passphrase, given right", async () => {
    const path = join(folder, "protected.pem");
    await writePrivateKey(path, key, { passphrase: "blåbær" });
    expect(await readFile(path, "utf8")).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----\n/);
    const read = await readPrivateKey(path, { passphrase: "blåbær" });
    expect(read.publicKey.fingerprint).toBe(key.publicKey.fingerprint);
    await expect(readPrivateKey(path)).rejects.toMatchObject({
      code: "KEY_INVALID",
      message: expect.stringContaining("Give it as { passphrase }"),
    });
    await expect(readPrivateKey(path, { passphrase: "bringebær" })).rejects.toMatchObject({
      code: "KEY_INVALID",
      message: expect.stringContaining("the passphrase is another"),
    });
    await expect(writePrivateKey(join(folder, "empty.pem"), key, { passphrase: "" })).rejects.toMatchObject({
      code: "ARGUMENT_INVALID",
    });
    await expect(stat(join(folder, "empty.pem"))).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("are not left unprotected by a passphrase that is undefined, as of a variable that is not set", async () => {
    const path = join(folder, "undefined.pem");
    const { passphrase } = {} as { readonly passphrase: string };
    const refusal = { code: "ARGUMENT_INVALID", message: expect.stringContaining("leave `passphrase` out") };
    await expect(writePrivateKey(path, key, { passphrase })).rejects.toMatchObject(refusal);
    await expect(stat(path)).rejects.toMatchObject({ code: "ENOENT" });
    expect(() => key.toPem(passphrase)).toThrow(expect.objectContaining(refusal));
    await writePrivateKey(path, key, {});
    expect(await readFile(path, "utf8")).toBe(key.toPem());
  });

  it.each(["pkcs1", "pkcs8"] as const)("are read from %s, with a passphrase and without", (type) => {
    const protectedPem = keyObject.export({ format: "pem", type, cipher: "aes-256-cbc", passphrase: "x" });
    const plainPem = keyObject.export({ format: "pem", type });
    const { fingerprint } = key.publicKey;
    expect(parsePrivateKey(String(plainPem)).publicKey.fingerprint).toBe(fingerprint);
    expect(parsePrivateKey(String(plainPem), { passphrase: "unneeded" }).publicKey.fingerprint).toBe(
      fingerprint,
    );
    expect(parsePrivateKey(String(protectedPem), { passphrase: "x" }).publicKey.fingerprint).toBe(
      fingerprint,
    );
    expect(thrown(() => parsePrivateKey(String(protectedPem)))).toHaveProperty("code", "KEY_INVALID");
  });

  it.each([0o644, 0o640, 0o620, 0o604, 0o660])(
    "are refused with mode %i, and how to mend it",
    async (mode) => {
      const path = join(folder, `mode-${mode}.pem`);
      await writeFile(path, pem);
      await chmod(path, mode);
      await expect(readPrivateKey(path)).rejects.toMatchObject({
        name: "EncryptionError",
        code: "KEY_EXPOSED",
        message: expect.stringContaining(`chmod 600 "${path}"`),
      });
      await chmod(path, 0o400);
      expect((await readPrivateKey(path)).publicKey.fingerprint).toBe(key.publicKey.fingerprint);
    },
  );

  it("say what is wrong with a file that is none", async () => {
    await expect(readPrivateKey(join(folder, "nowhere.pem"))).rejects.toMatchObject({ code: "KEY_INVALID" });
    await expect(readPrivateKey(folder)).rejects.toMatchObject({ code: "KEY_INVALID" });
    const path = join(folder, "words.pem");
    await writeFile(path, "not a key", { mode: 0o600 });
    await expect(readPrivateKey(path)).rejects.toMatchObject({
      message: expect.stringContaining(`"${path}"`),
    });
  });

  it.each<[string, string]>([
    ["nothing", ""],
    ["a public key", Buffer.from(keys.a.public_key, "base64").toString()],
    ["half a key", pem.slice(0, 2000)],
    ["a key with a hole", pem.replace(/\n.{64}\n/, "\n")],
    [
      "a key of 1024 bits",
      String(
        generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey.export({
          format: "pem",
          type: "pkcs1",
        }),
      ),
    ],
    [
      "a key for signing",
      String(generateKeyPairSync("ed25519").privateKey.export({ format: "pem", type: "pkcs8" })),
    ],
    [
      "a key for signatures with RSA",
      String(
        generateKeyPairSync("rsa-pss", { modulusLength: 2048 }).privateKey.export({
          format: "pem",
          type: "pkcs8",
        }),
      ),
    ],
  ])("are not %s", (_, text) => {
    const error = thrown(() => parsePrivateKey(text));
    expect(error).toHaveProperty("code", "KEY_INVALID");
  });

  it("are not in what is printed, or written as JSON, or said in an error", () => {
    const secret = pem.split("\n")[5] ?? "";
    const error = thrown(() => parsePrivateKey(pem.replace(/\n.{64}\n/, "\n"))) as Error;
    for (const words of [inspect(key, { depth: 9, showHidden: true }), JSON.stringify(key), inspect(error)])
      expect(words).not.toContain(secret);
    expect(JSON.stringify(key)).toBe(`{"publicKey":{"fingerprint":"${key.publicKey.fingerprint}"}}`);
  });
});

describe("public keys", () => {
  it("have the fingerprint that Python computes, and openssl", () => {
    // openssl pkey -pubin -in KEY.pem -outform DER | openssl dgst -sha256
    expect(key.publicKey.fingerprint.replaceAll(" ", "")).toBe(keys.a.sha256);
    expect(key.publicKey.fingerprint).toMatch(/^[0-9a-f]{4}( [0-9a-f]{4}){15}$/);
  });

  it("go to the server and back", () => {
    const back = parsePublicKey(key.publicKey.toText());
    expect(back.fingerprint).toBe(key.publicKey.fingerprint);
    expect(back.toText()).toBe(keys.a.public_key);
    expect(key.decryptJson(back.encrypt(new TextEncoder().encode("[1]")))).toEqual([1]);
  });

  it.each<[string, string | null | undefined]>([
    ["there is none", null],
    ["there is none", undefined],
    ["there is none", ""],
    ["it is not base64", "%%%"],
    ["it is not PEM", base64("hello")],
    ["it is not PEM", base64(pem)],
    ["it is damaged", base64("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n")],
    ["fewer than 2048", publicText(generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey)],
    [
      "less than 65537",
      publicText(generateKeyPairSync("rsa", { modulusLength: 2048, publicExponent: 3 }).publicKey),
    ],
    ['not "rsa"', publicText(generateKeyPairSync("x25519").publicKey)],
  ])("are refused where %s", (words, text) => {
    const error = thrown(() => parsePublicKey(text, 'organization "north"'));
    expect(error).toMatchObject({ code: "KEY_INVALID", name: "EncryptionError" });
    expect(error).toHaveProperty("message", expect.stringContaining(words));
    expect(error).toHaveProperty("message", expect.stringContaining('organization "north"'));
  });
});
