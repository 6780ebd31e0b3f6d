import { randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { contentHash } from "@konsil/core";
import { keyBytes, newKey, seal, unseal } from "../seal/sealed-bytes.ts";

/** Milliseconds for which a key lives: after that nobody can read what was sealed by it. */
const lifetime = 6 * 3_600_000;

/** Of files with rows, and of keys. */
const prefix = "konsil-table-";

/** More is not kept: to read it would take as long as it takes to prepare it. */
const mostBytes = 2 ** 30;

/**
 * Deletes what is older than so many milliseconds, else everything: by no clock, since a file's time is finer than the
 * present one and may lie after it. What cannot be deleted stays, and is useless by its age.
 */
function clean(folder: string, age = Number.NEGATIVE_INFINITY): void {
  let names: readonly string[];
  try {
    names = readdirSync(folder).filter((name) => name.startsWith(prefix));
  } catch {
    return;
  }
  for (const name of names) {
    const path = join(folder, name);
    try {
      const made = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
      if (Date.now() - made >= age) rmSync(path, { force: true });
    } catch {
      // Another container deletes it, or it is another user's.
    }
  }
}

/** Makes unreadable whatever the jobs of a node have kept. */
export function forgetKeys(keys: string): void {
  clean(keys);
}

/** The bytes of a file; undefined of what is none, or cannot be read. Follows no link, and waits for no pipe. */
function contentOf(path: string): Uint8Array | undefined {
  try {
    const handle = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      return readFileSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch {
    return undefined;
  }
}

/**
 * What containers of one job keep for each other, in the folder that they share and that no node deletes: sealed, so
 * that it is worth nothing without the job's key. This lies in the node's own volume, and is deleted with the job's central
 * part where that runs here, or by the first container of whatever job that starts six hours later.
 */
export class KeptFiles {
  readonly #folder: string;
  readonly #keys: string;
  /** The job, by the folder that it has for itself. */
  readonly #job: string;

  /**
   * @param folder that containers of the job share
   * @param keys a folder that only containers of the node share
   * @throws where there is no such folder
   */
  constructor(folder: string, keys: string) {
    const { dev, ino } = statSync(folder, { bigint: true });
    this.#folder = folder;
    this.#keys = keys;
    this.#job = `${dev} ${ino}`;
    clean(folder, lifetime);
    clean(keys, lifetime);
  }

  #file(name: string): string {
    return join(this.#folder, prefix + contentHash(name).slice(0, 16));
  }

  get #keyFile(): string {
    return join(this.#keys, prefix + contentHash(this.#job).slice(0, 16));
  }

  #key(): Uint8Array | undefined {
    const key = contentOf(this.#keyFile);
    return key?.length === keyBytes ? key : undefined;
  }

  /** What a container of this job kept under a name as bytes about this; undefined of anything else. Never throws. */
  read(name: string, about: string): Uint8Array | undefined {
    const key = this.#key();
    const sealed = key === undefined ? undefined : contentOf(this.#file(name));
    if (key === undefined || sealed === undefined) return undefined;
    return unseal(key, this.#about(name, about), sealed);
  }

  /**
   * Keeps bytes in place of those of the name, whole or not at all.
   * @returns whether they are kept
   * @throws where one of the folders cannot be written to, or is full
   */
  write(name: string, about: string, bytes: Uint8Array): boolean {
    if (bytes.length > mostBytes) return false;
    try {
      writeFileSync(this.#keyFile, newKey(), { flag: "wx", mode: 0o600 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const key = this.#key();
    if (key === undefined) return false;
    const file = this.#file(name);
    const fresh = `${file}.${randomBytes(8).toString("hex")}`;
    try {
      const handle = openSync(fresh, "wx", 0o600);
      try {
        for (const part of seal(key, this.#about(name, about), bytes)) writeFileSync(handle, part);
      } finally {
        closeSync(handle);
      }
      renameSync(fresh, file);
    } catch (error) {
      rmSync(fresh, { force: true });
      throw error;
    }
    return true;
  }

  #about(name: string, about: string): string {
    return JSON.stringify([this.#job, name, about]);
  }

  /** Deletes the job's key, and what it kept here. */
  forget(): void {
    rmSync(this.#keyFile, { force: true });
    clean(this.#folder);
  }
}
