import { type Delivery, type Round, randomName, type Site, type Transport } from "@konsil/core";

/** Sites of this process. They see and send the same bytes as over a network. */
export class LocalTransport implements Transport {
  readonly sites: readonly string[];
  readonly #sites: ReadonlyMap<string, Site>;
  readonly #tasks = new Map<string, Round>();
  readonly #byKey = new Map<string, string>();

  constructor(sites: readonly Site[]) {
    this.sites = sites.map(({ name }) => name);
    this.#sites = new Map(sites.map((site) => [site.name, site]));
  }

  async find(key: string): Promise<string | undefined> {
    return this.#byKey.get(key);
  }

  async submit(round: Round): Promise<string> {
    const task = randomName().slice(0, 8);
    this.#tasks.set(task, round);
    this.#byKey.set(round.key, task);
    return task;
  }

  async *replies(task: string, signal: AbortSignal): AsyncGenerator<Delivery, void, undefined> {
    const round = this.#tasks.get(task);
    if (round === undefined) return;
    // Sites read their data at the same time; each delivery is handed on as soon as it is there.
    const pending = new Map(round.sites.map((name) => [name, this.#deliver(name, round, task)]));
    try {
      while (pending.size > 0 && !signal.aborted && this.#tasks.has(task)) {
        const delivery = await Promise.race(pending.values());
        pending.delete(delivery.site);
        yield delivery;
      }
    } finally {
      // Whoever stops reading will not come back for the rest: sites that have not begun need not.
      this.#forget(task);
    }
  }

  async kill(task: string): Promise<void> {
    this.#forget(task);
  }

  #forget(task: string): void {
    const round = this.#tasks.get(task);
    this.#tasks.delete(task);
    // The same round may have been submitted again.
    if (round !== undefined && this.#byKey.get(round.key) === task) this.#byKey.delete(round.key);
  }

  async #deliver(name: string, round: Round, task: string): Promise<Delivery> {
    // A turn of its own for each site: progress is seen, and an abort is heard between two sites.
    await new Promise((resolve) => setImmediate(resolve));
    const site = this.#sites.get(name);
    if (site === undefined || !this.#tasks.has(task))
      return { site: name, failed: "SITE_UNAVAILABLE", message: "{site} was not asked." };
    return { site: name, reply: await site.answer(round.request) };
  }
}
