import type { Socket } from "socket.io-client";
import { authorities } from "./http/index.ts";

/** What a connection to a server's events is made with. */
export interface ServerSocketOptions {
  /** Of the server, with its path. */
  readonly address: string;
  /** Asked for with each connection, and told which one the server did not take the last time. */
  readonly accessToken: (refused?: string) => Promise<string>;
  /** Certificates of authorities to trust besides the usual ones, as PEM. */
  readonly certificates?: string | undefined;
  /** By name: what is heard. Data are of nobody's word: listeners check them. */
  readonly listeners: Readonly<Record<string, (data: unknown) => void>>;
  /**
   * The event that shows that the server has taken the token, unlike "connect", which comes with any: until then each
   * attempt waits longer.
   */
  readonly proof: string;
  /** The connection was lost, or could not be made, since it last was. */
  readonly lost?: (() => void) | undefined;
}

/**
 * A connection over Socket.IO, in vantage6's namespace "/tasks", made again whenever it is lost. A token that is not
 * accepted leaves a connection without events, in silence: whoever uses events must do without them too.
 */
export class ServerSocket {
  readonly #options: ServerSocketOptions;
  #socket: Socket | undefined;
  #isClosed = false;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #refused: string | undefined;

  constructor(options: ServerSocketOptions) {
    this.#options = options;
    void this.#open();
  }

  /** Said now or never: events are hints. */
  emit(event: string, ...data: readonly unknown[]): void {
    if (this.#socket?.connected === true) this.#socket.emit(event, ...data);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    this.#socket?.disconnect();
  }

  async #open(): Promise<void> {
    const { address, accessToken, certificates, listeners, proof } = this.#options;
    let token: string;
    try {
      token = await accessToken(this.#refused);
    } catch {
      return this.#again();
    }
    if (this.#isClosed) return;
    // Loaded when it is needed: whoever works on local sites does not wait for it.
    const { io } = await import("socket.io-client");
    if (this.#isClosed) return;
    // A socket of its own for each attempt: the token is in the headers of the handshake.
    const socket = io(`${new URL(address).origin}/tasks`, {
      extraHeaders: { Authorization: `Bearer ${token}` },
      ...authorities(certificates),
      reconnection: false,
      forceNew: true,
      // Polling would follow redirects, and take the token to whatever machine they name.
      transports: ["websocket"],
      timeout: 10_000,
    });
    this.#socket = socket;
    const lost = (): void => {
      if (this.#socket !== socket) return;
      this.#socket = undefined;
      socket.disconnect();
      this.#again();
    };
    for (const name of ["connect_error", "disconnect"]) socket.on(name, lost);
    for (const name of ["expired_token", "invalid_token"])
      socket.on(name, () => {
        this.#refused = token;
        lost();
      });
    socket.on(proof, () => {
      this.#failures = 0;
    });
    for (const [name, listener] of Object.entries(listeners)) socket.on(name, listener);
  }

  /** Waits longer each time, up to half a minute. */
  #again(): void {
    if (this.#isClosed) return;
    if (this.#failures === 0) this.#options.lost?.();
    this.#retry = setTimeout(() => void this.#open(), Math.min(30_000, 1000 * 2 ** this.#failures++));
    this.#retry.unref?.();
  }
}
