import {
  closeSync,
  fdatasyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { DataError, type SiteMemory } from "@konsil/core";

/** Milliseconds after which a lock is one that a killed process left: it is held for some only. */
const abandoned = 30_000;
/** Milliseconds for which another process is waited for. */
const patience = 60_000;

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

/** Numbers of processes mean nothing from one container to another: a lock is told by its age. */
async function locked(file: string): Promise<void> {
  for (const until = Date.now() + patience; ; ) {
    try {
      closeSync(openSync(file, "wx", 0o600));
      return;
    } catch (error) {
      if (!isCode(error, "EEXIST")) throw error;
    }
    try {
      if (Date.now() - statSync(file).mtimeMs > abandoned) rmSync(file, { force: true });
    } catch (error) {
      if (!isCode(error, "ENOENT")) throw error;
    }
    if (Date.now() > until)
      throw new DataError("DATA_UNREADABLE", "What {site} was asked before is in use by another task.");
    await wait(20 + Math.random() * 30);
  }
}

/**
 * Keeps what a site was asked in a folder that its containers share. To delete the folder is to forget: then models can
 * be evaluated anew. A damaged file is not taken for an empty one.
 */
export function fileMemory(folder: string): SiteMemory {
  const [file, lock] = [join(folder, "asked.json"), join(folder, "asked.lock")];
  return {
    async update(change) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      await locked(lock);
      try {
        const changed = change(read(file));
        const fresh = join(folder, "asked.new");
        const handle = openSync(fresh, "w", 0o600);
        try {
          writeFileSync(handle, changed);
          fdatasyncSync(handle);
        } finally {
          closeSync(handle);
        }
        renameSync(fresh, file);
      } finally {
        rmSync(lock, { force: true });
      }
    },
  };
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (isCode(error, "ENOENT")) return undefined;
    throw error;
  }
}
