import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { type FakeOrganization, type FakeRun, type FakeTask, FakeWorld } from "./fake-world.ts";
import type { Call, Fault } from "./fate.ts";

const base = "/api";
const link = (kind: string, id: number) => ({ id, link: `${base}/${kind}/${id}`, methods: ["GET"] });
const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A server 4.15 over HTTP, as far as a federation needs one, that has the faults it is told to have. */
export class FakeServer {
  readonly world: FakeWorld;
  readonly calls: string[] = [];
  #server: { close(closed: () => void): unknown } | undefined;
  #port = 0;
  readonly #sockets = new Set<Socket>();
  readonly #counts = new Map<string, number>();

  constructor(world: FakeWorld) {
    this.world = world;
  }

  get address(): string {
    return `http://127.0.0.1:${this.#port}${base}`;
  }

  async start(): Promise<this> {
    const server = createServer((request, response) => void this.#serve(request, response));
    server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(this.#port, "127.0.0.1", resolve));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
    return this;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    const closed = new Promise<void>((resolve) =>
      server === undefined ? resolve() : server.close(() => resolve()),
    );
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  /** Away for a while, and back on the same port with all it had. */
  async restart(away = 20): Promise<void> {
    await this.stop();
    await new Promise((resolve) => setTimeout(resolve, away));
    await this.start();
  }

  /** Tasks of one name made more than once. */
  doubles(): readonly string[] {
    const names = this.world.tasks.map(({ name }) => name);
    return names.filter((name, i) => names.indexOf(name) !== i);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return;
    }
    const url = new URL(request.url ?? "/", "http://localhost");
    const path = url.pathname.slice(base.length);
    const method = request.method ?? "GET";
    this.calls.push(`${method} ${path}`);
    const kind = `${method} ${path}`;
    const before = this.#counts.get(kind) ?? 0;
    this.#counts.set(kind, before + 1);
    const call: Call = { method, path, query: url.searchParams, before };
    const fault: Fault | undefined = path.startsWith("/token") ? undefined : this.world.faults.call?.(call);
    if (fault === "lost request") return void request.socket.destroy();
    const answered = (): Answer => this.#answer(call, Buffer.concat(chunks), request);
    if (typeof fault === "object") {
      const isLate = "late" in fault;
      if (isLate) this.world.later(fault.late, answered);
      const { status = 504, headers } = isLate ? { ...fault, headers: {} } : fault;
      response.writeHead(status, { "content-type": "application/json", ...headers });
      return void response.end(JSON.stringify({ msg: `fault ${status}` }));
    }
    const answer = answered();
    if (fault === "lost reply") return void request.socket.destroy();
    const isBytes = answer.body instanceof Uint8Array;
    const body = isBytes ? (answer.body as Uint8Array) : Buffer.from(JSON.stringify(answer.body));
    response.writeHead(answer.status, {
      "content-type": isBytes ? "application/octet-stream" : "application/json",
      "content-length": String(body.length),
      ...answer.headers,
    });
    if (fault === "half a reply") {
      response.write(body.subarray(0, Math.floor(body.length / 2)), () => request.socket.destroy());
      return;
    }
    response.end(body);
  }

  #answer(call: Call, body: Buffer, request: IncomingMessage): Answer {
    const { method, path, query } = call;
    const json = (): Record<string, unknown> => JSON.parse(body.toString("utf8")) as Record<string, unknown>;
    if (path === "/version") return { status: 200, body: { version: "4.15.2" } };
    if (path === "/health") return { status: 200, body: { database: true } };
    if (method === "POST" && path.startsWith("/token/")) return this.#token();
    if (!/^Bearer .+/.test(request.headers.authorization ?? ""))
      return { status: 401, body: { msg: "Missing Authorization Header" } };
    const [, kind = "", id = ""] = path.split("/");
    if (method === "POST" && path === "/task") return this.#createTask(json());
    if (method === "POST" && path === "/kill/task") return this.#kill(Number(json()["id"]));
    if (kind === "blobstream") return this.#blob(method, id, body);
    if (method !== "GET") return { status: 405, body: { message: "The method is not allowed." } };
    return id === "" ? this.#list(kind, query, call) : this.#one(kind, Number(id));
  }

  #token(): Answer {
    const now = Math.floor(Date.now() / 1000);
    const token = (type: string, seconds: number) =>
      `${encode({ alg: "HS256", typ: "JWT" })}.${encode({ sub: 1, type, iat: now, exp: now + seconds, client_type: "user", roles: [] })}.c2lnbmF0dXJl`;
    return {
      status: 200,
      body: {
        access_token: token("access", 21600),
        refresh_token: token("refresh", 172800),
        refresh_url: `${base}/token/refresh`,
        user_url: `${base}/user/1`,
      },
    };
  }

