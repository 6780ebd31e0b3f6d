import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

const windows = process.platform === "win32";

/** The path of a tool that the workspace installed. */
export function tool(name) {
  return join(root, "node_modules", ".bin", name);
}

function start(command, args, options) {
  // A .cmd file on Windows runs only in a shell, and a shell wants spaces quoted.
  const quoted = (text) => (windows && /\s/.test(text) ? `"${text}"` : text);
  return spawn(quoted(command), args.map(quoted), { cwd: root, shell: windows, ...options });
}

function ended(child) {
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code === null ? 1 : code));
  });
}

/** What a step that failed leaves: a title, and what the command wrote. */
export class StepFailed extends Error {
  constructor(title, output, advice) {
    super(`${title}: failed`);
    this.output = output;
    this.advice = advice;
  }
}

/** Does `work`, and writes one line with its title and the seconds that it took. Returns what `work` returns. */
export async function timed(title, work) {
  const from = performance.now();
  process.stderr.write(`${title} … `);
  try {
    const result = await work();
    const note = typeof result === "string" && result !== "" ? `, ${result}` : "";
    process.stderr.write(`${((performance.now() - from) / 1000).toFixed(1)} s${note}\n`);
    return result;
  } catch (error) {
    process.stderr.write("failed\n");
    throw error instanceof StepFailed ? error : new StepFailed(title, String(error.stack || error));
  }
}

/** Runs a command silently and returns what it wrote on standard output; throws with all of it if it fails. */
export async function capture(title, command, args, { advice, ...options } = {}) {
  const env = { ...process.env, NO_COLOR: "1", FORCE_COLOR: "0" };
  const child = start(command, args, { env, stdio: ["ignore", "pipe", "pipe"], ...options });
  const out = [];
  const all = [];
  child.stdout.on("data", (chunk) => {
    out.push(chunk);
    all.push(chunk);
  });
  child.stderr.on("data", (chunk) => all.push(chunk));
  const code = await ended(child).catch((error) => {
    throw new StepFailed(title, String(error), advice);
  });
  if (code !== 0) throw new StepFailed(title, Buffer.concat(all).toString(), advice);
  return Buffer.concat(out).toString();
}

/** One line, one command; what the command writes is seen only if it fails. */
export function step(title, command, args, options) {
  return timed(title, async () => {
    await capture(title, command, args, options);
  });
}

/** Runs a command in full view, and returns its exit code. */
export function exitCode(command, args, options) {
  return ended(start(command, args, { stdio: "inherit", ...options }));
}

/** Runs a command in full view, and returns whether it succeeded. */
export async function show(command, args, options) {
  return (await exitCode(command, args, options)) === 0;
}

function complain(error) {
  if (!(error instanceof StepFailed)) throw error;
  process.stderr.write(`\n${error.message}\n\n${error.output.trim()}\n`);
  if (error.advice) process.stderr.write(`\n${error.advice}\n`);
}

/** Does every piece of work even if one fails, and returns whether all succeeded. */
export async function all(works) {
  let succeeded = true;
  for (const work of works) {
    try {
      await work();
    } catch (error) {
      complain(error);
      succeeded = false;
    }
  }
  return succeeded;
}

/** Runs a script: exit code 1 and the reason in full where a step failed. */
export async function main(script) {
  const succeeded = await all([
    async () => {
      if ((await script(process.argv.slice(2))) === false) process.exitCode = 1;
    },
  ]);
  if (!succeeded) process.exitCode = 1;
}
