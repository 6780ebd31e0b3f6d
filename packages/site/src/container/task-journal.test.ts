import {
  appendFileSync,
  closeSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Noted, readJournalLines } from "@konsil/core";
import { afterAll, describe, expect, it } from "vitest";
import { openJournal, taskJournal } from "./task-journal.ts";

const folder = mkdtempSync(join(tmpdir(), "konsil-steward-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const refusal: Noted = {
  format: "konsil.reply/1",
  analysis: "a",
  round: "r",
  site: "oslo",
  ok: false,
  abstains: true,
  code: "ROWS_TOO_FEW",
  message: "{site} abstains.",
};

/** As one container does that answers one task. */
function answer(file: string): void {
  const journal = openJournal(file);
  taskJournal(journal, () => undefined)(undefined, refusal, undefined);
  closeSync(journal);
}

describe("a steward's journal of a node", () => {
  it("has a line of its own for each answer, also after one that a full disk cut", () => {
    const file = join(folder, "journal.jsonl");
    answer(file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const whole = readFileSync(file, "utf8");
    appendFileSync(file, whole.slice(0, 60));
    answer(file);
    answer(file);
    const { lines, unreadable } = readJournalLines(readFileSync(file, "utf8"));
    expect(lines).toHaveLength(3);
    expect(unreadable).toEqual([2]);
    expect(readFileSync(file, "utf8").split("\n")).toHaveLength(5);
  });

  it("keeps what it had, whatever it is", () => {
    const file = join(folder, "é.jsonl");
    writeFileSync(file, "é");
    answer(file);
    expect(readFileSync(file, "utf8")).toMatch(/^é\n\{"format".*\}\n$/);
  });

  it.runIf(process.platform === "linux")("lets nothing leave where it cannot be written", () => {
    expect(() => answer("/dev/full")).toThrow(/ENOSPC/);
  });
});
