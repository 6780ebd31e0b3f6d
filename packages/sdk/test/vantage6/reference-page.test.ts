import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { golden as goldenOf, pemOf } from "../crypto/goldens.ts";
import { FakeServer, type Reply } from "./fake-server.ts";
import { golden } from "./golden.ts";

// The page's examples need a server: they are run here, at one that answers as a real one did.

const page = readFileSync(new URL("../../../../docs/reference/client.md", import.meta.url), "utf8");
const examples = [...page.matchAll(/^```ts no-run\n([\s\S]*?)^```/gm)].map((match) => match[1] ?? "");
// Inside the repository, so that imports resolve as the tests' do.
const scratch = new URL("../.reference-page/", import.meta.url);
const folder = mkdtempSync(join(tmpdir(), "konsil-reference-"));
const before = process.cwd();

const answers: Readonly<Record<string, string>> = {
  "GET /organization": "organization/list-of-collaboration",
  "GET /collaboration": "collaboration/list",
  "GET /collaboration/1": "collaboration/one-1",
  "GET /node": "node/list",
  "GET /task": "task/list",
  "POST /task": "task/one-pending",
  "GET /run": "run/list",
  "GET /result": "result/list",
  "GET /algorithmstore": "algorithmstore/list",
  "GET /algorithm": "store/algorithm-list",
  "GET /blobstream/status": "blobstream/status",
};

let server: FakeServer;
beforeAll(async () => {
  server = await new FakeServer(({ method, path }): Reply | undefined => {
    const name = answers[`${method} ${path}`];
    if (name === undefined) return undefined;
    const { body, status } = golden(name);
    const text = JSON.stringify(body)
      .replaceAll("http://127.0.0.1:7602/api", server.address)
      .replace('"name":"pan"', '"name":"DigiONE"')
      .replaceAll('"next":', '"other":');
    return { status, body: text, headers: { "content-type": "application/json" } };
  }).start();
  mkdirSync(scratch, { recursive: true });
  const { keys } = goldenOf<{ keys: { north: string } }>("server.json");
  writeFileSync(join(folder, "organization.pem"), pemOf(keys.north), { mode: 0o600 });
  process.env["V6_USERNAME"] = "anna";
  process.env["V6_PASSWORD"] = "Anna-password-1";
  process.chdir(folder);
});
afterAll(async () => {
  process.chdir(before);
  delete process.env["V6_USERNAME"];
  delete process.env["V6_PASSWORD"];
  rmSync(scratch, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
  await server.stop();
});

it.each(examples.map((code, i) => [i + 1, code] as const))("the example %i runs", async (number, code) => {
  const file = new URL(`example-${number}.ts`, scratch);
  const origin = new URL(server.address).origin;
  writeFileSync(file, code.replaceAll(/https:\/\/v6\.example\.org/g, origin));
  const said: unknown[][] = [];
  const log = vi.spyOn(console, "log").mockImplementation((...words) => void said.push(words));
  try {
    await import(/* @vite-ignore */ pathToFileURL(file.pathname).href);
  } finally {
    log.mockRestore();
  }
  expect(said.length).toBeGreaterThan(0);
});

it("has examples", () => expect(examples.length).toBeGreaterThan(3));
