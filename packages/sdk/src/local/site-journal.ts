import { closeSync, fchmodSync, fdatasyncSync, fstatSync, openSync, readSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { AnalysisError, ArgumentError, journalBeginning, journalLine, type SiteOptions } from "@konsil/core";

const newline = 10;

/** Opens a journal to append to, for its owner alone: also one that was made with a wider mode. */
function opened<T>(file: string, use: (handle: number, size: number) => T): T {
  const handle = openSync(file, "a+", 0o600);
  try {
    const { mode, size } = fstatSync(handle);
    if ((mode & 0o077) !== 0) fchmodSync(handle, 0o600);
    return use(handle, size);
  } finally {
    closeSync(handle);
  }
}

/** Whether an open file is empty or a journal: data, say, that were named by mistake must not be appended to. */
function isJournal(handle: number, size: number): boolean {
  const beginning = Buffer.alloc(Math.min(size, journalBeginning.length));
  readSync(handle, beginning, 0, beginning.length, 0);
  return journalBeginning.startsWith(beginning.toString("utf8"));
}

/** What a crash left of a last line has a line of its own. */
function endsInside(handle: number, size: number): boolean {
  if (size === 0) return false;
  const last = Buffer.alloc(1);
  readSync(handle, last, 0, 1, size - 1);
  return last[0] !== newline;
}

/**
 * Writes a site's journal into a file, one line of JSON for each reply, safe on disk before the reply leaves. The file is
 * opened for each line: one that was moved away is begun anew, and not written to where nobody sees it.
 * @throws ArgumentError OUTPUT_UNWRITABLE, AnalysisError JOURNAL_INVALID for a file that holds something else
 */
export function siteJournal(
  path: string,
  { site, researcher }: { readonly site: string; readonly researcher: string },
): NonNullable<SiteOptions["onAnswer"]> {
  // A script may go to another folder while the site answers.
  const file = resolve(path);
  let fits: boolean;
  try {
    fits = opened(file, isJournal);
  } catch (cause) {
    throw new ArgumentError(
      "OUTPUT_UNWRITABLE",
      `The journal "${path}" of the site "${site}" cannot be written, and then nothing would leave the site. Name a file in a folder that is there, and that you may write to.`,
      { cause },
    );
  }
  if (!fits)
    throw new AnalysisError(
      "JOURNAL_INVALID",
      `The file "${path}" holds something other than a site's journal, so that of the site "${site}" is not written to it. Name another file.`,
    );
  return (request, reply, question) => {
    const line = journalLine(request, reply, question, { at: new Date().toISOString(), researcher });
    opened(file, (handle, size) => {
      // One write, so that processes that share a journal do not write into each other's lines.
      writeFileSync(handle, `${endsInside(handle, size) ? "\n" : ""}${JSON.stringify(line)}\n`);
      fdatasyncSync(handle);
    });
  };
}
