/** Milliseconds between signs of life, of which vantage6 expects one a minute. */
const beat = 60_000;

/** Milliseconds in which a server ends what it does when a connection is lost, or made. */
const settling = 1000;

/** Milliseconds for which what a server says of a connection may be said of one's own. */
const beginning = 2000;

export interface Presence {
  /** A sign of life. */
  ping(): void;
  /** Tells the server of the node all that it knows of it, which it forgets when a connection of the node ends. */
  tell(): void;
  say(line: string): void;
}

/**
 * Keeps a server in the belief that a node is there. It counts no connections: when one ends of several with the key of
 * one node, another process' or a lost one of this, it takes the node for offline.
 */
export class NodePresence {
  readonly #of: Presence;
  readonly #beating: ReturnType<typeof setInterval>;
  #settling: ReturnType<typeof setTimeout> | undefined;
  #since = Number.POSITIVE_INFINITY;
  #knowsTwin = false;

  constructor(of: Presence) {
    this.#of = of;
    this.#beating = setInterval(() => of.ping(), beat);
  }

  /** A connection was made. */
  begin(): void {
    this.lost();
    this.#since = performance.now();
    this.#knowsTwin = false;
    // A server looks for the last sign of life, which a connection is none of.
    this.#of.ping();
    this.#of.tell();
  }

  /** The server has told that the node is online: another connection was made. It tells so several times. */
  heardOnline(): void {
    if (this.#knowsTwin || performance.now() - this.#since < beginning) return;
    this.#knowsTwin = true;
    this.#of.say(
      "another process came online with the key of this node: each task is done twice. End one of them",
    );
  }

  /** The server has told that the node is offline. */
  heardOffline(): void {
    if (this.#settling !== undefined) return;
    this.#knowsTwin = false;
    this.#settling = setTimeout(() => {
      this.#settling = undefined;
      this.#of.ping();
      this.#of.tell();
      this.#of.say(
        "another connection with the key of this node ended, and the server took it for offline: online again",
      );
    }, settling);
  }

  /** The connection was lost: the next one tells all anew. */
  lost(): void {
    clearTimeout(this.#settling);
    this.#settling = undefined;
  }

  end(): void {
    clearInterval(this.#beating);
    this.lost();
  }
}
