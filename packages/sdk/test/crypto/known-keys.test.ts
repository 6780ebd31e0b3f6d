import { appendFile, chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileKnownKeys, type KnownKeys, memoryKnownKeys, parsePublicKey } from "@konsil/sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { golden, type Vectors } from "./goldens.ts";

const { keys } = golden<Vectors>("vectors.json");
const a = parsePublicKey(keys.a.public_key);
const b = parsePublicKey(keys.b.public_key);
const north = { server: "https://v6.example.org/api", organization: 2, name: "north" };
const south = { ...north, organization: 3, name: "south" };
const sealed = { server: north.server, collaboration: 2, name: "sealed" };

let folder = "";
let count = 0;
const fresh = (): string => join(folder, `known-${count++}.jsonl`);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "konsil-known-keys-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each<[string, () => KnownKeys]>([
  ["in memory", memoryKnownKeys],
  ["in a file", () => fileKnownKeys(fresh())],
])("known keys %s", (_, make) => {
  it("hold each organization of each server to its first key", async () => {
    const known = make();
    expect(await known.check(north, a)).toBe("first");
    expect(await known.check(north, a)).toBe("known");
    expect(await known.check({ ...north, server: "HTTPS://V6.example.org:443/api/" }, a)).toBe("known");
    expect(await known.check({ ...north, name: "renamed" }, a)).toBe("known");
    expect(await known.check(south, b)).toBe("first");
    expect(await known.check({ ...north, server: "https://other.example.org/api" }, b)).toBe("first");
  });

  it("refuse another key, show both, say what to do, and stay as they are", async () => {
    const known = make();
    await known.check(north, a);
    for (let attempt = 0; attempt < 2; attempt++) {
      const error: unknown = await known.check(north, b).catch((e: unknown) => e);
      expect(error).toMatchObject({ name: "EncryptionError", code: "KEY_CHANGED" });
      const { message } = error as Error;
      expect(message).toContain(`known: ${a.fingerprint}`);
      expect(message).toContain(`now:   ${b.fingerprint}`);
      expect(message).toMatch(/telephone/);
      expect(message).toContain('"north" (2) at https://v6.example.org/api');
    }
    expect(await known.check(north, a)).toBe("known");
  });

  it("hold an organization to its key by its name as well, whatever number it comes with", async () => {
    const known = make();
    await known.check(north, a);
    const error: unknown = await known.check({ ...north, organization: 99 }, b).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: "KEY_CHANGED" });
    expect((error as Error).message).toContain('"north" (99)');
    expect((error as Error).message).toContain("when it was organization 2");
    // The same key under a new number is fine, and that number has it from now on.
    expect(await known.check({ ...north, organization: 99 }, a)).toBe("known");
    await expect(known.check({ ...south, organization: 99 }, b)).rejects.toMatchObject({
      code: "KEY_CHANGED",
    });
  });

  it("do not let an organization take another's name", async () => {
    const known = make();
    await known.check(north, a);
    await known.check(south, b);
    await expect(known.check({ ...south, name: "north" }, b)).rejects.toMatchObject({ code: "KEY_CHANGED" });
    // Nor in two steps.
    expect(await known.check({ ...north, name: "north pole" }, a)).toBe("known");
    await expect(known.check({ ...south, name: "north pole" }, b)).rejects.toMatchObject({
      code: "KEY_CHANGED",
    });
  });

  it("tell what they know", async () => {
    const known = make();
    expect(await known.list()).toEqual([]);
    await known.checkEncryption(sealed, true);
    await known.check(north, a);
    expect(await known.list()).toEqual([
      { ...north, fingerprint: a.fingerprint, since: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) },
    ]);
  });

  it("hold a collaboration to having been encrypted, by number and by name", async () => {
    const known = make();
    await known.checkEncryption(sealed, false);
    await known.checkEncryption(sealed, true);
    await known.checkEncryption(sealed, true);
    for (const one of [sealed, { ...sealed, collaboration: 9 }, { ...sealed, name: "renamed" }]) {
      const error: unknown = await known.checkEncryption(one, false).catch((e: unknown) => e);
      expect(error).toMatchObject({ name: "EncryptionError", code: "ENCRYPTION_MISMATCH" });
      expect((error as Error).message).toMatch(/is not encrypted, and it was on \d{4}-.*Nothing was sent/);
    }
    await known.checkEncryption({ ...sealed, collaboration: 9, name: "other" }, false);
    await known.checkEncryption({ ...sealed, server: "https://other.example.org/api" }, false);
  });

  it("refuse what is no address", async () => {
    await expect(make().check({ ...north, server: "v6" }, a)).rejects.toMatchObject({
      code: "ARGUMENT_INVALID",
    });
  });

  it("keep in order what is asked at once", async () => {
    const known = make();
    const answers = await Promise.allSettled([
      known.check(north, a),
      known.check(north, b),
      known.check(north, a),
    ]);
    expect(answers.map((answer) => answer.status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  });
});

