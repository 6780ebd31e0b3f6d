import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

interface Run {
  readonly id: number;
  readonly task: number;
  readonly organization: number;
  status: string;
  result: string;
}

/** What a container of an organization answers to a task's input. */
export type Answer = (organization: string, input: Uint8Array) => Promise<Uint8Array>;

export interface FakeProxy {
  readonly address: string;
  /** Names of the tasks that were made, in order. */
  readonly tasks: readonly string[];
  /** Statuses that runs of an organization end with, instead of an answer. */
  readonly ends: Map<string, string>;
  /** Organizations whose nodes are offline: nobody works on their runs. */
  readonly offline: Set<string>;
  tokenOf(organization: string): string;
  close(): Promise<void>;
}

/** Few, so that every list has several pages. */
const perPage = 2;

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

/**
 * A node's proxy as a container sees it: what is listed comes in pages, and a GET that carries a content type is answered
 * with 500, as the real one does.
 */
export async function fakeProxy(organizations: readonly string[], answer: Answer): Promise<FakeProxy> {
  const runs: Run[] = [];
  const tasks: string[] = [];
  const ends = new Map<string, string>();
  const offline = new Set<string>();
  const idOf = (name: string): number => organizations.indexOf(name) + 1;
  const image = "registry.example.org/konsil@sha256:0";

  const start = async (run: Run, input: string): Promise<void> => {
    const name = organizations[run.organization - 1] ?? "";
    if (offline.has(name)) return;
    await new Promise((resolve) => setTimeout(resolve, 1));
    run.status = "active";
    const end = ends.get(name);
    const reply = end === undefined ? await answer(name, Buffer.from(input, "base64")) : new Uint8Array();
    run.result = Buffer.from(reply).toString("base64");
    run.status = end ?? "completed";
  };

  const create = (body: string): unknown => {
    const task = JSON.parse(body) as {
      readonly name: string;
      readonly image: string;
      readonly organizations: readonly { readonly id: number; readonly input: string }[];
    };
    if (task.image !== image) return undefined;
    tasks.push(task.name);
    const id = tasks.length;
    for (const { id: organization, input } of task.organizations) {
      const run: Run = { id: runs.length + 1, task: id, organization, status: "pending", result: "" };
      runs.push(run);
      start(run, input).catch(() => {
        run.status = "crashed";
      });
    }
    return { id, name: task.name };
  };

  const list = (path: string, query: URLSearchParams): readonly unknown[] | undefined => {
    const ofTask = runs.filter(({ task }) => task === Number(query.get("task_id")));
    if (path === "/organization") return organizations.map((name) => ({ id: idOf(name), name }));
    if (path === "/run")
      return ofTask.map(({ id, status, organization }) => ({
        id,
        status,
        organization: { id: organization },
        node: {
          id: organization,
          status: offline.has(organizations[organization - 1] ?? "") ? "offline" : "online",
        },
      }));
    if (path === "/result")
      return ofTask
        .filter(({ status }) => status !== "pending" && status !== "active")
        .map(({ id, result }) => ({ id, run: { id }, result }));
    return undefined;
  };

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://proxy");
    const send = (status: number, body: unknown): void => {
      response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
    };
    if (!/^Bearer .+\..+\./.test(request.headers.authorization ?? "")) return send(401, { msg: "no token" });
    if (request.method === "POST") {
      void bodyOf(request).then((body) => {
        const made = create(body);
        return send(made === undefined ? 400 : 201, made ?? { msg: "another image" });
      });
      return;
    }
    if (request.headers["content-type"] !== undefined) return send(500, { msg: "Request failed" });
    const items = list(url.pathname, url.searchParams);
    if (items === undefined) {
      const id = Number(/^\/organization\/(\d+)$/.exec(url.pathname)?.[1]);
      const name = organizations[id - 1];
      return send(name === undefined ? 404 : 200, { id, name });
    }
    const page = Number(url.searchParams.get("page") ?? 1);
    const data = items.slice((page - 1) * perPage, page * perPage);
    const links = page * perPage < items.length ? { next: "next" } : {};
    send(200, { data, links });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tasks,
    ends,
    offline,
    tokenOf(organization) {
      const sub = {
        node_id: 1,
        organization_id: idOf(organization),
        collaboration_id: 1,
        study_id: null,
        store_id: null,
        task_id: 1,
        image,
        databases: [{ label: "default", parameters: "{}" }],
      };
      return `e30.${Buffer.from(JSON.stringify({ sub })).toString("base64url")}.c2ln`;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
