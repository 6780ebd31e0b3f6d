/** Work that several wait for. It is given up when the last of them no longer does. */
export class Shared<T> {
  readonly #given = new AbortController();
  readonly #work: Promise<T>;
  #waiting = 0;
  #isDone = false;

  constructor(work: (signal: AbortSignal) => Promise<T>) {
    this.#work = work(this.#given.signal).finally(() => {
      this.#isDone = true;
    });
    // Whoever waits hears of it.
    this.#work.catch(() => undefined);
  }

  /** Whether it is no use to begin to wait: it has ended, or was given up. */
  get isOver(): boolean {
    return this.#isDone || this.#given.signal.aborted;
  }

  /** @throws the reason of the signal once it has aborted */
  async wait(signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    this.#waiting++;
    let leave: () => void = () => undefined;
    const left = new Promise<never>((_, reject) => {
      leave = () => {
        reject(signal?.reason as Error);
        if (--this.#waiting === 0) this.#given.abort();
      };
    });
    signal?.addEventListener("abort", leave, { once: true });
    try {
      return await Promise.race([this.#work, left]);
    } finally {
      signal?.removeEventListener("abort", leave);
    }
  }
}
