import { open, readFile, realpath, truncate } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { AnalysisError, type Journal, type JournalEntry } from "@konsil/core";
import { appendWhole, syncFolder } from "../output/append-whole.ts";
import { checkOutput } from "../output/index.ts";
import type { Locked } from "./file-lock.ts";
import { rememberJournal } from "./journal-secret.ts";

function parse(line: string, number: number, path: string): JournalEntry {
  try {
    return JSON.parse(line) as JournalEntry;
  } catch {
    throw new AnalysisError(
      "JOURNAL_INVALID",
      `The journal "${path}" is damaged in line ${number}. Start the analysis anew with another journal.`,
    );
  }
}

/** A journal's text, which nobody but its owner can read from then on: it may have been made by a copy. */
async function readOwn(file: string): Promise<string> {
  const handle = await open(file, "r");
  try {
    if (((await handle.stat()).mode & 0o077) !== 0) await handle.chmod(0o600);
    return await handle.readFile("utf8");
  } finally {
    await handle.close();
  }
}

function inUse(path: string, lock: string, { holder }: Locked): AnalysisError {
  const who =
    holder === undefined
      ? "somebody"
      : `process ${holder.pid}${holder.pid === process.pid ? ", this one," : ""} on ${holder.host}, since ${holder.since}`;
  return new AnalysisError(
    "JOURNAL_INVALID",
    `The journal "${path}" is in use by ${who}. Wait for that analysis to end, or give this one a journal of its own. If it no longer runs, delete "${lock}".`,
  );
}

function unwritable(path: string, cause: unknown): AnalysisError {
  return new AnalysisError(
    "OUTPUT_UNWRITABLE",
    `The journal "${path}" cannot be written (${(cause as NodeJS.ErrnoException).code}), and what it does not hold might be asked twice, so the analysis ends here. Make room on its disk, say, and run it again with the same journal: it goes on from there.`,
    { cause },
  );
}

/**
 * A journal in a file, one line of JSON for each entry, safe on disk before the next thing happens. It holds what
 * sites answered: keep it as carefully as the results. Made with mode 0600. While an analysis writes it, `FILE.lock`
 * keeps every other one away, in this process or another. What cannot be written ends the analysis, as an AnalysisError
 * OUTPUT_UNWRITABLE.
 */
export function fileJournal(path: string): Journal {
  // A script may go to another folder while an analysis runs.
  const file = resolve(path);
  let isLocked = false;
  let isWhole = false;
  let last: Promise<void> = Promise.resolve();

  const take = async (): Promise<() => Promise<void>> => {
    await checkOutput(path, { what: "The journal" });
    // Loaded with the first lock, since it needs what starts processes.
    const { Locked, lockFile } = await import("./file-lock.ts");
    try {
      return await lockFile(`${await realPath(file)}.lock`);
    } catch (error) {
      throw error instanceof Locked ? inUse(path, `${path}.lock`, error) : unwritable(path, error);
    }
  };
  const write = async (entry: JournalEntry): Promise<void> => {
    try {
      if (!isWhole) await dropHalfLine(file);
      isWhole = false;
      const handle = await open(file, "a", 0o600);
      try {
        const isNew = (await handle.stat()).size === 0;
        await appendWhole(handle, `${JSON.stringify(entry)}\n`);
        if (isNew) await syncFolder(await realPath(file));
      } finally {
        await handle.close();
      }
      isWhole = true;
    } catch (error) {
      throw unwritable(path, error);
    }
  };
  return {
    name: path,
    async lock() {
      const release = await take();
      isLocked = true;
      isWhole = false;
      return async () => {
        isLocked = false;
        // What is being written now is written under the lock.
        await last.catch(() => undefined);
        await release();
      };
    },
    async load() {
      let text: string;
      try {
        text = await readOwn(file);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
        throw new AnalysisError(
          "JOURNAL_INVALID",
          `The journal "${path}" cannot be read, or not be made yours alone (mode 600). Name one of your own.`,
          { cause: error },
        );
      }
      // A crash in the middle of a write leaves half a last line; what it says did not happen.
      const lines = text.split("\n").slice(0, -1);
      const entries = lines.flatMap((line, i) => (line === "" ? [] : [parse(line, i + 1, path)]));
      const [header] = entries;
      if (header?.entry === "analysis") rememberJournal(header.analysis, await realPath(file));
      return entries;
    },
    append(entry) {
      const isUnderLock = isLocked;
      last = last
        .catch(() => undefined)
        .then(async () => {
          if (isUnderLock) return await write(entry);
          // The end of a task that outlived its analysis. It is written unless another analysis has the journal by now.
          const release = await take();
          isWhole = false;
          await write(entry).finally(release);
        });
      return last;
    },
  };
}

/** One path for one file: a journal that is reached by a link has the lock of what the link leads to. */
async function realPath(file: string): Promise<string> {
  return realpath(file).catch(async () => join(await realpath(dirname(file)), basename(file)));
}

/** Cuts off what a crash left of a last line, so that the next entry has a line of its own. */
async function dropHalfLine(path: string): Promise<void> {
  const bytes = await readFile(path).catch(() => Buffer.alloc(0));
  const end = bytes.lastIndexOf(10) + 1;
  if (end < bytes.length) await truncate(path, end);
}
