import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, describe, expect, it, onTestFinished, vi } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "konsil-stack-"));
// Another port than a stack has that is in use, and no engine to look for its networks in.
vi.stubEnv("KONSIL_STACK", folder);
vi.stubEnv("KONSIL_STACK_PORT", "17800");
vi.stubEnv("DOCKER_HOST", `unix://${folder}/none.sock`);

afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

// Linux tells when a process began, by which the stack knows its own again.
describe.runIf(process.platform === "linux")("a stack of tests that is kept", () => {
  it("says how it is used and ended, also where its tests could not begin, and is ended so", async () => {
    // @ts-expect-error: the stack's scripts are JavaScript
    const { environment, withStack } = await import("./vantage6/stack/stack.mjs");
    // @ts-expect-error: the stack's scripts are JavaScript
    const { isRunning, launch, stop } = await import("./vantage6/stack/processes.mjs");
    onTestFinished(() => stop(["server"]));
    const said: string[] = [];
    const write = vi.spyOn(process.stderr, "write").mockImplementation((text) => {
      said.push(String(text));
      return true;
    });
    const never = async () => expect.unreachable();
    const registry = createServer().listen(17803, "127.0.0.1");
    await once(registry, "listening");
    try {
      await expect(withStack(never, true, never)).rejects.toThrow("registry: failed");
      expect(said).toEqual([]);
      launch("server", process.execPath, ["--eval", "setInterval(() => {}, 1000)"]);
      await expect(withStack(never, true, never)).rejects.toThrow("registry: failed");
    } finally {
      registry.close();
      write.mockRestore();
    }
    const words = said.join("");
    const { KONSIL_SERVER_URL: server, KONSIL_STORE_URL: store, KONSIL_IMAGE: image } = environment();
    for (const part of [server, store, image, "http://127.0.0.1:17801/api", "oslo, leeds, heidelberg"])
      expect(words).toContain(part);
    expect(words).toContain(`DOCKER_HOST=unix://${folder}/none.sock`);
    expect(words).toContain("oslo.pem");
    expect(words).toContain(`KONSIL_STACK=${folder} npm run test:vantage6 -- --stop`);
    expect(isRunning("server")).toBe(true);
    const script = fileURLToPath(new URL("../scripts/test-vantage6.mjs", import.meta.url));
    await promisify(execFile)(process.execPath, [script, "--stop"], { env: process.env });
    expect(isRunning("server")).toBe(false);
  });
});
