import { readFile, writeFile } from "node:fs/promises";
import { AnalysisError, ArgumentError, readJournalLines } from "@konsil/core";
import { checkOutput, page } from "@konsil/sdk";
import { UsageError } from "./failure.ts";
import { journalView } from "./journal-page.ts";
import { readOptions } from "./options.ts";
import { terminalText } from "./terminal-text.ts";

export const journalHelp = `konsil journal FILE [--html page.html | --json]

Shows a site's journal by analysis: who asked which question when, what left under which rule, and what was refused.
A site writes one where its description names a file: { "name": …, "journal": "oslo.journal.jsonl" }

  --html FILE   writes it as a page
  --json        its lines as they stand, one JSON object each, without those that cannot be read
`;

export async function journalCommand(args: readonly string[]): Promise<void> {
  const { values, positionals } = readOptions("journal", args, {
    html: { type: "string" },
    json: { type: "boolean" },
  });
  const [path] = positionals;
  if (path === undefined || positionals.length > 1)
    throw new UsageError("journal", "Call it as: konsil journal FILE.");
  const { html, json } = values;
  if (json === true && html !== undefined)
    throw new UsageError("journal", "Give either --html FILE or --json.");
  if (typeof html === "string") await checkOutput(html, { what: "--html", endings: [".html"] });
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new ArgumentError(
      "USAGE",
      `The journal "${path}" does not exist or cannot be read. Check the path.`,
      { cause },
    );
  });
  const journal = readJournalLines(text);
  if (journal.lines.length === 0 && journal.unreadable.length > 0)
    throw new AnalysisError(
      "JOURNAL_INVALID",
      `"${path}" is not a site's journal: none of its lines is one. A researcher's journal of an analysis is another file.`,
    );
  if (json === true) {
    process.stdout.write(journal.lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    if (journal.unreadable.length > 0)
      process.stderr.write(
        `Not readable, and left out: line${journal.unreadable.length === 1 ? "" : "s"} ${journal.unreadable.join(", ")}.\n`,
      );
    return;
  }
  const view = journalView(path, journal);
  process.stdout.write(`${terminalText(view)}\n`);
  if (typeof html === "string")
    await writeFile(html, page({ title: view.title, sections: [{ view: { ...view, title: "" } }] }));
}
