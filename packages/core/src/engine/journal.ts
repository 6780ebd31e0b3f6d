import type { ErrorCode } from "../errors/index.ts";
import type { PolicyNote } from "../site/index.ts";
import type { Failure } from "./failures.ts";
import type { Change } from "./fingerprints.ts";
import type { Delivery } from "./transport.ts";

/** A site that an analysis went on without: why, and the policy by which it had answered, if it had. */
export interface LostSite {
  readonly failure: Failure;
  readonly policy: PolicyNote | null;
}

/** What an analysis has done, in the order in which it did it. Plain JSON. */
export type JournalEntry =
  | {
      readonly entry: "analysis";
      readonly analysis: string;
      readonly content: string;
      readonly startedAt: string;
    }
  /** Without its time, as once, it does not say whether the round was sent. */
  | { readonly entry: "intent"; readonly round: string; readonly at?: string | undefined }
  /** From now on, as an ISO time, a task of the round may be made; with null none was. */
  | { readonly entry: "sending"; readonly round: string; readonly at: string | null }
  | { readonly entry: "submitted"; readonly round: string; readonly task: string }
  | { readonly entry: "delivery"; readonly round: string; readonly site: string; readonly reply: string }
  | {
      readonly entry: "failure";
      readonly round: string;
      readonly site: string;
      readonly failed: ErrorCode;
      readonly message: string;
    }
  /** The analysis went on without sites that it had not counted yet. */
  | { readonly entry: "lost"; readonly without: readonly LostSite[] }
  /**
   * Central began again, without sites that it had counted or because a site changed: nothing before this counts, or is
   * asked again.
   */
  | {
      readonly entry: "restart";
      readonly without: readonly LostSite[];
      readonly changed?: Change | undefined;
    };

/** Where an analysis writes down what it did, so that it resumes without asking a site twice. */
export interface Journal {
  /** What it is called where it is spoken of: the path of a file. */
  readonly name?: string | undefined;
  /**
   * Keeps the journal for one analysis, before it is read; what is returned gives it back. A journal that others can
   * reach as well needs one: two analyses that share it could ask a site the same twice.
   * @throws AnalysisError JOURNAL_INVALID while another analysis has it
   */
  lock?(): Promise<() => Promise<void>>;
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
  /** When it was last sent, where its task may be made yet: see Underway. */
  sent: number | undefined;
  readonly deliveries: Map<string, Delivery>;
  /** Sites that gave no answer to the task. */
  readonly failed: Set<string>;
  /** How often it was to be submitted. Each time makes a task of its own, which must be found by a key of its own. */
  times: number;
  asked: boolean;
}

/** What a journal holds of the attempt that was under way, and the sites that were lost before it. */
export interface Past {
  readonly gone: ReadonlyMap<string, LostSite>;
  /** Sites that this attempt went on without. */
  readonly losses: ReadonlyMap<string, LostSite>;
  /** Because of what central began again. */
  readonly changes: readonly Change[];
  /** The rounds of this attempt by their keys. */
  readonly rounds: Map<string, Recorded>;
}

/**
 * What is left to replay. Attempts that were given up are not: what they asked does not depend on the journal alone,
 * but also on which of their rounds was first to end. A site that failed is asked again, it may be back, unless the
 * analysis went on without it.
 */
export function readPast(entries: readonly JournalEntry[]): Past {
  const gone = new Map<string, LostSite>();
  const losses = new Map<string, LostSite>();
  const changes: Change[] = [];
  const rounds = new Map<string, Recorded>();
  for (const entry of entries) {
    if (entry.entry === "analysis") continue;
    if (entry.entry === "lost") {
      for (const lost of entry.without) losses.set(lost.failure.site, lost);
    } else if (entry.entry === "restart") {
      for (const [site, lost] of losses) gone.set(site, lost);
      for (const lost of entry.without) gone.set(lost.failure.site, lost);
      if (entry.changed !== undefined) changes.push(entry.changed);
      losses.clear();
      rounds.clear();
    } else if (entry.entry === "intent") {
      const before = rounds.get(entry.round);
      rounds.set(entry.round, {
        task: undefined,
        sent: entry.at === undefined ? Number.POSITIVE_INFINITY : undefined,
        deliveries: before?.deliveries ?? new Map(),
        failed: new Set(),
        times: (before?.times ?? 0) + 1,
        asked: false,
      });
    } else readRoundEntry(entry, rounds.get(entry.round));
  }
  return { gone, losses, changes, rounds };
}

function readRoundEntry(
  entry: Extract<JournalEntry, { readonly entry: "sending" | "submitted" | "delivery" | "failure" }>,
  round: Recorded | undefined,
): void {
  // A task of an attempt that was given up meanwhile.
  if (round === undefined) return;
  if (entry.entry === "sending") round.sent = entry.at === null ? undefined : Date.parse(entry.at);
  else if (entry.entry === "submitted") {
    round.task = entry.task;
    round.sent = undefined;
    round.failed.clear();
  } else if (entry.entry === "failure") round.failed.add(entry.site);
  else round.deliveries.set(entry.site, { site: entry.site, reply: encoder.encode(entry.reply) });
}
