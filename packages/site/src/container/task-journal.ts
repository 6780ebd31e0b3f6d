import { fdatasyncSync, fstatSync, openSync, readSync, writeSync } from "node:fs";
import { journalLine, type Noted, type QuestionWords, type Request } from "@konsil/core";

/** Hears of everything that leaves, before it does. `request` is undefined for one that could not be read. */
export type OnAnswer = (
  request: Request | undefined,
  reply: Noted,
  question: QuestionWords | undefined,
) => void;

/** Opens a steward's journal, while this process may still write where only root may. Lines are only ever added. */
export function openJournal(file: string): number {
  return openSync(file, "a+", 0o600);
}

/** Whether a journal ends in half a line, as a full disk or a killed container leaves it. */
function endsInside(journal: number): boolean {
  const { size } = fstatSync(journal);
  if (size === 0) return false;
  const last = Buffer.alloc(1);
  readSync(journal, last, 0, 1, size - 1);
  return last.toString() !== "\n";
}

/** Names of steps come from whoever asks, known or not: one that is none could write lines of its own. */
const stepName = /^[\w.-]{1,100}@\d{1,9}$/;

/**
 * Says in the run's log what was answered, and writes the steward's journal where the node names a file for it. What
 * cannot be written there does not leave.
 */
export function taskJournal(journal: number | undefined, log: (text: string) => void): OnAnswer {
  return (request, reply, question) => {
    const line = journalLine(request, reply, question, {
      at: new Date().toISOString(),
      researcher: "not given",
    });
    if (journal !== undefined) {
      const bytes = Buffer.from(`${endsInside(journal) ? "\n" : ""}${JSON.stringify(line)}\n`);
      // One write, so that containers that share a journal do not write into each other's lines.
      if (writeSync(journal, bytes) !== bytes.length) throw new Error("the journal is full");
      fdatasyncSync(journal);
    }
    const step = line.step !== null && stepName.test(line.step) ? ` ${line.step}` : "";
    log(`${line.answer}${step}${line.code === null ? "" : ` (${line.code})`}`);
  };
}
