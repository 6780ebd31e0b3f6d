import { randomBytes } from "node:crypto";
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  fdatasyncSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { isKonsilError, SiteError, type SiteMemory } from "@konsil/core";

/** Versions before the newest that are left: whoever reads one that is deleted meanwhile looks again. */
const left = 2;
/** Tries until others that write at the same time are taken for a fault. */
const tries = 500;

const nameOf = (version: number): string => `asked-${version}.json`;

function isCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && "code" in error && codes.includes(String(error.code));
}

/** @throws SiteError in words without a path; `log` has told the node's administrator what to do */
function unusable(cause?: unknown): SiteError {
  return new SiteError(
    "SITE_FAILED",
    "{site} cannot read or keep what it was asked before, and so does not know whether it may answer. Its steward finds the cause in the log of the node.",
    { cause },
  );
}

/**
 * Makes the folder in which a site keeps what it was asked, where there is none. It is made with its first version inside,
 * so that a folder without one is known to have lost it. Called while the process has the right to.
 * @param owner user and group to which the folder is handed over
 */
export function makeMemory(folder: string, owner?: { readonly user: number; readonly group: number }): void {
  if (existsSync(folder)) return;
  mkdirSync(dirname(folder), { recursive: true });
  const fresh = mkdtempSync(`${folder}.new-`);
  const first = join(fresh, nameOf(0));
  writeFileSync(first, "", { mode: 0o660 });
  // By group: the user differs where a database can be read by its owner only.
  for (const [path, mode] of [
    [first, 0o660],
    [fresh, 0o770],
  ] as const) {
    if (owner !== undefined) chownSync(path, owner.user, owner.group);
    chmodSync(path, mode);
  }
  try {
    renameSync(fresh, folder);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    // Another container was first.
    if (!isCode(error, "ENOTEMPTY", "EEXIST")) throw error;
  }
}

function newest(folder: string): number | undefined {
  const versions = readdirSync(folder).flatMap((name) => {
    const found = /^asked-(\d{1,15})\.json$/.exec(name);
    return found === null ? [] : [Number(found[1])];
  });
  return versions.length === 0 ? undefined : Math.max(...versions);
}

/** Puts a whole file in place under a name that nobody has, or returns false where somebody has it. */
function put(folder: string, name: string, text: string): boolean {
  const fresh = join(folder, `.${randomBytes(8).toString("hex")}`);
  try {
    const handle = openSync(fresh, "wx", 0o660);
    try {
      writeFileSync(handle, text);
      fdatasyncSync(handle);
    } finally {
      closeSync(handle);
    }
    chmodSync(fresh, 0o660);
    linkSync(fresh, join(folder, name));
    return true;
  } catch (error) {
    if (isCode(error, "EEXIST")) return false;
    throw error;
  } finally {
    rmSync(fresh, { force: true });
  }
}

/** Milliseconds after which a file that is in no place yet is one that a killed container left. */
const abandoned = 3_600_000;

function isAbandoned(folder: string, name: string): boolean {
  if (!name.startsWith(".")) return false;
  const made = statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
  return Date.now() - made > abandoned;
}

/** Deletes what newer versions replaced. Another process may do so at the same time. */
function tidy(folder: string, version: number): void {
  for (const name of readdirSync(folder)) {
    const found = /^asked-(\d{1,15})\.json$/.exec(name);
    const isOld = found !== null && Number(found[1]) < version - left;
    if (isOld || isAbandoned(folder, name)) rmSync(join(folder, name), { force: true });
  }
}

/**
 * The secret of a site's fingerprints, beside what it was asked, where all of its containers find it; made when it is first
 * needed. Undefined where it cannot be kept: then no answer says whether rows or the policy changed.
 */
export function fileSecret(
  folder: string,
  log: (text: string) => void = () => undefined,
): () => Promise<string | undefined> {
  const file = join(folder, "secret");
  return async () => {
    try {
      if (!existsSync(file)) put(folder, "secret", randomBytes(32).toString("hex"));
      const secret = readFileSync(file, "utf8");
      if (/^[0-9a-f]{64}$/.test(secret)) return secret;
      log(`the secret for fingerprints is damaged: delete ${file}, and it is made anew.`);
    } catch (error) {
      log(`no secret for fingerprints can be kept (${file}): ${(error as NodeJS.ErrnoException).code}`);
    }
    return undefined;
  };
}

/**
 * Keeps what a site was asked in a folder that its containers share. Nothing is locked, since a container may be killed at
 * any time: each change is a file of the next number, which one process alone can make, and whoever was slower begins
 * anew. A folder that lost its files, or a damaged file, is never taken for an empty one. To delete the folder is to forget:
 * then models can be evaluated anew.
 * @param log told what the administrator of a node has to know; nothing of a person
 */
export function fileMemory(folder: string, log: (text: string) => void = () => undefined): SiteMemory {
  const failed = (what: string, cause?: unknown): SiteError => {
    log(`what was asked before (${folder}) ${what}`);
    return unusable(cause);
  };
  const read = (version: number): string | undefined => {
    const text = readFileSync(join(folder, nameOf(version)), "utf8");
    if (text === "" && version > 0)
      throw failed(
        `is damaged: ${nameOf(version)} is empty. Restore the folder, or delete it to begin anew.`,
      );
    return text === "" ? undefined : text;
  };
  const changedFrom = (
    kept: string | undefined,
    version: number,
    change: (kept: string | undefined) => string,
  ) => {
    try {
      return change(kept);
    } catch (error) {
      if (!isKonsilError(error) || error.code !== "SITE_FAILED") throw error;
      throw failed(`is damaged: ${nameOf(version)}. Restore the folder, or delete it to begin anew.`, error);
    }
  };
  const attempt = (change: (kept: string | undefined) => string): boolean => {
    const version = newest(folder);
    if (version === undefined)
      throw failed("is lost: the folder has no file. Restore it, or delete the folder to begin anew.");
    let kept: string | undefined;
    try {
      kept = read(version);
    } catch (error) {
      if (isCode(error, "ENOENT")) return false;
      throw error;
    }
    const changed = changedFrom(kept, version, change);
    if (changed === kept) return true;
    if (!put(folder, nameOf(version + 1), changed)) return false;
    // A number can be free because its file was replaced and deleted. Then this change is in none that counts; where it is,
    // to make it again changes nothing.
    if (newest(folder) !== version + 1) return false;
    tidy(folder, version + 1);
    return true;
  };
  return {
    async update(change) {
      for (let made = 0; made < tries; made++) {
        try {
          if (attempt(change)) return;
        } catch (error) {
          if (!isCode(error, "ENOENT", "EACCES", "EPERM", "EROFS", "ENOSPC", "ENOTDIR", "EIO", "EDQUOT"))
            throw error;
          throw failed(`cannot be used: ${(error as NodeJS.ErrnoException).code}.`, error);
        }
        await wait(Math.random() * 20);
      }
      throw failed("is in use by too many tasks at the same time.");
    },
  };
}
