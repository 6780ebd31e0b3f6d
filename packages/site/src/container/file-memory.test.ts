import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SiteError } from "@konsil/core";
import { describe, expect, it } from "vitest";
import { fileMemory, fileSecret, makeMemory } from "./file-memory.ts";

function fresh(): string {
  const folder = join(mkdtempSync(join(tmpdir(), "konsil-memory-")), "volume", "konsil");
  makeMemory(folder);
  return folder;
}

const newestFile = (folder: string): string =>
  readdirSync(folder).sort((a, b) => Number(/\d+/.exec(b)?.[0]) - Number(/\d+/.exec(a)?.[0]))[0] ?? "";

const keptIn = (folder: string): string => readFileSync(join(folder, newestFile(folder)), "utf8");

/** Adds a word to the words that are kept: to add it twice is to add it once. */
const add =
  (word: string) =>
  (kept: string | undefined): string =>
    JSON.stringify([...new Set([...(JSON.parse(kept ?? "[]") as string[]), word])].sort());

describe("what a site was asked, in a folder", () => {
  it("loses nothing of what many write at the same time, and is for nobody else to read", async () => {
    const folder = fresh();
    const words = Array.from({ length: 60 }, (_, i) => `word ${i}`);
    await Promise.all(words.map((word) => fileMemory(folder).update(add(word))));
    expect(JSON.parse(keptIn(folder))).toEqual([...words].sort());
    expect(statSync(folder).mode & 0o007).toBe(0);
    expect(statSync(join(folder, newestFile(folder))).mode & 0o007).toBe(0);
    expect(readdirSync(folder).length).toBeLessThan(8);
  });

  it("stays as it was where a question is refused, and is not written anew where nothing changed", async () => {
    const folder = fresh();
    await fileMemory(folder).update(add("one"));
    const before = readdirSync(folder);
    const refused = fileMemory(folder).update(() => {
      throw new Error("refused");
    });
    await expect(refused).rejects.toThrow("refused");
    await fileMemory(folder).update(add("one"));
    expect(readdirSync(folder)).toEqual(before);
    expect(keptIn(folder)).toBe('["one"]');
  });

  it("is not taken for empty when its files are lost, the newest is emptied, or the folder is gone", async () => {
    const said: string[] = [];
    const use = (folder: string) => fileMemory(folder, (text) => said.push(text)).update(add("more"));
    const lost = fresh();
    for (const name of readdirSync(lost)) rmSync(join(lost, name));
    await expect(use(lost)).rejects.toThrow(SiteError);
    makeMemory(lost);
    await expect(use(lost)).rejects.toThrow(/does not know whether it may answer/);

    const emptied = fresh();
    await use(emptied);
    writeFileSync(join(emptied, newestFile(emptied)), "");
    await expect(use(emptied)).rejects.toMatchObject({ code: "SITE_FAILED" });

    const gone = fresh();
    rmSync(gone, { recursive: true });
    await expect(use(gone)).rejects.toMatchObject({ code: "SITE_FAILED" });
    expect(said).toHaveLength(4);
    expect(said[0]).toMatch(/is lost.*delete the folder to begin anew/);
  });

  it("says of a damaged text that it is damaged, in words without a path for whoever asked", async () => {
    const folder = fresh();
    const said: string[] = [];
    const memory = fileMemory(folder, (text) => said.push(text));
    const damaged = memory.update(() => {
      throw new SiteError("SITE_FAILED", "damaged");
    });
    await expect(damaged).rejects.toThrow(
      expect.objectContaining({ message: expect.not.stringContaining(folder) }),
    );
    expect(said).toEqual([expect.stringContaining("is damaged: asked-0.json")]);
  });

  it("is refused where it cannot be written", async (context) => {
    if (process.getuid?.() === 0) context.skip("root may write anywhere");
    const folder = fresh();
    chmodSync(folder, 0o500);
    await expect(fileMemory(folder).update(add("one"))).rejects.toMatchObject({ code: "SITE_FAILED" });
  });

  it("is made once, whole, and left as it is afterwards", async () => {
    const folder = fresh();
    await fileMemory(folder).update(add("one"));
    makeMemory(folder);
    expect(keptIn(folder)).toBe('["one"]');
    expect(readdirSync(join(folder, ".."))).toEqual(["konsil"]);
    expect(existsSync(folder)).toBe(true);
  });
});

describe("the secret of a site's fingerprints", () => {
  it("is one, whoever is first, is not read by others, and is no part of what was asked", async () => {
    const folder = fresh();
    const all = await Promise.all(Array.from({ length: 20 }, () => fileSecret(folder)()));
    expect(new Set(all).size).toBe(1);
    expect(all[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(await fileSecret(fresh())()).not.toBe(all[0]);
    expect(statSync(join(folder, "secret")).mode & 0o007).toBe(0);
    for (let i = 0; i < 5; i++) await fileMemory(folder).update(add(`word ${i}`));
    expect(await fileSecret(folder)()).toBe(all[0]);
  });

  it("is none where it cannot be kept or is damaged, and the node's log says so", async () => {
    const said: string[] = [];
    const secretIn = (folder: string) => fileSecret(folder, (text) => said.push(text))();
    expect(await secretIn(join(fresh(), "none"))).toBeUndefined();
    const folder = fresh();
    writeFileSync(join(folder, "secret"), "half");
    expect(await secretIn(folder)).toBeUndefined();
    expect(said).toEqual([
      expect.stringMatching(/^no secret for fingerprints can be kept .*ENOENT$/),
      expect.stringMatching(
        /^the secret for fingerprints is damaged: delete .*secret, and it is made anew\.$/,
      ),
    ]);
    rmSync(join(folder, "secret"));
    expect(await secretIn(folder)).toMatch(/^[0-9a-f]{64}$/);
  });
});
