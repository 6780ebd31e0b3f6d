import type { Channels } from "./channels.ts";
import { executeReply, isScript, type KernelInfo, type Message, type Published } from "./message.ts";
import { type Displays, type Output, Outputs, withError } from "./outputs.ts";
import { delay } from "./wait.ts";

/**
 * How a cell ended. "error": it raised one. "timeout", "interrupted": it was stopped. "died": the kernel ended in it.
 * "lost": the kernel said half of that it was done, and the other half never came.
 */
export type ExecutionStatus = "ok" | "error" | "timeout" | "interrupted" | "died" | "lost";

export interface Executed {
  readonly status: ExecutionStatus;
  readonly executionCount: number | null;
  /** What the cell shows. The list is alive: output that comes late, or an update of a display, still changes it. */
  readonly outputs: readonly Output[];
  /** Milliseconds. */
  readonly duration: number;
  /** Whether the kernel takes further cells: not when it died, or did not stop when it was told to. */
  readonly usable: boolean;
  /** How the kernel ended, in words, where it died. */
  readonly death?: string | undefined;
}

export interface ExecuteOptions {
  /** Milliseconds after which the cell is interrupted, at most 24 days. Default none. */
  readonly timeout?: number | undefined;
  /** Interrupts the cell. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Called for each thing that the kernel publishes about the cell, as it comes. When it throws it is called no more, and
   * `execute` throws the same once the cell has ended.
   */
  readonly onPublished?: ((published: Published) => void) | undefined;
  /** Milliseconds to wait after the end for output that is on its way. Default 50. */
  readonly settle?: number | undefined;
}

/** Milliseconds that the halves of an ending may lie apart, and that a kernel may take to stop. */
export interface Patience {
  readonly ending: number;
  readonly stopping: number;
}

const again = { times: 10, pause: 100 }; // of a request that the kernel threw away, ms

const interruptAgain = 1000; // ms
const beginning = 200; // ms in which a cell that was said to begin may not run yet
const longest = 2 ** 31 - 1; // ms that a timer of Node can wait; one that is longer ends at once
const drained = 100; // ms without a message after which what a dead kernel had sent has arrived

interface Ended {
  readonly status: ExecutionStatus | "aborted";
  readonly usable: boolean;
}

/** Runs one cell. */
export async function execute(
  kernel: {
    readonly channels: Channels;
    readonly info: KernelInfo;
    readonly displays: Displays;
    readonly died: Promise<string>;
    readonly patience: Patience;
    interrupt(): Promise<void>;
  },
  code: string,
  options: ExecuteOptions,
): Promise<Executed> {
  const began = performance.now();
  const outputs = new Outputs(kernel.displays);
  let executionCount: number | null = null;
  let death: string | undefined;
  let thrown: { readonly error: unknown } | undefined;
  const tell = (published: Published): void => {
    try {
      if (thrown === undefined) options.onPublished?.(published);
    } catch (error) {
      thrown = { error };
    }
  };

  const once = (): Promise<Ended> =>
    new Promise((resolve) => {
      const timers: NodeJS.Timeout[] = [];
      let reply: "ok" | "error" | "aborted" | undefined;
      let begun: number | undefined;
      let isIdle = false;
      let stopped: "timeout" | "interrupted" | undefined;
      let isEnded = false;
      /** Ends the cell when nothing more is published for a while. */
      let silence: NodeJS.Timeout | undefined;

      const end = (status: Ended["status"], usable: boolean): void => {
        if (isEnded) return;
        isEnded = true;
        for (const timer of timers) clearTimeout(timer);
        silence = undefined;
        options.signal?.removeEventListener("abort", onAbort);
        resolve({ status, usable });
      };
      const after = (time: number, then: () => void): NodeJS.Timeout => {
        const timer = setTimeout(then, time);
        timers.push(timer);
        return timer;
      };
      // A cell is done when the kernel replied and is idle: either can come first, and either can be lost.
      const look = (): void => {
        if (reply === undefined && !isIdle) return;
        if (reply !== undefined && isIdle) {
          const status = reply;
          after(options.settle ?? 50, () => end(status === "aborted" ? status : (stopped ?? status), true));
        } else {
          const lost = after(kernel.patience.ending, () => end(stopped ?? "lost", true));
          // While output arrives, what says that the kernel is idle is behind it.
          if (!isIdle) silence = lost;
        }
      };
      const stop = (why: "timeout" | "interrupted"): void => {
        if (stopped !== undefined || isEnded) return;
        stopped = why;
        const interrupt = (): void => {
          kernel.interrupt().catch(() => undefined);
          // A signal that comes before the cell runs, or as it begins, can be lost, and Node's while tslab compiles the cell.
          // In Python a second one would end what the cell does after the first, such as `finally`.
          const isEarly = begun === undefined || performance.now() - begun < beginning;
          if (isEarly || isScript(kernel.info)) after(interruptAgain, interrupt);
        };
        interrupt();
        // Of a cell that was interrupted as it began, ipykernel can lose the reply: that it is idle is enough.
        after(kernel.patience.stopping, () => end(why, isIdle));
      };
      const onAbort = (): void => stop("interrupted");

      kernel.channels.send(
        "shell",
        "execute_request",
        {
          code,
          silent: false,
          store_history: true,
          user_expressions: {},
          allow_stdin: false,
          stop_on_error: false,
        },
        {
          onReply: (message: Message) => {
            const read = executeReply.safeParse(message.content);
            if (!read.success || reply !== undefined) return;
            reply = read.data.status === "abort" ? "aborted" : read.data.status;
            executionCount = read.data.executionCount ?? executionCount;
            look();
          },
          onPublished: (published: Published) => {
            silence?.refresh();
            if (published.type === "execute_input") {
              begun = performance.now();
              executionCount = published.executionCount ?? executionCount;
            }
            outputs.take(published);
            tell(published);
            if (published.type === "status" && published.state === "idle" && !isIdle) {
              isIdle = true;
              look();
            }
          },
        },
      );
      if (options.timeout !== undefined && options.timeout <= longest)
        after(options.timeout, () => stop("timeout"));
      options.signal?.addEventListener("abort", onAbort);
      if (options.signal?.aborted === true) onAbort();
      void kernel.died.then((words) => {
        death = words;
        // Messages that it sent before it ended are still in the sockets.
        if (!isEnded) silence = after(drained, () => end("died", false));
      });
    });

  let ended = await once();
  // tslab throws away what comes within 200 ms after an error; nothing of it has run.
  for (let i = 0; ended.status === "aborted" && i < again.times; i++) {
    await delay(again.pause);
    ended = await once();
  }
  if (thrown !== undefined) throw thrown.error;
  const status = ended.status === "aborted" ? "lost" : ended.status;
  if (status === "error") withError(outputs.list);
  return {
    status,
    executionCount,
    outputs: outputs.list,
    duration: performance.now() - began,
    usable: ended.usable,
    ...(status === "died" && { death }),
  };
}
