import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { delay, within } from "./wait.ts";

const logLength = 20_000; // characters of what a kernel wrote outside cells, for messages
const shownLines = 30; // of it in a message
const stopping = 1000; // ms that a kernel may take to end after it was asked politely

// A program that ends, however it ends, leaves neither kernels nor their connection files.
const running = new Set<KernelProcess>();
process.on("exit", () => {
  for (const one of running) one.killNow();
});

/** A kernel's process, and the folder with its connection file. */
export class KernelProcess {
  readonly folder: string;
  /** Resolves to words for a message when the process is gone and what it wrote last has arrived. */
  readonly died: Promise<string>;
  readonly #child: ChildProcess;
  #log = "";
  #ended: string | undefined;
  #stopped = false;

  constructor(
    argv: readonly string[],
    { folder, cwd, env }: { folder: string; cwd: string; env: NodeJS.ProcessEnv },
  ) {
    this.folder = folder;
    const [command = "", ...args] = argv;
    this.#child = spawn(command, args, {
      cwd,
      // Kernels that know Jupyter's variable end when this process does.
      env: { ...env, JPY_PARENT_PID: String(process.pid) },
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own: Ctrl-C in a terminal reaches this program only, which then stops the cell in order.
      detached: process.platform !== "win32",
    });
    running.add(this);
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on("data", (bytes: Buffer) => {
        this.#log = (this.#log + bytes.toString()).slice(-logLength);
      });
    this.died = new Promise((resolve) => {
      const end = (words: string): void => {
        if (this.#ended !== undefined) return;
        this.#ended = words;
        running.delete(this);
        // What it wrote before it ended is still in the pipes.
        void delay(100).then(() => resolve(this.withLog(words)));
      };
      this.#child.once("error", (error) => {
        // Node says ENOENT of the command, whichever of the two is not there.
        const why = existsSync(cwd) ? error.message : `the folder "${cwd}" is not there`;
        end(`"${command}" cannot be started: ${why}.`);
      });
      this.#child.once("exit", (code, signal) => {
        end(signal === null ? `It ended by itself with code ${code}.` : `It was ended by ${signal}.`);
      });
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** How it ended, when it has. */
  get ended(): string | undefined {
    return this.#ended;
  }

  /** The end of what it wrote outside cells. */
  get log(): string {
    return this.#log;
  }

  /** Words for a message, and the last lines that it wrote outside cells. */
  withLog(words: string): string {
    const lines = this.#log.trim().split("\n").slice(-shownLines).join("\n");
    return lines === "" ? words : `${words} It wrote:\n${lines}\n`;
  }

  /** To the whole group, as Jupyter does: what a cell started is interrupted, and ends, with it. */
  #signal(signal: NodeJS.Signals): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      if (process.platform === "win32") this.#child.kill(signal);
      else process.kill(-pid, signal);
    } catch {
      // The group is gone.
    }
  }

  interrupt(): void {
    if (this.#ended === undefined) this.#signal("SIGINT");
  }

  /** Ends it, by force where it does not end by itself, and removes its folder. */
  async stop(ask: () => Promise<unknown>, timeout: number = stopping): Promise<void> {
    // What bears its number later is another's.
    if (this.#stopped) return;
    this.#stopped = true;
    if (this.#ended === undefined && timeout > 0) {
      const end = performance.now() + timeout;
      await within(
        timeout,
        ask().catch(() => undefined),
      );
      await within(Math.max(0, end - performance.now()), this.died);
    }
    this.#signal("SIGKILL");
    await within(2000, this.died);
    await rm(this.folder, { recursive: true, force: true });
  }

  killNow(): void {
    this.#signal("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }
}
