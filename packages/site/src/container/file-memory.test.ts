import { mkdtempSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fileMemory } from "./file-memory.ts";

const fresh = (): string => mkdtempSync(join(tmpdir(), "konsil-memory-"));

describe("what a site was asked, in a folder", () => {
  it("is handed to one process at a time", async () => {
    const folder = join(fresh(), "konsil");
    const add = (): Promise<void> => fileMemory(folder).update((kept) => String(Number(kept ?? "0") + 1));
    await Promise.all(Array.from({ length: 30 }, add));
    expect(readFileSync(join(folder, "asked.json"), "utf8")).toBe("30");
    expect(statSync(join(folder, "asked.json")).mode & 0o077).toBe(0);
  });

  it("stays as it was where a question is refused", async () => {
    const memory = fileMemory(fresh());
    await memory.update(() => "one");
    const refused = memory.update(() => {
      throw new Error("refused");
    });
    await expect(refused).rejects.toThrow("refused");
    let kept: string | undefined;
    await memory.update((text) => {
      kept = text;
      return "two";
    });
    expect(kept).toBe("one");
  });

  it("is free again after a process that was killed", async () => {
    const folder = fresh();
    const lock = join(folder, "asked.lock");
    writeFileSync(lock, "");
    const before = new Date(Date.now() - 60_000);
    utimesSync(lock, before, before);
    await fileMemory(folder).update(() => "one");
    expect(readFileSync(join(folder, "asked.json"), "utf8")).toBe("one");
  });
});
