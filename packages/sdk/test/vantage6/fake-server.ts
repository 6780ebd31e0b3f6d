import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { type ConnectOptions, connectIn } from "../../src/vantage6/connect.ts";
import type { Server } from "../../src/vantage6/index.ts";
import { golden } from "./golden.ts";

/** What the client asked. */
export interface Asked {
  readonly method: string;
  /** Below "/api". */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What it is answered. */
export interface Reply {
  readonly status?: number;
  /** JSON, unless it is text. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** The connection ends instead of the answer, or in the middle of it. */
  readonly lost?: "all" | "half";
  /** Milliseconds before the answer. */
  readonly delay?: number;
}

/** Answers what it knows, and leaves the rest to a server that has nothing but user 2, “anna”. */
export type Answering = (asked: Asked, before: number) => Reply | undefined;

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** As Flask makes them, with a signature that nobody looks at. */
export function token(type: "access" | "refresh", seconds: number, mark = ""): string {
  const iat = Math.floor(Date.now() / 1000);
  const claims = { fresh: false, iat, type, sub: 2, nbf: iat, exp: iat + seconds, client_type: "user", mark };
  return `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}.c2lnbmF0dXJl`;
}

export function tokens(seconds = 21_600, mark = ""): object {
  return {
    access_token: token("access", seconds, mark),
    refresh_token: token("refresh", 172_800, mark),
    refresh_url: "/api/token/refresh",
    user_url: "/api/user/2",
  };
}

function usual({ method, path }: Asked): Reply {
  if (path === "/version") return { body: { version: "4.15.2" } };
  if (method === "POST" && path.startsWith("/token/")) return { body: tokens() };
  if (path === "/user/2") return { body: golden("user/one").body };
  return { ...golden("errors/unknown-route"), headers: { "content-type": "text/html; charset=utf-8" } };
}

/** What a server is asked before anybody is logged in, to tell it from a store. */
const isKnock = ({ method, path, headers }: Asked): boolean =>
  method === "GET" && path === "/organization" && headers.authorization === undefined;

/** A server over HTTP that answers as it is told. */
export class FakeServer {
  readonly asked: Asked[] = [];
  readonly #counts = new Map<string, number>();
  readonly #sockets = new Set<Socket>();
  readonly #answering: Answering;
  /** What it says to whoever asks for organizations without a token; undefined: as it is told. */
  knocked: Reply | undefined = golden("errors/no-token");
  readonly #server = createServer();
  address = "";
  /** Questions that somebody still waits for. */
  open = 0;

  constructor(answering: Answering) {
    this.#answering = answering;
  }

  async start(): Promise<this> {
    const server = this.#server;
    server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
      socket.on("error", () => undefined);
    });
    server.on("request", async (request, response) => {
      this.open++;
      response.once("close", () => this.open--);
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const url = new URL(request.url ?? "/", "http://localhost");
      const asked: Asked = {
        method: request.method ?? "",
        path: url.pathname.replace(/^\/api(?=\/)/, ""),
        query: url.searchParams,
        headers: request.headers,
        body: Buffer.concat(chunks).toString("utf8"),
      };
      const reply = (isKnock(asked) ? this.knocked : undefined) ?? this.#reply(asked);
      if (reply.delay !== undefined) await new Promise((resolve) => setTimeout(resolve, reply.delay));
      if (reply.lost === "all") return void request.socket.destroy();
      const text = typeof reply.body === "string" ? reply.body : JSON.stringify(reply.body ?? {});
      const body = Buffer.from(text);
      response.writeHead(reply.status ?? 200, {
        "content-type": typeof reply.body === "string" ? "text/html" : "application/json",
        "content-length": String(body.length),
        ...reply.headers,
      });
      if (reply.lost === "half")
        return void response.write(body.subarray(0, body.length >> 1), () => request.socket.destroy());
      response.end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    this.address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`;
    return this;
  }

  #reply(asked: Asked): Reply {
    this.asked.push(asked);
    const kind = `${asked.method} ${asked.path}`;
    const before = this.#counts.get(kind) ?? 0;
    this.#counts.set(kind, before + 1);
    return this.#answering(asked, before) ?? usual(asked);
  }

  times(method: string, path: string): number {
    return this.#counts.get(`${method} ${path}`) ?? 0;
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}

export const anna = { username: "anna", password: "Anna-password-1" } as const;

/** Runs something with a client of a server that answers so. */
export async function withServer<T>(
  answering: Answering,
  run: (client: Server, server: FakeServer) => Promise<T>,
  options: Partial<ConnectOptions> = {},
): Promise<T> {
  const server = await new FakeServer(answering).start();
  try {
    const client = await connectIn({ pause: 3, longestPause: 200 }, server.address, { ...anna, ...options });
    return await run(client, server);
  } finally {
    await server.stop();
  }
}
