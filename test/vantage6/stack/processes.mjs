import { spawn } from "node:child_process";
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { join } from "node:path";
import { StepFailed } from "../../../scripts/step.mjs";
import { base } from "./settings.mjs";

const pids = join(base, "pids");
const logs = join(base, "log");

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** When a process began, as the system counts it: with its number it names one process and no later one. */
function began(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}

function recorded(name) {
  const file = join(pids, name);
  if (!existsSync(file)) return undefined;
  const [pid, start] = readFileSync(file, "utf8").split(" ");
  return began(pid) === start ? Number(pid) : undefined;
}

export function logOf(name) {
  return join(logs, `${name}.log`);
}

export function readLog(name) {
  return existsSync(logOf(name)) ? readFileSync(logOf(name), "utf8") : "";
}

export function isRunning(name) {
  return recorded(name) !== undefined;
}

/** Fails where something that is not of this stack listens at a port that a process of this stack is to have. */
export async function requirePort(name, port) {
  if (isRunning(name)) return;
  const taken = await new Promise((resolve) => {
    const socket = createConnection(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
  if (taken)
    throw new StepFailed(
      name,
      `Something else listens at port ${port}, perhaps another stack: end it, or set KONSIL_STACK_PORT to the first of twenty free ports.`,
    );
}

/** Starts a process in the background, with a log of its own. It outlives this one. */
export function launch(name, command, args, env = {}) {
  if (isRunning(name)) return;
  mkdirSync(pids, { recursive: true });
  mkdirSync(logs, { recursive: true });
  const log = openSync(logOf(name), "w");
  const child = spawn(command, args, {
    detached: true,
    stdio: ["ignore", log, log],
    cwd: base,
    env: { ...process.env, ...env },
  });
  child.on("error", () => undefined);
  child.unref();
  if (child.pid !== undefined) writeFileSync(join(pids, name), `${child.pid} ${began(child.pid)}`);
}

/** Sends a signal to a process of this stack, and to no other. */
export function signal(name, kind) {
  const pid = recorded(name);
  if (pid !== undefined) process.kill(pid, kind);
}

/** Asks processes to end, and ends those that do not within 20 s. */
export async function stop(names) {
  for (const name of names) signal(name, "SIGTERM");
  const until = Date.now() + 20_000;
  while (names.some(isRunning) && Date.now() < until) await sleep(100);
  for (const name of names) {
    signal(name, "SIGKILL");
    rmSync(join(pids, name), { force: true });
  }
}

/** Waits until `ready` says so; fails with the end of the log of the process that was waited for. */
export async function waitFor(what, name, seconds, ready) {
  const until = Date.now() + seconds * 1000;
  for (;;) {
    if (await ready()) return;
    if (Date.now() > until || (name !== undefined && !isRunning(name)))
      throw new StepFailed(
        `waiting for ${what}`,
        name === undefined ? "timed out" : readLog(name).slice(-4000),
      );
    await sleep(200);
  }
}

/** Whether something answers at an address, whatever it says. */
export async function answers(url) {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2000) })).status < 500;
  } catch {
    return false;
  }
}
