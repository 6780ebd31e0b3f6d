import type { Transport } from "./transport.ts";

/** How long whoever stops an analysis waits for submits that are on their way, in milliseconds. */
const grace = 10_000;

/** The open tasks of an attempt, and those that are still being submitted. */
export class Tasks {
  readonly #transport: Transport;
  readonly #open = new Set<string>();
  readonly #submits = new Set<Promise<unknown>>();
  readonly #kills = new Map<string, Promise<void>>();
  #doomed = false;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  get open(): readonly string[] {
    return [...this.#open];
  }

  /**
   * Makes a task known. One that comes when all were to be killed is killed too, once `write` has put it in the journal:
   * a journal that lacks a task of a site would submit it again.
   */
  submit(task: Promise<string>, write: (task: string) => Promise<void>): Promise<string> {
    const submit = this.#submitted(task, write);
    this.#submits.add(submit);
    const forget = (): boolean => this.#submits.delete(submit);
    submit.then(forget, forget);
    return submit;
  }

  async #submitted(submitting: Promise<string>, write: (task: string) => Promise<void>): Promise<string> {
    const task = await submitting;
    this.#open.add(task);
    try {
      await write(task);
    } finally {
      if (this.#doomed) await this.#kill(task);
    }
    return task;
  }

  /**
   * Resolves when no submit is under way any more, or after a while: whoever submits the same again must be able to find
   * what this one has made.
   */
  async settled(): Promise<void> {
    await this.#submitsEnded();
  }

  answered(task: string): void {
    this.#open.delete(task);
  }

  /** Kills all, those included whose submit ends later. @throws what the transport throws */
  async kill(): Promise<void> {
    this.#doomed = true;
    const kills = this.open.map((task) => this.#kill(task));
    const ends = await Promise.allSettled([...kills, this.#submitsEnded()]);
    for (const end of ends) if (end.status === "rejected") throw end.reason;
  }

  async #kill(task: string): Promise<void> {
    let kill = this.#kills.get(task);
    if (kill === undefined) {
      kill = this.#transport.kill(task);
      this.#kills.set(task, kill);
    }
    try {
      await kill;
      this.#open.delete(task);
    } finally {
      // One that failed may be tried again.
      this.#kills.delete(task);
    }
  }

  async #submitsEnded(): Promise<void> {
    if (this.#submits.size === 0) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, grace);
    });
    await Promise.race([Promise.allSettled(this.#submits), late]);
    clearTimeout(timer);
  }
}
