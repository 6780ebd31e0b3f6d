import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { generatePrivateKey, type PrivateKey } from "@konsil/sdk";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type DevNode, readNodeDatabase, startDevNode } from "../src/node/index.ts";
import { data } from "./command.ts";
import { FakeServer, key, type Run } from "./fake-node-server.ts";

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
  more: { apiKey?: string; privateKey?: PrivateKey; patience?: number } = {},
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

describe("the presence of a development node", () => {
  const server = (...statuses: string[]): FakeServer => {
    const made = new FakeServer();
    made.statuses.splice(0, Number.POSITIVE_INFINITY, ...statuses);
    return made;
  };
  const signs = (): readonly string[] =>
    fake.heard
      .map((text) => (JSON.parse(text) as [string])[0])
      .filter((name) => /^(ping|node_info)/.test(name));

  it("is refused where another process is online with its key, and nothing is carried out twice", async () => {
    const made = server("online");
    made.runs.push({ id: 5, input: encoded("ask").toString("base64"), status: "pending" });
    await expect(start(made, { patience: 20 })).rejects.toMatchObject({
      code: "ARGUMENT_INVALID",
      message: expect.stringContaining('The node "n" is online already'),
    });
    expect(made.asked).not.toContain("GET /run");
    expect(said).toHaveLength(1);
  });

  it("waits for another process with its key that is just ending", async () => {
    await start(server("online", "online", "offline"), { patience: 5000 });
    await until(() => said.some((line) => line.startsWith("online at")));
  });

  it("is shown at once, and again when another connection with its key ended", async () => {
    await start(server("offline"));
    await until(() => signs().length === 2);
    expect(signs()).toEqual(["ping", "node_info_update"]);
    fake.emit("node-offline", { id: 8, name: "m", org_id: 3 });
    for (let i = 0; i < 3; i++) fake.emit("node-offline", { id: 7, name: "n", org_id: 2 });
    await until(() => said.some((line) => line.includes("online again")));
    await until(() => signs().length === 4);
    expect(signs().slice(2)).toEqual(["ping", "node_info_update"]);
    expect(said.filter((line) => line.includes("online again"))).toHaveLength(1);
  });

  it("tells once of another process that came with its key", async () => {
    await start(server("offline"));
    await until(() => signs().length === 2);
    // Of a server of several processes it may hear of itself.
    fake.emit("node-online", { id: 7, name: "n", org_id: 2 });
    await new Promise((resolve) => setTimeout(resolve, 2100));
    expect(said.some((line) => line.includes("done twice"))).toBe(false);
    for (const id of [8, 7, 7, 7]) fake.emit("node-online", { id, name: "n", org_id: 2 });
    await until(() => said.some((line) => line.includes("done twice")));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(said.filter((line) => line.includes("done twice"))).toHaveLength(1);
  });
});
