import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer, type WebSockets } from "../../sdk/test/remote/web-sockets.ts";

export const key = "a-secret-key-of-a-node";
const token = (sub: unknown, seconds = 3600): string => {
  const now = Math.floor(Date.now() / 1000);
  const claims = Buffer.from(JSON.stringify({ sub, iat: now, exp: now + seconds })).toString("base64url");
  return `head.${claims}.signature`;
};

export interface Run {
  id: number;
  input: string;
  status: string;
  result?: string;
  log?: string;
  finished_at?: string;
}

/** So much of a server of 4.x as a node asks. */
export class FakeServer {
  readonly runs: Run[] = [];
  readonly asked: string[] = [];
  readonly tasks: { organizations: { id: number; input: string }[] }[] = [];
  publicKey: string | null = null;
  encrypted = false;
  /** How many changes of runs it fails at. */
  failing = 0;
  /** Whether its runs are killed when a token is asked for. */
  endsAtToken = false;
  /** What it shows of the node, one after the other; the last for good. */
  readonly statuses: string[] = ["offline"];
  /** What nodes said over their web sockets: events as Socket.IO writes them. */
  readonly heard: string[] = [];
  readonly #server: Server;
  readonly #sockets: WebSockets;

  constructor() {
    this.#server = createServer((request, response) => {
      void this.#answer(request).then(([status, body]) => {
        response.writeHead(status, { "Content-Type": "application/json" });
        response.end(JSON.stringify(body));
      });
    });
    this.#sockets = new WebSocketServer({ server: this.#server });
    this.#sockets.on("connection", (socket) => {
      socket.send('0{"sid":"a","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}');
      socket.on("message", (data) => {
        const text = String(data);
        if (text.startsWith("42/tasks,")) this.heard.push(text.slice("42/tasks,".length));
        if (!text.startsWith("40/tasks")) return;
        socket.send('40/tasks,{"sid":"b"}');
        socket.send('42/tasks,["sync"]');
      });
    });
  }

  /** Tells all nodes an event. */
  emit(name: string, data: object): void {
    for (const socket of this.#sockets.clients) socket.send(`42/tasks,${JSON.stringify([name, data])}`);
  }

  async start(): Promise<string> {
    await new Promise<void>((done) => this.#server.listen(0, "127.0.0.1", done));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/api`;
  }

  stop(): void {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer(request: IncomingMessage): Promise<readonly [number, unknown]> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = JSON.parse(Buffer.concat(chunks).toString("utf8") || "{}") as Record<string, unknown>;
    const path = (request.url ?? "").split("?")[0]?.replace("/api", "") ?? "";
    const question = `${request.method} ${path}`;
    this.asked.push(question);
    if (question === "POST /token/node")
      return body["api_key"] === key
        ? [200, { access_token: token(7), refresh_token: token(7) }]
        : [401, { msg: "Api key is not recognized!" }];
    if (request.headers.authorization === undefined) return [401, { msg: "Missing Authorization Header" }];
    if (question === "GET /node/7") {
      const status = this.statuses.length > 1 ? this.statuses.shift() : this.statuses[0];
      return [200, { name: "n", status, organization: { id: 2 }, collaboration: { id: 1 } }];
    }
    if (question === "GET /collaboration/1") return [200, { name: "c", encrypted: this.encrypted }];
    if (question === "GET /organization/2") return [200, { id: 2, name: "oslo", public_key: this.publicKey }];
    if (question === "PATCH /organization/2") {
      this.publicKey = String(body["public_key"]);
      return [200, { id: 2, name: "oslo", public_key: this.publicKey }];
    }
    if (question === "POST /token/container" && this.endsAtToken) {
      for (const run of this.runs) run.finished_at = "now";
      return [400, { msg: "Task is already finished!" }];
    }
    if (question === "POST /token/container")
      return [200, { container_token: token({ organization_id: 2, collaboration_id: 1, image: "i" }) }];
    if (question === "GET /run") {
      const task = {
        id: 1,
        name: "t",
        image: "i",
        job_id: 1,
        parent: null,
        init_org: { id: 2 },
        databases: [{ label: "default" }],
      };
      const open = this.runs.filter(({ finished_at: at }) => at === undefined);
      return [200, { data: open.map((run) => ({ ...run, task })), links: {} }];
    }
    if (question === "POST /task") {
      this.tasks.push(body as unknown as FakeServer["tasks"][number]);
      return [201, { id: 2 }];
    }
    if (question === "GET /result")
      return [
        200,
        {
          data: [{ id: 1, result: this.tasks[0]?.organizations[0]?.input, blob_storage_used: false }],
          links: {},
        },
      ];
    const id = /^PATCH \/run\/(\d+)$/.exec(question)?.[1];
    const run = this.runs.find((one) => one.id === Number(id));
    if (run === undefined) return [404, { msg: "not found" }];
    if (this.failing-- > 0) return [500, { msg: "An unexpected error occurred!" }];
    if (run.finished_at !== undefined)
      return [400, { msg: "Cannot update an already finished algorithm run!" }];
    Object.assign(run, body);
    return [200, run];
  }
}
