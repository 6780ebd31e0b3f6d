import type { Socket } from "socket.io-client";
import { z } from "zod";

/** What a server tells of by itself. Events may be late, early, doubled or missing: what they say is to be looked up. */
export type ServerEvent =
  | { readonly type: "run"; readonly task: number; readonly run: number; readonly status: string }
  | { readonly type: "log"; readonly task: number; readonly run: number; readonly text: string }
  | { readonly type: "node"; readonly node: number; readonly online: boolean }
  /** Events of a while before this may have been missed. */
  | { readonly type: "connected" };

/** A server's events, for as long as somebody listens. */
export interface ServerEvents {
  /** Connects with the first listener, and again whenever the connection is lost. Call what is returned to stop. */
  listen(listener: (event: ServerEvent) => void): () => void;
}

const status = z.object({ status: z.string(), run_id: z.int(), task_id: z.int() });
const log = z.object({ run_id: z.int(), task_id: z.int(), log: z.string() });
const node = z.object({ id: z.int() });

/** Milliseconds for which a connection without a listener is kept: rounds follow each other. */
const idle = 300;

/**
 * Events over Socket.IO, in vantage6's namespace "/tasks". A token that is not accepted leaves a connection without
 * events, in silence: whoever uses events must do without them too.
 * @param address of the server, with its path
 * @param accessToken asked for with each connection
 */
export function serverEvents(address: string, accessToken: () => Promise<string>): ServerEvents {
  const listeners = new Set<(event: ServerEvent) => void>();
  let connection: Connection | undefined;
  let closing: ReturnType<typeof setTimeout> | undefined;
  const emit = (event: ServerEvent): void => {
    for (const listener of listeners) listener(event);
  };
  const close = (): void => {
    connection?.close();
    connection = undefined;
  };
  return {
    listen(listener) {
      // One function may listen twice.
      const own = (event: ServerEvent): void => listener(event);
      listeners.add(own);
      clearTimeout(closing);
      connection ??= new Connection(address, accessToken, emit);
      return () => {
        if (!listeners.delete(own) || listeners.size > 0) return;
        clearTimeout(closing);
        closing = setTimeout(close, idle);
      };
    },
  };
}

class Connection {
  readonly #address: string;
  readonly #accessToken: () => Promise<string>;
  readonly #emit: (event: ServerEvent) => void;
  #socket: Socket | undefined;
  #isClosed = false;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;

  constructor(address: string, accessToken: () => Promise<string>, emit: (event: ServerEvent) => void) {
    this.#address = address;
    this.#accessToken = accessToken;
    this.#emit = emit;
    void this.#open();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    this.#socket?.disconnect();
  }

  async #open(): Promise<void> {
    let token: string;
    try {
      token = await this.#accessToken();
    } catch {
      return this.#again();
    }
    if (this.#isClosed) return;
    // Loaded when it is needed: whoever works on local sites does not wait for it.
    const { io } = await import("socket.io-client");
    if (this.#isClosed) return;
    // A socket of its own for each attempt: the token is in the headers of the handshake.
    const socket = io(`${new URL(this.#address).origin}/tasks`, {
      extraHeaders: { Authorization: `Bearer ${token}` },
      reconnection: false,
      forceNew: true,
      transports: ["websocket", "polling"],
      tryAllTransports: true,
      timeout: 10_000,
    });
    this.#socket = socket;
    const lost = (): void => {
      if (this.#socket !== socket) return;
      this.#socket = undefined;
      socket.disconnect();
      this.#again();
    };
    socket.on("connect", () => {
      this.#failures = 0;
      this.#emit({ type: "connected" });
    });
    socket.on("connect_error", lost);
    socket.on("disconnect", lost);
    socket.on("expired_token", lost);
    this.#hear(socket);
  }

  /** Waits longer each time, up to half a minute. */
  #again(): void {
    if (this.#isClosed) return;
    const delay = Math.min(30_000, 1000 * 2 ** this.#failures++);
    this.#retry = setTimeout(() => void this.#open(), delay);
    this.#retry.unref?.();
  }

  #hear(socket: Socket): void {
    socket.on("algorithm_status_change", (data: unknown) => {
      const read = status.safeParse(data);
      if (!read.success) return;
      const { task_id: task, run_id: run } = read.data;
      this.#emit({ type: "run", task, run, status: read.data.status });
    });
    socket.on("algorithm_log", (data: unknown) => {
      const read = log.safeParse(data);
      if (!read.success) return;
      this.#emit({ type: "log", task: read.data.task_id, run: read.data.run_id, text: read.data.log });
    });
    for (const name of ["node-online", "node-offline"])
      socket.on(name, (data: unknown) => {
        const read = node.safeParse(data);
        if (read.success) this.#emit({ type: "node", node: read.data.id, online: name === "node-online" });
      });
  }
}
