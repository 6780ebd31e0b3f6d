import { spawn } from "node:child_process";
import { access } from "node:fs/promises";
import { createRequire } from "node:module";
import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ArgumentError } from "@konsil/sdk";
import { UsageError } from "./failure.ts";

/** The modules that are loaded before a script. @throws UsageError where TypeScript cannot be read here */
function loadedBefore(file: string): readonly string[] {
  const own = ["script-parent.js", "script-failure.js"].map((name) => new URL(name, import.meta.url).href);
  if (extname(file) === ".js" || extname(file) === ".mjs") return own;
  try {
    return [...own, pathToFileURL(createRequire(resolve("package.json")).resolve("tsx")).href];
  } catch {
    throw new UsageError(
      "run",
      `${file} is TypeScript, and tsx is not installed here: npm install tsx. Or compile the script and run the .js file.`,
    );
  }
}

/** A terminal sends Ctrl-C to the script by itself, and a script that ends in order takes a second one for haste. */
const isAtTerminal = (): boolean =>
  [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY === true);

/**
 * Runs a script as its own process, with TypeScript where the machine has a loader for it. Who ends this process ends the
 * script, which else would go on asking sites.
 * @returns the script's exit code; a script that a signal ended ends this process by the same signal
 */
export async function runScript(file: string, args: readonly string[]): Promise<number> {
  await access(file).catch((cause: unknown) => {
    throw new ArgumentError(
      "USAGE",
      `The script "${file}" does not exist or cannot be read. Check the path.`,
      { cause },
    );
  });
  const loaded = loadedBefore(file).flatMap((module) => ["--import", module]);
  const child = spawn(process.execPath, [...loaded, file, ...args], {
    // The pipe ends when this process does, also where it has no time to say so: see script-parent.ts.
    stdio: ["inherit", "inherit", "inherit", "pipe"],
    env: { ...process.env, KONSIL_PARENT_PIPE: "3" },
  });
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const forward = (signal: NodeJS.Signals): void => {
    if (signal !== "SIGINT" || !isAtTerminal()) child.kill(signal);
  };
  for (const signal of signals) process.on(signal, forward);
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((done, fail) => {
    child.on("error", fail);
    child.on("exit", (...end) => done(end));
  }).finally(() => {
    for (const kind of signals) process.off(kind, forward);
    // What the script started, and left, may hold its other end.
    child.stdio[3]?.destroy();
  });
  // A shell stops its loop over scripts where one was interrupted.
  const ended = signals.find((kind) => kind === signal);
  if (ended !== undefined) process.kill(process.pid, ended);
  return code ?? 1;
}
