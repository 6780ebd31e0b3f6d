import { closeSync, fdatasyncSync, openSync, writeSync } from "node:fs";
import { journalLine, type SiteOptions } from "@konsil/core";

/**
 * Says in the run's log what was answered, and writes the steward's journal where the node names a file for it. What
 * cannot be written there does not leave.
 */
export function taskJournal(
  file: string | undefined,
  log: (text: string) => void,
): NonNullable<SiteOptions["onAnswer"]> {
  return (request, reply) => {
    const line = journalLine(request, reply, { at: new Date().toISOString(), researcher: "not given" });
    if (file !== undefined) {
      const handle = openSync(file, "a", 0o600);
      try {
        // One write, so that containers that share a journal do not write into each other's lines.
        writeSync(handle, `${JSON.stringify(line)}\n`);
        fdatasyncSync(handle);
      } finally {
        closeSync(handle);
      }
    }
    log(
      `${line.answer}${line.step === null ? "" : ` ${line.step}`}${line.code === null ? "" : ` (${line.code})`}`,
    );
  };
}
