import type { RowsNote } from "../site/index.ts";
import type { Exactness } from "../statistics/index.ts";
import type { Failure } from "./failures.ts";
import { type Change, Fingerprints } from "./fingerprints.ts";
import type { LostSite, Recorded } from "./journal.ts";
import type { ReleaseReport } from "./report.ts";
import { Tasks } from "./tasks.ts";
import type { Transport } from "./transport.ts";

/**
 * Central is run again, from its first round: without sites that it had already counted, or because one of them is no longer
 * what it was then.
 */
export class Restart extends Error {
  readonly lost: readonly LostSite[];
  readonly changed: Change | undefined;

  constructor(lost: readonly LostSite[], changed?: Change) {
    super("The central part is run again, since a site was lost or changed.");
    this.lost = lost;
    this.changed = changed;
  }
}

/** What an attempt starts from: the sites that are left, and what a journal has of it. */
export interface Start {
  readonly roster: readonly string[];
  readonly recorded: Map<string, Recorded>;
  readonly losses: ReadonlyMap<string, LostSite>;
  /** Because of what central began again before. */
  readonly changes: readonly Change[];
}

/** `work`, or the reason of the signal: whichever is there first. Work that is left behind may still fail, unheard. */
export async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
  work.catch(() => undefined);
  try {
    return await Promise.race([aborted, work]);
  } finally {
    if (onAbort !== undefined) signal.removeEventListener("abort", onAbort);
  }
}

/**
 * `work` while the signal has not aborted; afterwards nothing, for ever. A central part that was given up neither goes
 * on nor fails: nobody would hear a rejection of what it has made of a round and not awaited yet.
 */
export function whileAlive<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    work.then(
      (value) => {
        if (!signal.aborted) resolve(value);
      },
      (error: unknown) => {
        if (!signal.aborted) reject(error);
      },
    );
  });
}

/**
 * One run of central over one roster. All that a round may change is here and not in the analysis: rounds of an attempt
 * that was given up still hear from sites, and must not touch the attempt that came after.
 */
export class Attempt {
  readonly occurrences: Map<string, number> = new Map();
  readonly contributed: Set<string> = new Set();
  /** Those that sites were asked to read. */
  readonly columns: Set<string> = new Set();
  readonly rows: Map<string, RowsNote> = new Map();
  readonly released: Map<string, ReleaseReport> = new Map();
  readonly warnings: Set<string> = new Set();
  readonly fingerprints: Fingerprints = new Fingerprints();
  readonly changes: readonly Change[];
  readonly recorded: Map<string, Recorded>;
  readonly tasks: Tasks;
  rosterWasRead = false;
  exactness: Exactness | null = null;
  #roster: readonly string[];
  readonly #losses: ReadonlyMap<string, LostSite>;
  readonly #over = new AbortController();

  constructor(start: Start, transport: Transport, stop: AbortSignal) {
    this.#roster = start.roster;
    this.recorded = start.recorded;
    this.changes = start.changes;
    this.#losses = start.losses;
    this.tasks = new Tasks(transport);
    if (stop.aborted) this.end(stop.reason);
    else
      stop.addEventListener("abort", () => this.end(stop.reason), { once: true, signal: this.#over.signal });
  }

  get roster(): readonly string[] {
    return this.#roster;
  }

  /** Aborts when the attempt is over, for whatever reason. */
  get signal(): AbortSignal {
    return this.#over.signal;
  }

  /** Whatever still runs of the attempt ends with this reason; central does too, whether it catches errors or not. */
  end(reason: unknown): void {
    this.#over.abort(reason);
  }

  /** To be called after each await. @throws the reason why the attempt is over */
  check(): void {
    this.#over.signal.throwIfAborted();
  }

  /** The loss of a site that the journal has of this attempt: the site is not asked again. */
  recordedLoss(site: string): Failure | undefined {
    return this.#losses.get(site)?.failure;
  }

  /**
   * Takes off the roster what the journal says was lost. A site can be lost without a restart only while no round has
   * counted it, that is by the first round that ends; on replay another round may be the first to end.
   */
  replayLosses(): void {
    if (this.#losses.size > 0) this.lose([...this.#losses.keys()]);
  }

  lose(sites: readonly string[]): void {
    this.#roster = this.#roster.filter((site) => !sites.includes(site));
  }

  /** Whether central already knows something of one of these sites. */
  counted(sites: readonly string[]): boolean {
    return this.rosterWasRead || sites.some((site) => this.contributed.has(site));
  }
}
