import type { Server } from "node:http";
import { createRequire } from "node:module";

interface WebSocket {
  send(text: string): void;
  on(event: "message", listener: (data: unknown) => void): void;
  terminate(): void;
}
export interface WebSockets {
  readonly clients: Iterable<WebSocket>;
  on(event: "connection", listener: (socket: WebSocket, request: { headers: object }) => void): void;
}

/** The web sockets that socket.io-client comes with. */
export const { WebSocketServer } = ["socket.io-client", "engine.io-client"].reduce(
  (require, name) => createRequire(require.resolve(name)),
  createRequire(import.meta.url),
)("ws") as { WebSocketServer: new (options: { server: Server }) => WebSockets };
