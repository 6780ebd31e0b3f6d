import {
  type AnyAlgorithm,
  answerCentral,
  type Delivery,
  type Round,
  randomName,
  readCentralRequest,
  type Site,
  type SiteNews,
  type Transport,
} from "@konsil/core";

interface Task {
  readonly round: Round;
  readonly stop: AbortController;
}

/** What central parts at sites of this process need. */
export interface CentralParts {
  readonly algorithms: () => readonly AnyAlgorithm[];
  readonly onDefect: (site: string, error: unknown) => void;
}

/** Sites of this process. They see and send the same bytes as over a network. */
export class LocalTransport implements Transport {
  readonly sites: readonly string[];
  readonly #sites: ReadonlyMap<string, Site>;
  readonly #central: CentralParts;
  readonly #tasks = new Map<string, Task>();
  readonly #byKey = new Map<string, string>();

  constructor(
    sites: readonly Site[],
    central: CentralParts = { algorithms: () => [], onDefect: () => undefined },
  ) {
    this.sites = sites.map(({ name }) => name);
    this.#sites = new Map(sites.map((site) => [site.name, site]));
    this.#central = central;
  }

  async find(key: string): Promise<string | undefined> {
    return this.#byKey.get(key);
  }

  async submit(round: Round): Promise<string> {
    const task = randomName().slice(0, 8);
    this.#tasks.set(task, { round, stop: new AbortController() });
    this.#byKey.set(round.key, task);
    return task;
  }

  async *replies(
    task: string,
    signal: AbortSignal,
    tell: (news: SiteNews) => void = () => undefined,
  ): AsyncGenerator<Delivery, void, undefined> {
    const round = this.#tasks.get(task)?.round;
    if (round === undefined) return;
    // Sites read their data at the same time; each delivery is handed on as soon as it is there.
    const pending = new Map(round.sites.map((name) => [name, this.#deliver(name, task, tell)]));
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
    const found = this.#tasks.get(task);
    if (found === undefined) return;
    this.#tasks.delete(task);
    found.stop.abort();
    // The same round may have been submitted again.
    if (this.#byKey.get(found.round.key) === task) this.#byKey.delete(found.round.key);
  }

  async #deliver(name: string, task: string, tell: (news: SiteNews) => void): Promise<Delivery> {
    // A turn of its own for each site: progress is seen, and an abort is heard between two sites.
    await new Promise((resolve) => setImmediate(resolve));
    const site = this.#sites.get(name);
    const found = this.#tasks.get(task);
    if (site === undefined || found === undefined)
      return { site: name, failed: "SITE_UNAVAILABLE", message: "{site} was not asked." };
    const { round, stop } = found;
    const central = readCentralRequest(round.request);
    if (central === undefined) return { site: name, reply: await site.answer(round.request) };
    const reply = await answerCentral(central, {
      site: name,
      policy: site.policy,
      algorithms: this.#central.algorithms(),
      transport: async () => this,
      onProgress: (words) => tell({ type: "site-log", site: name, text: `${words}\n` }),
      signal: stop.signal,
      onDefect: (error) => this.#central.onDefect(name, error),
    });
    return { site: name, reply };
  }
}
