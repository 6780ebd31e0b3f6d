/** How long a transport waits for what, in milliseconds of a clock that nobody sets. */
export interface Pace {
  /** Until a task is looked at first, and at most between two looks. */
  readonly first: number;
  readonly longest: number;
  /** After an event: the server tells of a result a moment before it is there. */
  readonly afterEvent: number;
  /** How long a site whose node is offline, or whose run has no row or an unknown status, is waited for. */
  readonly patience: number;
  /** How long a result that is said to be there is waited for. */
  readonly result: number;
  /** How long a server that does not answer is waited for. */
  readonly outage: number;
  /**
   * How long a task that is being made when nobody waits for it any more may take: to be killed it has to be known, and
   * so that it is not made twice.
   */
  readonly grace: number;
  /** How long a task may take to be killed. */
  readonly kill: number;
  /** When a task is looked for whose submission was not answered. */
  readonly lookups: readonly number[];
  /** How long after it was sent a task may yet be made: servers work on what nobody waits for any more. */
  readonly horizon: number;
}

/** For real servers: a run takes two to three seconds at least. */
export const usualPace: Pace = {
  first: 250,
  longest: 3000,
  afterEvent: 120,
  patience: 60_000,
  result: 10_000,
  outage: 300_000,
  grace: 10_000,
  kill: 60_000,
  lookups: [300, 1000, 2000, 4000],
  horizon: 900_000,
};

const growth = 1.5;

/** Delays that grow, until something happens. */
export class BackOff {
  readonly #pace: Pace;
  #next: number;

  constructor(pace: Pace) {
    this.#pace = pace;
    this.#next = pace.first;
  }

  next(): number {
    const delay = this.#next;
    this.#next = Math.min(this.#pace.longest, delay * growth);
    return delay;
  }

  reset(): void {
    this.#next = this.#pace.first;
  }
}

/** Waits that can be cut short. */
export class Alarm {
  #ring: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #due = Number.POSITIVE_INFINITY;

  /** Resolves after this time, or when it is rung, or when the signal aborts. */
  async wait(milliseconds: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      this.#ring = resolve;
      this.#schedule(milliseconds);
      signal.addEventListener("abort", resolve as () => void, { once: true });
      this.#unlisten = () => signal.removeEventListener("abort", resolve as () => void);
    });
    this.#clear();
  }

  /** Ends the wait that is under way after this time, if it does not end before. */
  ring(milliseconds: number): void {
    if (this.#ring !== undefined && performance.now() + milliseconds < this.#due)
      this.#schedule(milliseconds);
  }

  #unlisten: () => void = () => undefined;

  #schedule(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#due = performance.now() + milliseconds;
    this.#timer = setTimeout(() => this.#ring?.(), milliseconds);
  }

  #clear(): void {
    clearTimeout(this.#timer);
    this.#unlisten();
    this.#ring = undefined;
    this.#due = Number.POSITIVE_INFINITY;
  }
}
