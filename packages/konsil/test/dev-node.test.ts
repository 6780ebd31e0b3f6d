import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { generatePrivateKey, type PrivateKey } from "@konsil/sdk";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type DevNode, readNodeDatabase, startDevNode } from "../src/node/index.ts";
import { data } from "./command.ts";

const key = "a-secret-key-of-a-node";
const token = (sub: unknown, seconds = 3600): string => {
  const now = Math.floor(Date.now() / 1000);
  const claims = Buffer.from(JSON.stringify({ sub, iat: now, exp: now + seconds })).toString("base64url");
  return `head.${claims}.signature`;
};

interface Run {
  id: number;
  input: string;
  status: string;
  result?: string;
  log?: string;
  finished_at?: string;
}

/** So much of a server of 4.x as a node asks, without events. */
class FakeServer {
  readonly runs: Run[] = [];
  readonly asked: string[] = [];
  readonly tasks: { organizations: { id: number; input: string }[] }[] = [];
  publicKey: string | null = null;
  encrypted = false;
  /** How many changes of runs it fails at. */
  failing = 0;
  /** Whether its runs are killed when a token is asked for. */
  endsAtToken = false;
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      void this.#answer(request).then(([status, body]) => {
        response.writeHead(status, { "Content-Type": "application/json" });
        response.end(JSON.stringify(body));
      });
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((done) => this.#server.listen(0, "127.0.0.1", done));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/api`;
  }

  stop(): void {
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
    if (question === "GET /node/7")
      return [200, { name: "n", organization: { id: 2 }, collaboration: { id: 1 } }];
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

// Asks its proxy as a central part does, and answers with what it was asked, what came back, and its folder's rights.
const program = `import { readFileSync, writeFileSync } from "node:fs";
const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const read = (name) => {
  const bits = [...process.env[name].replace(/!+$/, "")].map((one) => digits.indexOf(one).toString(2).padStart(5, "0")).join("");
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2))).toString("utf8");
};
const input = JSON.parse(readFileSync(read("INPUT_FILE"), "utf8"));
console.log("asked for " + input.method);
if (input.method === "wait") setTimeout(() => {}, 600_000);
else if (input.method === "fail") { console.error("no such column"); process.exit(1); }
else {
  const proxy = read("HOST") + ":" + read("PORT");
  const headers = { Authorization: "Bearer " + readFileSync(read("TOKEN_FILE"), "utf8"), "Content-Type": "application/json" };
  const organizations = [{ id: 2, input: Buffer.from("{\\"secret\\":1}").toString("base64") }];
  await fetch(proxy + "/task", { method: "POST", headers, body: JSON.stringify({ name: "s", organizations }) });
  delete headers["Content-Type"];
  const { data } = await (await fetch(proxy + "/result?task_id=2", { headers })).json();
  const refused = [await fetch(proxy + "/result"), await fetch(proxy + "/task/2", { method: "DELETE", headers })];
  const answer = { asked: input, databases: read("DB_LABELS"), uri: read("DEFAULT_DATABASE_URI"), policy: read("KONSIL_POLICY"),
    sub: Buffer.from(data[0].result, "base64").toString(), refused: refused.map(({ status }) => status) };
  writeFileSync(read("OUTPUT_FILE"), JSON.stringify(answer));
}
`;

const folder = mkdtempSync(join(tmpdir(), "konsil-dev-node-"));
const main = join(folder, "main.mjs");
let privateKey: PrivateKey;
beforeAll(async () => {
  writeFileSync(main, program);
  privateKey = await generatePrivateKey();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let fake: FakeServer;
let node: DevNode | undefined;
let said: string[];
afterEach(async () => {
  await node?.stop();
  fake.stop();
  node = undefined;
});

async function start(
  made: FakeServer,
  more: { apiKey?: string; privateKey?: PrivateKey } = {},
): Promise<void> {
  fake = made;
  said = [];
  node = await startDevNode({
    server: await fake.start(),
    apiKey: key,
    databases: [readNodeDatabase(`default=${data}oslo.csv`)],
    main,
    settings: { KONSIL_POLICY: "{}" },
    pause: 100,
    say: (line) => said.push(line),
    ...more,
  });
}

const encoded = (method: string): Buffer => Buffer.from(JSON.stringify({ method }));

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; !condition(); i++) {
    if (i > 600) throw new Error(`Nothing came of it:\n${said.join("\n")}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function over(run: Run): Promise<void> {
  await until(() => run.finished_at !== undefined);
}

describe("a development node", () => {
  it("carries out a task with the environment of a 4.x node, and lets it make tasks", async () => {
    const run: Run = { id: 5, input: encoded("ask").toString("base64"), status: "pending" };
    const server = new FakeServer();
    server.runs.push(run);
    await start(server);
    await over(run);
    expect(run).toMatchObject({ status: "completed", log: "asked for ask\n" });
    // Python's strptime of a 4.x server knows no "Z".
    expect(run.finished_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00$/);
    expect(JSON.parse(Buffer.from(run.result ?? "", "base64").toString())).toEqual({
      asked: { method: "ask" },
      databases: "default",
      uri: `${data}oslo.csv`,
      policy: "{}",
      sub: '{"secret":1}',
      refused: [401, 405],
    });
    await until(() => said.some((line) => line.includes("run 5 of task 1 is completed")));
  });

  it("encrypts and decrypts in an encrypted collaboration, and publishes a key where there is none", async () => {
    const server = new FakeServer();
    server.encrypted = true;
    const run: Run = { id: 5, input: privateKey.publicKey.encrypt(encoded("ask")), status: "pending" };
    server.runs.push(run);
    await start(server, { privateKey });
    await over(run);
    expect(fake.publicKey).toBe(privateKey.publicKey.toText());
    expect(fake.tasks[0]?.organizations[0]?.input.split("$")).toHaveLength(3);
    expect(privateKey.decryptJson(run.result ?? "")).toMatchObject({ sub: '{"secret":1}' });
  });

  it("never replaces another key, and needs one where tasks are encrypted", async () => {
    const server = new FakeServer();
    server.encrypted = true;
    server.publicKey = (await generatePrivateKey()).publicKey.toText();
    const before = server.publicKey;
    await expect(start(server, { privateKey })).rejects.toMatchObject({ code: "KEY_CHANGED" });
    fake.stop();
    expect(server.publicKey).toBe(before);
    await expect(start(server)).rejects.toMatchObject({ code: "KEY_INVALID" });
  });

  it("tells what a program that fails wrote", async () => {
    const run: Run = { id: 5, input: encoded("fail").toString("base64"), status: "pending" };
    const server = new FakeServer();
    server.runs.push(run);
    await start(server);
    await over(run);
    expect(run).toMatchObject({ status: "crashed", result: "" });
    expect(run.log).toContain("no such column");
  });

  it("offers a result again to a server that failed, and starts nothing twice", async () => {
    const run: Run = { id: 5, input: encoded("ask").toString("base64"), status: "pending" };
    const server = new FakeServer();
    server.runs.push(run);
    await start(server);
    await until(() => run.status === "active");
    fake.failing = 2;
    await over(run);
    expect(run.status).toBe("completed");
    expect(fake.asked.filter((question) => question === "POST /token/container")).toHaveLength(1);
    expect(fake.tasks).toHaveLength(1);
  });

  it("ends a run that the server counts as over, though no event told of it", async () => {
    const run: Run = { id: 5, input: encoded("wait").toString("base64"), status: "pending" };
    const server = new FakeServer();
    server.runs.push(run);
    await start(server);
    await until(() => run.status === "active");
    run.finished_at = "now";
    await until(() => said.some((line) => line.includes("was killed")));
    expect(run.result).toBeUndefined();
  });

  it("takes a run that was killed before it had its token for killed, and not for failed", async () => {
    const server = new FakeServer();
    server.runs.push({ id: 5, input: encoded("wait").toString("base64"), status: "pending" });
    server.endsAtToken = true;
    await start(server);
    await until(() => said.some((line) => line.includes("run 5 of task 1 was killed")));
    expect(fake.asked.filter((question) => question.startsWith("PATCH /run"))).toEqual([]);
  });

  it("tells of a key that the server does not know, and shows none", async () => {
    await expect(start(new FakeServer(), { apiKey: "another-secret" })).rejects.toMatchObject({
      code: "LOGIN_FAILED",
      message: expect.not.stringContaining("another-secret"),
    });
    fake.stop();
    await start(new FakeServer());
    expect(inspect(node, { depth: 9 })).not.toContain(key);
    expect(said.join("\n")).not.toContain(key);
  });
});