describe("a file of known keys", () => {
  it("is its owner's alone, and lasts", async () => {
    const path = fresh();
    await fileKnownKeys(path).check(north, a);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const text = await readFile(path, "utf8");
    expect(JSON.parse(text)).toMatchObject({ ...north, fingerprint: a.fingerprint });
    expect(await fileKnownKeys(path).check(north, a)).toBe("known");
    await expect(fileKnownKeys(path).check(north, b)).rejects.toThrow(`delete line 1 of "${path}"`);
    expect(await readFile(path, "utf8")).toBe(text);
  });

  it("is mended by hand: a line written beforehand counts, a deleted one is forgotten", async () => {
    const path = fresh();
    const line = JSON.stringify({ ...north, fingerprint: a.fingerprint, since: "2026-01-02" });
    await writeFile(path, `\n${line}`, { mode: 0o600 });
    await expect(fileKnownKeys(path).check(north, b)).rejects.toThrow("known since 2026-01-02");
    await expect(fileKnownKeys(path).check(north, b)).rejects.toThrow("delete line 2");
    expect(await fileKnownKeys(path).check(south, b)).toBe("first");
    expect((await readFile(path, "utf8")).split("\n")).toHaveLength(4);
    await writeFile(path, "");
    expect(await fileKnownKeys(path).check(north, b)).toBe("first");
  });

  it("of two organizations with one name is written by a person, and then holds both", async () => {
    const path = fresh();
    await fileKnownKeys(path).check(north, a);
    const twin = { ...north, organization: 4 };
    await expect(fileKnownKeys(path).check(twin, b)).rejects.toMatchObject({ code: "KEY_CHANGED" });
    await appendFile(
      path,
      `${JSON.stringify({ ...twin, fingerprint: b.fingerprint, since: "2026-01-02" })}\n`,
    );
    expect(await fileKnownKeys(path).check(twin, b)).toBe("known");
    expect(await fileKnownKeys(path).check(north, a)).toBe("known");
    await expect(fileKnownKeys(path).check({ ...twin, organization: 5 }, b)).rejects.toThrow(
      "delete line 1 of",
    );
  });

  it("is not made to learn that nothing is known", async () => {
    const path = fresh();
    await fileKnownKeys(path).checkEncryption(sealed, false);
    expect(await fileKnownKeys(path).list()).toEqual([]);
    await expect(stat(path)).rejects.toThrow("ENOENT");
    await fileKnownKeys(path).checkEncryption(sealed, true);
    await expect(fileKnownKeys(path).checkEncryption(sealed, false)).rejects.toThrow(
      `If it is meant, delete line 1 of "${path}" and try again`,
    );
  });

  it("with two keys for one organization refuses both, until a person decides", async () => {
    const path = fresh();
    await fileKnownKeys(path).check(north, a);
    await appendFile(
      path,
      `${JSON.stringify({ ...north, fingerprint: b.fingerprint, since: "2026-01-02" })}\n`,
    );
    await expect(fileKnownKeys(path).check(north, a)).rejects.toMatchObject({ code: "KEY_CHANGED" });
    await expect(fileKnownKeys(path).check(north, b)).rejects.toMatchObject({ code: "KEY_CHANGED" });
  });

  it.each(["{", '{"server": 1}', `{"fingerprint": "${"x".repeat(79)}"}`])(
    "is refused with the line %s, which may not count as unseen",
    async (line) => {
      const path = fresh();
      await fileKnownKeys(path).check(north, a);
      await appendFile(path, `${line}\n`);
      await expect(fileKnownKeys(path).check(north, a)).rejects.toMatchObject({
        code: "KEY_INVALID",
        message: expect.stringContaining("Line 2"),
      });
    },
  );

  it("is refused when others can change it", async () => {
    const path = fresh();
    await fileKnownKeys(path).check(north, a);
    await chmod(path, 0o666);
    await expect(fileKnownKeys(path).check(north, a)).rejects.toMatchObject({ code: "KEY_EXPOSED" });
  });
});
