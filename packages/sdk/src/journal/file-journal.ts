import { open, readFile, truncate } from "node:fs/promises";
import { AnalysisError, type Journal, type JournalEntry } from "@konsil/core";

function parse(line: string, last: boolean): JournalEntry | undefined {
  try {
    return JSON.parse(line) as JournalEntry;
  } catch {
    // A crash in the middle of a write leaves half a last line; what it says did not happen.
    if (last) return undefined;
    throw new AnalysisError(
      "JOURNAL_INVALID",
      "The journal is damaged in the middle. Start the analysis anew with another journal.",
    );
  }
}

/**
 * A journal in a file, one line of JSON for each entry, safe on disk before the next thing happens. It holds what
 * sites answered: keep it as carefully as the results. Made with mode 0600.
 */
export function fileJournal(path: string): Journal {
  let whole = false;
  return {
    async load() {
      let text: string;
      try {
        text = await readFile(path, "utf8");
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
        throw new AnalysisError("JOURNAL_INVALID", `The journal ${path} cannot be read.`, { cause: error });
      }
      const lines = text.split("\n").filter((line) => line !== "");
      return lines.flatMap((line, i) => parse(line, i === lines.length - 1) ?? []);
    },
    async append(entry) {
      if (!whole) await dropHalfLine(path);
      whole = true;
      const file = await open(path, "a", 0o600);
      try {
        await file.write(`${JSON.stringify(entry)}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
    },
  };
}

/** Cuts off what a crash left of a last line, so that the next entry has a line of its own. */
async function dropHalfLine(path: string): Promise<void> {
  const bytes = await readFile(path).catch(() => Buffer.alloc(0));
  const end = bytes.lastIndexOf(10) + 1;
  if (end < bytes.length) await truncate(path, end);
}
