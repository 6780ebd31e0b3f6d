import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generatePrivateKey } from "../packages/sdk/src/crypto/index.ts";
import { FakeServer } from "../packages/sdk/test/remote/fake-server/fake-server.ts";
import { worldOf } from "../packages/sdk/test/remote/openings.ts";

// As `npm run study` runs it: `npm test` builds before it tests.
const study = fileURLToPath(new URL("../packages/konsil/demo/breast-cancer/study.js", import.meta.url));

// Where keys that are first seen are remembered.
const home = mkdtempSync(join(tmpdir(), "konsil-study-command-"));

let fake: FakeServer;
beforeAll(async () => {
  const names = ["oslo", "leeds", "heidelberg"];
  const keys = await Promise.all(names.map(() => generatePrivateKey()));
  const sites = names.map((name) => ({ name, rows: [{ age: 1 }], policy: {} }));
  fake = await new FakeServer(worldOf(sites, [], keys)).start();
});
afterAll(async () => {
  await fake.stop();
  rmSync(home, { recursive: true, force: true });
});

const image = ["--image", "registry.example.org/konsil:1"];

function run(args: readonly string[], account: object): Promise<{ code: unknown; out: string; err: string }> {
  const env = {
    ...process.env,
    HOME: home,
    USERPROFILE: home,
    KONSIL_USERNAME: "",
    KONSIL_PASSWORD: "",
    ...account,
  };
  return new Promise((done) => {
    execFile(process.execPath, [study, ...args], { env }, (error, out, err) => {
      done({ code: error === null ? 0 : error.code, out, err });
    });
  });
}

describe("a study that is called wrongly says so in a sentence, and ends with 2", () => {
  const isTold = async (args: readonly string[], account: object, code: number, ...lines: string[]) => {
    const said = await run(args, account);
    expect(said).toMatchObject({ code, out: "" });
    const told = said.err.trimEnd().split("\n");
    expect(told).toHaveLength(lines.length);
    for (const [i, line] of lines.entries()) expect(told[i]).toContain(line);
  };

  it.each<[readonly string[], string]>([
    [["--serve", "x"], "Unknown option '--serve'"],
    [["--collaboration", "plain"], "--collaboration belongs to --server."],
    [["--question", "survival"], "--question belongs to --server."],
    [["--server", "http://127.0.0.1:9"], "Name the --collaboration of the server too."],
    [
      ["--server", "http://127.0.0.1:9", "--collaboration", "plain", "--question", "nope"],
      'no question "nope". It has description,',
    ],
    [["--server", "http://127.0.0.1:9", "--collaboration", "plain"], "Set KONSIL_USERNAME"],
  ])("before anything is sent: %j", (args, words) => isTold(args, {}, 2, words));

  const account = { KONSIL_USERNAME: "anna", KONSIL_PASSWORD: "Anna-password-1" };
  const at = (collaboration: string) => ["--server", fake.address, "--collaboration", collaboration];

  it("after the login, with the option by which it is mended", async () => {
    await isTold([...at("plan"), ...image], account, 2, 'There is no collaboration "plan"');
    await isTold(at("plain"), account, 2, "[IMAGE_UNKNOWN]", "given as --image IMAGE.");
    await isTold([...at("sealed"), ...image], account, 2, "[KEY_INVALID]", "given as --key FILE.");
  });

  it("and ends with 1 where it was called rightly, and no server is there", async () => {
    const other = createServer((_request, response) => response.writeHead(404).end()).listen(0, "127.0.0.1");
    await once(other, "listening");
    const address = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    await isTold(["--server", address, "--collaboration", "plain"], account, 1, "[SERVER_VERSION]");
    other.close();
  });
});