  #createTask(body: Record<string, unknown>): Answer {
    return { status: 201, body: this.#task(this.world.createTask(body as never)) };
  }

  #kill(id: number): Answer {
    const task = this.world.tasks.find((candidate) => candidate.id === id);
    if (task === undefined) return { status: 404, body: { msg: `Task id='${id}' not found` } };
    return this.world.kill(task)
      ? {
          status: 200,
          body: { msg: `Nodes have been instructed to kill any containers running for task ${id}.` },
        }
      : { status: 400, body: { msg: `Task ${id} already finished, so cannot kill it!` } };
  }

  #blob(method: string, id: string, body: Buffer): Answer {
    const { world } = this;
    if (id === "status") return { status: 200, body: { blob_store_enabled: world.hasBlobs } };
    if (method === "POST") return { status: 201, body: { uuid: world.store(new Uint8Array(body)) } };
    const bytes = world.blobs.get(id);
    return bytes === undefined
      ? { status: 404, body: { msg: "no such blob" } }
      : { status: 200, body: bytes };
  }

  #list(kind: string, query: URLSearchParams, { path }: Call): Answer {
    const rows = this.#rows(kind, query);
    if (rows === undefined) return { status: 404, body: { msg: `no ${kind}` } };
    const perPage = Number(query.get("per_page") ?? 10);
    const page = Number(query.get("page") ?? 1);
    const pages = Math.max(1, Math.ceil(rows.length / perPage));
    const at = (n: number): string => {
      const other = new URLSearchParams(query);
      other.set("page", String(n));
      return `${base}${path}?${other.toString()}`;
    };
    return {
      status: 200,
      headers: { "total-count": String(rows.length) },
      body: {
        data: rows.slice((page - 1) * perPage, page * perPage),
        links: {
          first: at(1),
          self: at(page),
          ...(page > 1 ? { previous: at(page - 1) } : {}),
          ...(page < pages ? { next: at(page + 1) } : {}),
          ...(rows.length > 0 ? { last: at(pages) } : {}),
        },
      },
    };
  }

  #rows(kind: string, query: URLSearchParams): unknown[] | undefined {
    const { world } = this;
    const number = (name: string): number | undefined =>
      query.has(name) ? Number(query.get(name)) : undefined;
    const collaboration = number("collaboration_id");
    switch (kind) {
      case "collaboration":
        return world.collaborations
          .filter(({ name }) => !query.has("name") || like(name, query.get("name") ?? ""))
          .map((one) => this.#collaboration(one.id));
      case "study":
        return world.studies
          .filter((one) => collaboration === undefined || one.collaboration === collaboration)
          .map((one) => this.#study(one.id));
      case "organization": {
        const study = world.studies.find(({ id }) => id === number("study_id"));
        const ids =
          study?.organizations ?? world.collaborations.find(({ id }) => id === collaboration)?.organizations;
        return world.organizations
          .filter(({ id }) => ids?.includes(id) ?? true)
          .map((one) => this.#organization(one));
      }
      case "node":
        return world.organizations.flatMap((one) =>
          (one.node === undefined ? [] : [1, 2])
            .filter((of) => collaboration === undefined || of === collaboration)
            .map((of) => this.#node(one, of)),
        );
      case "task":
        return [...world.tasks]
          .reverse()
          .filter(({ name }) => !query.has("name") || like(name, query.get("name") ?? ""))
          .map((task) => this.#task(task));
      case "run":
        return this.#runs(number("task_id")).map((run) => this.#run(run));
      case "result":
        return this.#runs(number("task_id")).map((run) => this.#result(run));
      default:
        return undefined;
    }
  }

  #runs(task: number | undefined): FakeRun[] {
    return [...this.world.tasks]
      .reverse()
      .filter(({ id }) => task === undefined || id === task)
      .flatMap(({ runs }) => [...runs].reverse())
      .filter(({ visibleAt }) => Date.now() >= visibleAt)
      .flatMap((run) => (run.fate.isDouble === true ? [run, run] : [run]));
  }

  #one(kind: string, id: number): Answer {
    const { world } = this;
    const found =
      kind === "task"
        ? world.tasks.filter((task) => task.id === id).map((task) => this.#task(task))[0]
        : kind === "run"
          ? this.#runs(undefined)
              .filter((run) => run.id === id)
              .map((run) => this.#run(run))[0]
          : kind === "result"
            ? this.#runs(undefined)
                .filter((run) => run.id === id)
                .map((run) => this.#result(run))[0]
            : kind === "collaboration"
              ? this.#collaboration(id)
              : kind === "organization"
                ? world.organizations.filter((one) => one.id === id).map((one) => this.#organization(one))[0]
                : kind === "study"
                  ? this.#study(id)
                  : kind === "user"
                    ? this.#user(id)
                    : undefined;
    return found === undefined
      ? { status: 404, body: { msg: `${kind} id=${id} is not found` } }
      : { status: 200, body: found };
  }

  #user(id: number): unknown {
    return {
      id,
      type: "user",
      username: "anna",
      firstname: "Anna",
      lastname: "N",
      email: "anna@example.org",
      organization: link("organization", this.world.home),
      roles: `${base}/role?user_id=${id}`,
      rules: `${base}/rule?user_id=${id}`,
      ip: null,
      last_seen: "2026-11-23T20:29:44.889658",
      status: null,
      otp_secret: null,
      last_email_failed_login_sent: null,
      last_email_recover_password_sent: null,
    };
  }

  #collaboration(id: number): unknown {
    const one = this.world.collaborations.find((candidate) => candidate.id === id);
    if (one === undefined) return undefined;
    return {
      id,
      name: one.name,
      encrypted: one.encrypted,
      organizations: `${base}/organization?collaboration_id=${id}`,
      nodes: `${base}/node?collaboration_id=${id}`,
      tasks: `${base}/task?collaboration_id=${id}`,
      studies: `${base}/study?collaboration_id=${id}`,
      algorithm_stores: `${base}/algorithmstore?collaboration_id=${id}`,
    };
  }

  #study(id: number): unknown {
    const one = this.world.studies.find((candidate) => candidate.id === id);
    if (one === undefined) return undefined;
    return {
      id,
      name: one.name,
      collaboration: link("collaboration", one.collaboration),
      organizations: `${base}/organization?study_id=${id}`,
      tasks: `${base}/task?study_id=${id}`,
    };
  }

  #organization({ id, name, key }: FakeOrganization): unknown {
    return {
      id,
      name,
      domain: `${name}.example`,
      address1: "",
      address2: "",
      zipcode: "",
      country: "NO",
      public_key: FakeWorld.published(key),
      collaborations: `${base}/collaboration?organization_id=${id}`,
      nodes: `${base}/node?organization_id=${id}`,
      users: `${base}/user?organization_id=${id}`,
      tasks: `${base}/task?init_org_id=${id}`,
      runs: `${base}/run?organization_id=${id}`,
      studies: `${base}/study?organization_id=${id}`,
    };
  }

  #node({ id, name, node }: FakeOrganization, collaboration: number): unknown {
    return {
      id: (node?.id ?? 0) * 10 + collaboration,
      name: `${name} - node`,
      type: "node",
      ip: null,
      status: node?.status ?? null,
      last_seen: "2026-11-23T20:29:42.690064",
      config: node?.config ?? [],
      organization: link("organization", id),
      collaboration: link("collaboration", collaboration),
    };
  }

  #task(task: FakeTask): unknown {
    return {
      id: task.id,
      name: task.name,
      description: "",
      image: task.image,
      status: this.world.statusOf(task),
      created_at: "2026-11-23T20:29:52.037255",
      finished_at: null,
      job_id: task.id,
      collaboration: link("collaboration", task.collaboration),
      study: task.study === null ? null : link("study", task.study),
      init_org: link("organization", task.maker),
      init_user: link("user", 1),
      parent: null,
      children: `${base}/task?parent_id=${task.id}`,
      runs: `${base}/run?task_id=${task.id}`,
      results: `${base}/result?task_id=${task.id}`,
      databases: task.databases.map(({ label }) => ({ label, parameters: "{}" })),
      algorithm_store: null,
    };
  }

  #run(run: FakeRun): unknown {
    const { organization, task } = run;
    return {
      id: run.id,
      status: run.status,
      log: run.log,
      input: run.input,
      assigned_at: "2026-11-23T20:29:27.423082",
      started_at: run.startedAt,
      finished_at: run.finishedAt,
      cleanup_at: null,
      blob_storage_used: run.isBlob,
      ports: [],
      organization: link("organization", organization.id),
      task: link("task", task.id),
      results: link("result", run.id),
      node: {
        id: organization.node?.id ?? 0,
        ip: null,
        status: organization.node?.status,
        name: `${organization.name} - node`,
      },
    };
  }

  #result(run: FakeRun): unknown {
    return {
      id: run.id,
      result: run.result,
      cleanup_at: null,
      blob_storage_used: run.isBlob,
      run: link("run", run.id),
      task: link("task", run.task.id),
    };
  }
}

/** SQL's LIKE, as SQLite has it: without regard to case. */
function like(text: string, pattern: string): boolean {
  const source = pattern
    .replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
    .replaceAll("%", ".*")
    .replaceAll("_", ".");
  return new RegExp(`^${source}$`, "i").test(text);
}
