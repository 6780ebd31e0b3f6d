import { AnalysisError } from "../errors/index.ts";
import { type Journal, type JournalEntry, type Past, readPast } from "./journal.ts";
import { checkEntries } from "./journal-entries.ts";

/** Journals that an analysis of this process is writing. */
const inUse = new WeakSet<Journal>();

function invalid(message: string): AnalysisError {
  return new AnalysisError("JOURNAL_INVALID", message);
}

const busy =
  "The journal is in use by another analysis that still runs. Wait for that one, or give this one a journal of its own.";

/** The journal of one analysis while it runs. */
export class OpenJournal {
  readonly analysis: string;
  readonly startedAt: string;
  readonly past: Past;
  readonly name: string | undefined;
  readonly #journal: Journal;
  #last: Promise<void> = Promise.resolve();

  constructor(journal: Journal, header: { analysis: string; startedAt: string }, past: Past) {
    this.#journal = journal;
    this.name = journal.name;
    this.analysis = header.analysis;
    this.startedAt = header.startedAt;
    this.past = past;
  }

  /**
   * Resolves once the entry is safe. Entries are written one after the other, in the order of the calls, and none after
   * one that failed: a journal with a hole in it could not be replayed.
   */
  append(entry: JournalEntry): Promise<void> {
    this.#last = this.#last.then(() => this.#journal.append(entry));
    this.#last.catch(() => undefined);
    return this.#last;
  }
}

/** Keeps a journal for one analysis until what is returned is called. @throws AnalysisError JOURNAL_INVALID */
export async function lockJournal(journal: Journal, signal: AbortSignal): Promise<() => Promise<void>> {
  if (inUse.has(journal)) throw invalid(busy);
  inUse.add(journal);
  let unlock: (() => Promise<void>) | undefined;
  const release = async (): Promise<void> => {
    await unlock?.().catch(() => undefined);
    inUse.delete(journal);
  };
  try {
    unlock = await journal.lock?.();
    // Whoever would have given it back has gone.
    signal.throwIfAborted();
    return release;
  } catch (error) {
    await release();
    throw error;
  }
}

/** Reads what a locked journal has of an analysis, or begins it. @throws AnalysisError JOURNAL_INVALID */
export async function openJournal(
  journal: Journal,
  id: string,
  content: string,
  signal: AbortSignal,
): Promise<OpenJournal> {
  const entries = await journal.load();
  signal.throwIfAborted();
  checkEntries(entries);
  const [header] = entries;
  if (header === undefined) return await beginJournal(journal, id, content);
  if (header.entry !== "analysis")
    throw invalid("The journal does not begin with an analysis. Start a new one.");
  if (header.content !== content) {
    throw invalid(
      "The journal belongs to another analysis: other arguments, data, sites or another version. Give this one a journal of its own.",
    );
  }
  return new OpenJournal(journal, header, readPast(entries));
}

async function beginJournal(journal: Journal, id: string, content: string): Promise<OpenJournal> {
  const header = { entry: "analysis", analysis: id, content, startedAt: new Date().toISOString() } as const;
  const opened = new OpenJournal(journal, header, readPast([]));
  await opened.append(header);
  // Two journals may be one file: the analysis whose header came first has it.
  const [first] = await journal.load();
  if (first?.entry === "analysis" && first.analysis !== id) throw invalid(busy);
  return opened;
}
