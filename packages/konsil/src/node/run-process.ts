import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

/** How a process ended, and all that it wrote. */
export interface Ended {
  readonly code: number | null;
  readonly log: string;
}

/** The program of an image as a process of this machine. */
export class RunProcess {
  readonly #child: ChildProcess;
  readonly ended: Promise<Ended>;

  /** @param onLine told of each line that it writes */
  constructor(main: string, environment: Readonly<Record<string, string>>, onLine: (line: string) => void) {
    const child = spawn(process.execPath, [main], {
      stdio: ["ignore", "pipe", "pipe"],
      // Of this process' own environment nothing but where programs are: a container has nothing of it either.
      env: { PATH: process.env["PATH"], ...environment },
      // A group of its own: what it started ends with it, and Ctrl-C is the node's to answer.
      detached: true,
    });
    this.#child = child;
    this.ended = this.#end(child, onLine);
  }

  kill(): void {
    const { pid, exitCode, signalCode } = this.#child;
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    try {
      process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
    } catch {
      // It ended meanwhile.
    }
  }

  async #end(child: ChildProcess, onLine: (line: string) => void): Promise<Ended> {
    let log = "";
    const hear = (stream: Readable | null): void => {
      if (stream === null) return;
      createInterface({ input: stream }).on("line", (line) => {
        log += `${line}\n`;
        onLine(line);
      });
    };
    hear(child.stdout);
    hear(child.stderr);
    const code = await new Promise<number | null>((done) => {
      child.on("error", () => done(null));
      child.on("close", done);
    });
    return { code, log };
  }
}
