import type { Delivery } from "./transport.ts";

/** What an analysis has done, in the order in which it did it. Plain JSON. */
export type JournalEntry =
  | {
      readonly entry: "analysis";
      readonly analysis: string;
      readonly content: string;
      readonly startedAt: string;
    }
  | { readonly entry: "intent"; readonly round: string }
  | { readonly entry: "submitted"; readonly round: string; readonly task: string }
  | { readonly entry: "delivery"; readonly round: string; readonly site: string; readonly reply: string }
  | {
      readonly entry: "failure";
      readonly round: string;
      readonly site: string;
      readonly failed: "unavailable" | "crashed";
      readonly message: string;
    };

/** Where an analysis writes down what it did, so that it resumes without asking a site twice. */
export interface Journal {
  /** Everything written so far; empty for a new journal. @throws AnalysisError JOURNAL_INVALID */
  load(): Promise<readonly JournalEntry[]>;
  /** Resolves once the entry is safe. */
  append(entry: JournalEntry): Promise<void>;
}

/** A journal that lives as long as the process. */
export function memoryJournal(
  entries: readonly JournalEntry[] = [],
): Journal & { readonly entries: readonly JournalEntry[] } {
  const written = [...entries];
  return {
    entries: written,
    load: async () => [...written],
    append: async (entry) => {
      written.push(entry);
    },
  };
}

const decoder = new TextDecoder();
const encoder = new TextEncoder();

export function deliveryEntry(round: string, delivery: Delivery): JournalEntry {
  const { site } = delivery;
  return "reply" in delivery
    ? { entry: "delivery", round, site, reply: decoder.decode(delivery.reply) }
    : { entry: "failure", round, site, failed: delivery.failed, message: delivery.message };
}

/** What a journal knows of one round. */
export interface Recorded {
  task: string | undefined;
  readonly deliveries: Map<string, Delivery>;
  asked: boolean;
}

/** The rounds of a journal by their keys. */
export function recordedRounds(entries: readonly JournalEntry[]): Map<string, Recorded> {
  const rounds = new Map<string, Recorded>();
  for (const entry of entries) {
    if (entry.entry === "analysis") continue;
    let round = rounds.get(entry.round);
    if (round === undefined) {
      round = { task: undefined, deliveries: new Map(), asked: false };
      rounds.set(entry.round, round);
    }
    if (entry.entry === "submitted") round.task = entry.task;
    else if (entry.entry === "delivery")
      round.deliveries.set(entry.site, { site: entry.site, reply: encoder.encode(entry.reply) });
    // A site that failed is asked again when an analysis is taken up: it may be back.
  }
  return rounds;
}
