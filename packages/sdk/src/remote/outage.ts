import { isPassing } from "./outcome.ts";

/** A server that is away for a while, to be restarted, has its tasks when it is back. */
export class Outage {
  readonly #longest: number;
  #since: number | undefined;

  /** @param longest milliseconds for which a server that does not answer is waited for */
  constructor(longest: number) {
    this.#longest = longest;
  }

  /** It answers. */
  over(): void {
    this.#since = undefined;
  }

  /** Bears that it did not. Throws what it is told where that does not pass, or has gone on for too long. */
  bear(error: unknown): void {
    this.#since ??= performance.now();
    if (!isPassing(error) || performance.now() - this.#since > this.#longest) throw error;
  }
}
