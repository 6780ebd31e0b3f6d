import { randomUUID } from "node:crypto";
import { NotebookError } from "@konsil/core";
import { Dealer, Subscriber } from "zeromq";
import type { z } from "zod";
import { address, type Connection } from "./connection.ts";
import { Heartbeat } from "./heartbeat.ts";
import { type Message, type Published, readPublished } from "./message.ts";
import { within } from "./wait.ts";
import { decode, encode, incoming } from "./wire.ts";

/** What is done with the answers to one request. */
export interface Listener {
  onReply?(message: Message): void;
  onPublished?(published: Published): void;
}

/** The channels on which requests go. */
type RequestChannel = "shell" | "control";

/** How many messages were thrown away, by why. */
export interface Dropped {
  /** Not signed with the connection's key. */
  readonly unsigned: number;
  /** Signed, and yet not what the protocol says. */
  readonly malformed: number;
}

// A kernel is on this machine: it is found again quickly, and a message for one that is gone is not kept.
const options = { linger: 0, reconnectInterval: 20, sendHighWaterMark: 0, receiveHighWaterMark: 0 };

// Outputs that come after a cell has ended belong to it still; so many of the latest cells are remembered.
const remembered = 512;

/** The sockets to one kernel: requests go out signed, and answers find who asked. */
export class Channels {
  readonly heartbeat: Heartbeat;
  readonly #key: string;
  readonly #session = randomUUID();
  readonly #sockets = {
    shell: new Dealer(options),
    control: new Dealer(options),
    iopub: new Subscriber({ linger: 0, reconnectInterval: 20, receiveHighWaterMark: 0 }),
  };
  readonly #listeners = new Map<string, Listener>();
  readonly #dropped = { unsigned: 0, malformed: 0 };
  /** Resolves to words for a message when the connection is closed on this side. */
  readonly closed: Promise<string>;
  #close: (words: string) => void = () => undefined;
  #isClosed = false;

  constructor(connection: Connection) {
    this.#key = connection.key;
    this.closed = new Promise((resolve) => {
      this.#close = resolve;
    });
    const { shell, control, iopub } = this.#sockets;
    shell.connect(address(connection, "shell"));
    control.connect(address(connection, "control"));
    iopub.connect(address(connection, "iopub"));
    iopub.subscribe();
    this.heartbeat = new Heartbeat(address(connection, "hb"));
    const reply = (listener: Listener, message: Message): void => listener.onReply?.(message);
    void this.#receive(shell, reply);
    void this.#receive(control, reply);
    void this.#receive(iopub, (listener, message) => {
      const published = readPublished(message);
      if (published === "malformed") this.#dropped.malformed++;
      else if (published !== "unknown") listener.onPublished?.(published);
    });
  }

  get dropped(): Dropped {
    return { ...this.#dropped };
  }

  async #receive(
    socket: Dealer | Subscriber,
    deliver: (listener: Listener, message: Message) => void,
  ): Promise<void> {
    for await (const frames of incoming(socket)) {
      const message = decode(this.#key, frames);
      if (typeof message === "string") this.#dropped[message]++;
      else {
        const listener = message.parent === undefined ? undefined : this.#listeners.get(message.parent);
        if (listener !== undefined) deliver(listener, message);
      }
    }
  }

  /** Sends a request. The listener stays until `forget`, or until many others came after it. */
  send(channel: RequestChannel, type: string, content: object, listener: Listener): string {
    const id = randomUUID();
    // Before anything is sent: an answer can be faster than the rest of this function.
    this.#listeners.set(id, listener);
    const oldest = this.#listeners.keys().next().value;
    if (this.#listeners.size > remembered && oldest !== undefined) this.#listeners.delete(oldest);
    if (this.#isClosed) return id;
    const head = {
      msg_id: id,
      msg_type: type,
      username: "konsil",
      session: this.#session,
      date: new Date().toISOString(),
      version: "5.3",
    };
    // Without a limit on the queue a send never waits; it fails only where the socket was closed meanwhile.
    this.#sockets[channel].send(encode(this.#key, head, content)).catch(() => undefined);
    return id;
  }

  forget(id: string): void {
    this.#listeners.delete(id);
  }

  /**
   * Sends a request and waits for its reply.
   * @throws NotebookError KERNEL_TIMEOUT
   */
  async request<T>(
    channel: RequestChannel,
    type: string,
    content: object,
    { reply, timeout, published = false, again, also, check }: RequestOptions<T>,
  ): Promise<T> {
    let resolve: (answer: { readonly value: T }) => void = () => undefined;
    const answer = new Promise<{ readonly value: T }>((given) => {
      resolve = given;
    });
    let read: { readonly value: T } | undefined;
    let isPublished = !published;
    const end = (): void => {
      if (read !== undefined && isPublished) resolve(read);
    };
    const listener: Listener = {
      onReply: (message) => {
        const parsed = reply.safeParse(message.content);
        if (parsed.success) read = { value: parsed.data };
        else this.#dropped.malformed++;
        end();
      },
      onPublished: () => {
        isPublished = true;
        end();
      },
    };
    const ids: string[] = [];
    const last = performance.now() + timeout;
    let left = timeout;
    try {
      do {
        check?.();
        for (const one of also === undefined ? [channel] : [channel, also])
          ids.push(this.send(one, type, content, listener));
        const outcome = await within(Math.min(again ?? left, left), answer);
        if (outcome !== "late") return outcome.value;
        left = last - performance.now();
      } while (again !== undefined && left > 0);
    } finally {
      for (const id of ids) this.forget(id);
    }
    const what = type.replace("_request", "").replace("_", " ");
    throw new NotebookError(
      "KERNEL_TIMEOUT",
      `The kernel did not answer "${what}" within ${timeout / 1000} s. ${this.heartbeat.words} Wait until it is idle, ` +
        "interrupt it, or start it anew.",
    );
  }

  /** Calls back when the kernel's end of the connection is gone, which is how the death of another's kernel shows. */
  onDisconnect(gone: () => void): void {
    this.#sockets.shell.events.on("disconnect", () => {
      if (!this.#isClosed) gone();
    });
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#close("The connection to it was closed.");
    this.heartbeat.close();
    for (const socket of Object.values(this.#sockets)) socket.close();
  }
}

export interface RequestOptions<T> {
  readonly reply: z.ZodType<T>;
  /** Milliseconds. */
  readonly timeout: number;
  /** Whether something about it must have been published too. */
  readonly published?: boolean;
  /** Milliseconds after which it is sent once more; what answers an earlier one still counts. Default: only once. */
  readonly again?: number;
  /** A further channel on which it is sent. */
  readonly also?: RequestChannel;
  /** Called before each time that it is sent. What it throws ends the waiting. */
  readonly check?: () => void;
}
