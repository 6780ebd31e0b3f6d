import { formatDuration } from "@konsil/sdk";
import { Dealer } from "zeromq";
import { incoming } from "./wire.ts";

const pause = 1000; // ms between pings
const patience = 3000; // ms without an echo after which a kernel counts as silent

/**
 * Pings a kernel, which echoes. A kernel written in JavaScript is silent while a cell computes, so silence says
 * "busy or stuck" and never by itself "dead".
 */
export class Heartbeat {
  // A REQ socket would be locked by one lost echo; to the other side a DEALER with an empty frame is the same.
  readonly #socket = new Dealer({ linger: 0, reconnectInterval: 20 });
  #last: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(at: string) {
    this.#socket.connect(at);
    void this.#listen();
    this.#ping();
  }

  #ping(): void {
    this.#socket.send(["", "ping"]).catch(() => undefined);
    this.#timer = setTimeout(() => this.#ping(), pause);
    this.#timer.unref();
  }

  async #listen(): Promise<void> {
    for await (const _ of incoming(this.#socket)) this.#last = performance.now();
  }

  /** Milliseconds since the last echo; undefined before the first. */
  get silence(): number | undefined {
    return this.#last === undefined ? undefined : performance.now() - this.#last;
  }

  /** For messages. */
  get words(): string {
    const { silence } = this;
    if (silence === undefined) return "It has not answered a heartbeat yet.";
    return silence < patience
      ? "It answers heartbeats, so it is alive."
      : `It has not answered a heartbeat for ${formatDuration(silence / 1000)}, so it is busy or stuck.`;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#socket.close();
  }
}
