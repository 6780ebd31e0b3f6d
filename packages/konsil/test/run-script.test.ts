import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { Desk } from "./command.ts";

const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const desk = new Desk();
afterAll(() => desk.clear());

/** Runs a script that never ends, and waits until it has said its number. */
async function run(name: string, code: string): Promise<{ command: ChildProcess; script: number }> {
  desk.file(name, `${code}\nsetInterval(() => {}, 1000);\nconsole.log(process.pid);`);
  const command = spawn(process.execPath, [main, "run", name], {
    cwd: desk.folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [said] = (await once(command.stdout, "data")) as [Buffer];
  return { command, script: Number(said.toString()) };
}

function isThere(id: number): boolean {
  try {
    return process.kill(id, 0);
  } catch {
    return false;
  }
}

describe.skipIf(process.platform === "win32")("the end of konsil run", { timeout: 60_000 }, () => {
  it.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)("by %s ends its script first", async (signal) => {
    const { command, script } = await run("endless.mjs", "");
    command.kill(signal);
    expect(await once(command, "exit")).toEqual([null, signal]);
    expect(isThere(script)).toBe(false);
  });

  it("waits for a script that ends in order, and has its exit code", async () => {
    const { command, script } = await run(
      "orderly.mjs",
      'process.once("SIGINT", () => setTimeout(() => process.exit(7), 300));',
    );
    command.kill("SIGINT");
    expect(await once(command, "exit")).toEqual([7, null]);
    expect(isThere(script)).toBe(false);
  });

  it("ends its script also where it has no time to say so", async () => {
    const { command, script } = await run("endless.mjs", "");
    command.kill("SIGKILL");
    await once(command, "exit");
    await expect.poll(() => isThere(script), { timeout: 10_000 }).toBe(false);
  });
});

it("leaves what a script starts, and its environment, alone", async () => {
  desk.file("other.mjs", 'console.log("other", Object.keys(process.env).join().includes("KONSIL_PARENT"));');
  desk.file(
    "starts.mjs",
    `import { fork } from "node:child_process";
import { Worker } from "node:worker_threads";
fork("other.mjs");
new Worker(new URL("other.mjs", import.meta.url));`,
  );
  expect(await desk.konsil("run", "starts.mjs")).toEqual({
    code: 0,
    out: "other false\nother false\n",
    err: "",
  });
});
