import { io, type Socket } from "socket.io-client";
import { z } from "zod";

/** What a server tells its node. */
export interface NodeOrders {
  /** Connected: tasks may have come meanwhile. */
  sync(): void;
  newTask(task: number): void;
  /** Undefined: whatever runs. */
  kill(runs: readonly number[] | undefined): void;
  /** The connection is lost; it is tried again. */
  lost(): void;
}

const newTask = z.object({ id: z.int() });
const kill = z.object({
  collaboration_id: z.int(),
  node_id: z.int().nullish(),
  kill_list: z.array(z.object({ run_id: z.int() })).nullish(),
});

/** Milliseconds between signs of life. */
const beat = 60_000;

/** A node's connection to its server, made again whenever it is lost. */
export class NodeEvents {
  readonly #address: string;
  readonly #token: () => Promise<string>;
  readonly #who: { readonly node: number; readonly collaboration: number };
  readonly #orders: NodeOrders;
  #socket: Socket | undefined;
  #isClosed = false;
  #failures = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  readonly #beat: ReturnType<typeof setInterval>;

  constructor(
    address: string,
    token: () => Promise<string>,
    who: { readonly node: number; readonly collaboration: number },
    orders: NodeOrders,
  ) {
    this.#address = address;
    this.#token = token;
    this.#who = who;
    this.#orders = orders;
    this.#beat = setInterval(() => this.emit("ping"), beat);
    void this.#open();
  }

  /** Said now or never: events are hints. */
  emit(event: string, ...data: readonly unknown[]): void {
    if (this.#socket?.connected === true) this.#socket.emit(event, ...data);
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#beat);
    clearTimeout(this.#retry);
    this.#socket?.disconnect();
  }

  async #open(): Promise<void> {
    let token: string;
    try {
      token = await this.#token();
    } catch {
      return this.#again();
    }
    if (this.#isClosed) return;
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
    for (const name of ["connect_error", "disconnect", "expired_token", "invalid_token"])
      socket.on(name, lost);
    socket.on("sync", () => {
      this.#failures = 0;
      this.#orders.sync();
    });
    socket.on("new_task", (data: unknown) => {
      const read = newTask.safeParse(data);
      if (read.success) this.#orders.newTask(read.data.id);
    });
    socket.on("kill_containers", (data: unknown) => {
      const read = kill.safeParse(data);
      if (!read.success) return;
      const { collaboration_id: collaboration, node_id: node, kill_list: list } = read.data;
      if (collaboration !== this.#who.collaboration || (node != null && node !== this.#who.node)) return;
      this.#orders.kill(list?.map(({ run_id: run }) => run));
    });
  }

  /** Waits longer each time, up to half a minute. */
  #again(): void {
    if (this.#isClosed) return;
    if (this.#failures === 0) this.#orders.lost();
    this.#retry = setTimeout(() => void this.#open(), Math.min(30_000, 1000 * 2 ** this.#failures++));
  }
}
