import type { SiteState } from "./report.ts";
import type { PreflightNews } from "./transport.ts";

/** What happens in an analysis, as it happens. */
export type AnalysisEvent =
  | {
      readonly type: "started";
      readonly analysis: string;
      readonly algorithm: string;
      readonly sites: readonly string[];
      /** Seconds after which it ends in any case. */
      readonly deadline: number;
    }
  | {
      /** A round may have been sent before and is not there: nothing is sent again before this time (ISO). */
      readonly type: "round-waiting";
      readonly round: number;
      readonly step: string;
      readonly why: string;
      readonly until: string;
    }
  | {
      readonly type: "round-started";
      readonly round: number;
      readonly step: string;
      readonly task: string;
      readonly sites: readonly string[];
    }
  | {
      readonly type: "site";
      readonly round: number;
      readonly step: string;
      readonly site: string;
      readonly state: SiteState;
      readonly finished: number;
      readonly total: number;
    }
  | {
      /** A site has begun to compute. Not every transport sees it. */
      readonly type: "site-started";
      readonly round: number;
      readonly step: string;
      readonly site: string;
    }
  | {
      /** What a site's program printed, as it comes. Whoever operates the server can read it too. */
      readonly type: "site-log";
      readonly round: number;
      readonly step: string;
      readonly site: string;
      readonly text: string;
    }
  | {
      /** A site does not work on the round, its node is offline, say. It may yet come. */
      readonly type: "site-waiting";
      readonly round: number;
      readonly step: string;
      readonly site: string;
      readonly why: string;
    }
  | {
      readonly type: "round-ended";
      readonly round: number;
      readonly step: string;
      readonly seconds: number;
      readonly replayed: boolean;
    }
  /** From the first round again: without sites that were lost, or with all of them where one changed. */
  | { readonly type: "restarted"; readonly without: readonly string[]; readonly why: string }
  | PreflightNews
  | { readonly type: "done"; readonly rounds: number; readonly seconds: number }
  | { readonly type: "failed"; readonly error: Error };

/** `, without oslo, leeds` after what is said of a restart, where it is without some. */
export function withoutInWords(sites: readonly string[]): string {
  return sites.length === 0 ? "" : `, without ${sites.join(", ")}`;
}

/** Whoever watches an analysis cannot break it: what a listener throws, or a promise of it that fails, is dropped. */
function tell(listener: (event: AnalysisEvent) => unknown, event: AnalysisEvent): void {
  try {
    Promise.resolve(listener(event)).catch(() => undefined);
  } catch {
    // See above.
  }
}

/** Events, buffered so that a late reader sees them all. */
export class EventLog implements AsyncIterable<AnalysisEvent> {
  readonly #events: AnalysisEvent[] = [];
  readonly #listeners: ((event: AnalysisEvent) => void)[] = [];
  #waiting: (() => void)[] = [];
  #closed = false;

  emit(event: AnalysisEvent): void {
    this.#events.push(event);
    for (const listener of this.#listeners) tell(listener, event);
    this.#wake();
  }

  /** Calls `listener` with all events so far, and with each to come. */
  listen(listener: (event: AnalysisEvent) => void): void {
    for (const event of this.#events) tell(listener, event);
    this.#listeners.push(listener);
  }

  close(): void {
    this.#closed = true;
    this.#wake();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<AnalysisEvent, void, undefined> {
    for (let next = 0; ; next++) {
      while (next >= this.#events.length) {
        if (this.#closed) return;
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
      }
      yield this.#events[next] as AnalysisEvent;
    }
  }
}
