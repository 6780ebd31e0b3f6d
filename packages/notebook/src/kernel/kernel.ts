import { NotebookError } from "@konsil/core";
import type { z } from "zod";
import type { Dropped } from "./channels.ts";
import type { ChoosePorts, Transport } from "./connection.ts";
import { type Executed, type ExecuteOptions, execute, type Patience } from "./execution.ts";
import { findKernelspec, type Kernelspec } from "./kernelspec.ts";
import { attachLink, type Link, startLink } from "./link.ts";
import { type Bundle, type Completion, completeReply, inspectReply, type KernelInfo } from "./message.ts";
import type { Displays } from "./outputs.ts";
import { konsilKernelspec } from "./own-kernelspecs.ts";
import { fromJupyter, toJupyter } from "./positions.ts";

/** A running kernel. */
export interface Kernel {
  readonly info: KernelInfo;
  /** Messages that were thrown away since they were not signed by the kernel, or not what the protocol says. */
  readonly dropped: Dropped;
  /** Milliseconds since the kernel last echoed a heartbeat. One written in JavaScript is silent while a cell computes. */
  readonly silence: number | undefined;
  /** Runs a cell, after those that were given before. Resolves however the cell ends: see `status`. @throws what `onPublished` threw */
  execute(code: string, options?: ExecuteOptions): Promise<Executed>;
  /** What can stand at a place in the code, an index in its text. @throws NotebookError KERNEL_TIMEOUT */
  complete(code: string, position: number): Promise<Completion>;
  /** What is known of the thing at a place, by MIME type. @throws NotebookError KERNEL_TIMEOUT */
  inspect(code: string, position: number): Promise<Bundle | undefined>;
  interrupt(): Promise<void>;
  /**
   * Ends the kernel, by force when it has not ended after `timeout` ms (default 1000). One that another program started is
   * only asked. @throws NotebookError KERNEL_TIMEOUT when that one has not answered after `timeout` ms (default 5000)
   */
  shutdown(options?: { readonly timeout?: number }): Promise<void>;
}

/** A kernel that this program started. */
export interface StartedKernel extends Kernel {
  readonly pid: number | undefined;
  /** Ends it and starts it anew, with nothing of what its cells had made. */
  restart(): Promise<void>;
}

/** A kernel that somebody else started. */
export interface AttachedKernel extends Kernel {
  /** Leaves it running. */
  detach(): void;
}

export interface StartOptions {
  /** The name of an installed kernel, or how to start one. Default: Konsil's own for TypeScript. */
  readonly kernel?: string | Kernelspec | undefined;
  /** The folder in which it runs. Default: the current one. */
  readonly cwd?: string | undefined;
  /** Its environment. Default: that of this process. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Sockets in files, or on ports of this machine. Default: files, and ports where the kernel cannot use them. */
  readonly transport?: Transport | undefined;
  /** Milliseconds that the start may take. Default 60,000, as Jupyter's: a machine can be busy. */
  readonly timeout?: number | undefined;
  /** Ends the start. */
  readonly signal?: AbortSignal | undefined;
}

const requestTimeout = 20_000; // ms, for completion and inspection
// ms; a busy machine can keep a kernel from hearing for seconds
const patience = { ending: 5000, stopping: 5000 };

class KernelOverLink implements StartedKernel, AttachedKernel {
  #link: Link;
  readonly #start: (() => Promise<Link>) | undefined;
  readonly #displays: Displays = new Map();
  #queue: Promise<unknown> = Promise.resolve();

  readonly #patience: Patience;

  constructor(link: Link, start?: () => Promise<Link>, given: Patience = patience) {
    this.#link = link;
    this.#start = start;
    this.#patience = given;
  }

  get info(): KernelInfo {
    return this.#link.info;
  }

  get pid(): number | undefined {
    return this.#link.pid;
  }

  get dropped(): Dropped {
    return this.#link.channels.dropped;
  }

  get silence(): number | undefined {
    return this.#link.channels.heartbeat.silence;
  }

  execute(code: string, options: ExecuteOptions = {}): Promise<Executed> {
    // One at a time: a cell's time begins when it runs, not while it waits.
    const next = this.#queue.then(() => {
      const { channels, info, died } = this.#link;
      const kernel = {
        channels,
        info,
        died,
        displays: this.#displays,
        patience: this.#patience,
        interrupt: () => this.interrupt(),
      };
      return execute(kernel, code, options);
    });
    this.#queue = next.catch(() => undefined);
    return next;
  }

  async complete(code: string, position: number): Promise<Completion> {
    const content = { code, cursor_pos: toJupyter(code, position) };
    const { matches, start, end } = await this.#ask("complete_request", content, completeReply);
    return { matches, start: fromJupyter(code, start), end: fromJupyter(code, end) };
  }

  inspect(code: string, position: number): Promise<Bundle | undefined> {
    const content = { code, cursor_pos: toJupyter(code, position), detail_level: 0 };
    return this.#ask("inspect_request", content, inspectReply);
  }

  async #ask<T>(type: string, content: object, reply: z.ZodType<T>): Promise<T> {
    const { channels, died } = this.#link;
    const dead = died.then((words) => {
      throw new NotebookError("KERNEL_DIED", `The kernel is gone. ${words} Start it anew.`);
    });
    const answer = channels.request("shell", type, content, { reply, timeout: requestTimeout });
    // Whichever comes second is nobody's any more.
    answer.catch(() => undefined);
    return Promise.race([answer, dead]);
  }

  interrupt(): Promise<void> {
    return this.#link.interrupt();
  }

  async shutdown({ timeout }: { readonly timeout?: number } = {}): Promise<void> {
    await this.#link.stop(timeout);
  }

  async restart(): Promise<void> {
    await this.#link.stop();
    this.#displays.clear();
    if (this.#start !== undefined) this.#link = await this.#start();
  }

  detach(): void {
    this.#link.channels.close();
  }
}

/** Starts a kernel, choosing ports as a test wants it. */
export async function startKernelOn(
  options: StartOptions,
  choosePorts?: ChoosePorts,
): Promise<StartedKernel> {
  const { kernel, cwd = process.cwd(), env = process.env, transport, timeout = 60_000, signal } = options;
  const spec =
    kernel === undefined
      ? konsilKernelspec()
      : typeof kernel === "string"
        ? await findKernelspec(kernel)
        : kernel;
  const settings = { spec, cwd, env, transport, timeout, ...(choosePorts && { choosePorts }) };
  return new KernelOverLink(await startLink({ ...settings, signal }), () => startLink(settings));
}

/**
 * Starts a kernel and waits until it answers.
 * @throws NotebookError KERNEL_UNKNOWN, KERNEL_START_FAILED; the reason of `signal`
 */
export function startKernel(options: StartOptions = {}): Promise<StartedKernel> {
  return startKernelOn(options);
}

/** Joins a running kernel, with the patience that a test has. */
export async function attachKernelWith(
  connectionFile: string,
  { timeout = 10_000, patience }: { readonly timeout?: number; readonly patience?: Patience } = {},
): Promise<AttachedKernel> {
  return new KernelOverLink(await attachLink(connectionFile, timeout), undefined, patience);
}

/**
 * Joins a running kernel by its connection file. It is interrupted by a message, which some kernels do not know.
 * @throws NotebookError KERNEL_CONNECTION_INVALID, KERNEL_START_FAILED
 */
export function attachKernel(
  connectionFile: string,
  options: { readonly timeout?: number } = {},
): Promise<AttachedKernel> {
  return attachKernelWith(connectionFile, options);
}
