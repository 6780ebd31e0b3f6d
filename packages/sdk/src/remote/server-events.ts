import { z } from "zod";
import { ServerSocket, type ServerSocketOptions } from "../vantage6/server-socket.ts";

/** What a server tells of by itself. Events may be late, early, doubled or missing: what they say is to be looked up. */
export type ServerEvent =
  | { readonly type: "run"; readonly task: number; readonly run: number; readonly status: string }
  | { readonly type: "log"; readonly task: number; readonly run: number; readonly text: string }
  | { readonly type: "node"; readonly node: number; readonly online: boolean }
  /** Events of a while before this may have been missed. */
  | { readonly type: "connected" }
  /** No events come before "connected": what happens is found by asking only. */
  | { readonly type: "unconnected" };

/** A server's events, for as long as somebody listens. */
export interface ServerEvents {
  /** Connects with the first listener, and again whenever the connection is lost. Call what is returned to stop. */
  listen(listener: (event: ServerEvent) => void): () => void;
}

const status = z.object({ status: z.string(), run_id: z.int(), task_id: z.int() });
const log = z.object({ run_id: z.int(), task_id: z.int(), log: z.string() });
const node = z.object({ id: z.int() });
/** Said to whoever is let into a collaboration's room, and so only where the server has taken the token. */
const joined = z.string().regex(/ joined room /);

/** Milliseconds for which a connection without a listener is kept: rounds follow each other. */
const idle = 300;

/**
 * A server's events, which may stay away in silence: whoever uses them must do without them too.
 * @param connection to a server, and who listens there
 */
export function serverEvents(
  connection: Pick<ServerSocketOptions, "address" | "accessToken" | "certificates">,
): ServerEvents {
  const listeners = new Set<(event: ServerEvent) => void>();
  let socket: ServerSocket | undefined;
  let closing: ReturnType<typeof setTimeout> | undefined;
  const emit = (event: ServerEvent): void => {
    for (const listener of listeners) listener(event);
  };
  const close = (): void => {
    socket?.close();
    socket = undefined;
  };
  return {
    listen(listener) {
      // One function may listen twice.
      const own = (event: ServerEvent): void => listener(event);
      listeners.add(own);
      clearTimeout(closing);
      socket ??= new ServerSocket({
        ...connection,
        listeners: heard(emit),
        proof: "message",
        lost: () => emit({ type: "unconnected" }),
      });
      return () => {
        if (!listeners.delete(own) || listeners.size > 0) return;
        clearTimeout(closing);
        closing = setTimeout(close, idle);
      };
    },
  };
}

/** What of a server's own events is an event here. */
function heard(emit: (event: ServerEvent) => void): Readonly<Record<string, (data: unknown) => void>> {
  const ofNode =
    (online: boolean) =>
    (data: unknown): void => {
      const read = node.safeParse(data);
      if (read.success) emit({ type: "node", node: read.data.id, online });
    };
  return {
    message(data) {
      if (joined.safeParse(data).success) emit({ type: "connected" });
    },
    algorithm_status_change(data) {
      const read = status.safeParse(data);
      if (!read.success) return;
      const { task_id: task, run_id: run } = read.data;
      emit({ type: "run", task, run, status: read.data.status });
    },
    algorithm_log(data) {
      const read = log.safeParse(data);
      if (!read.success) return;
      emit({ type: "log", task: read.data.task_id, run: read.data.run_id, text: read.data.log });
    },
    "node-online": ofNode(true),
    "node-offline": ofNode(false),
  };
}
