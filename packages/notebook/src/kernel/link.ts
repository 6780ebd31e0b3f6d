import { tmpdir } from "node:os";
import { join } from "node:path";
import { NotebookError } from "@konsil/core";
import { Channels, type RequestOptions } from "./channels.ts";
import {
  address,
  type ChoosePorts,
  freePorts,
  makeConnection,
  readConnection,
  socketsThere,
  type Transport,
} from "./connection.ts";
import { KernelProcess } from "./kernel-process.ts";
import { type Kernelspec, kernelEnvironment } from "./kernelspec.ts";
import { anyReply, type KernelInfo, kernelInfoReply } from "./message.ts";

/** What joins the client to one kernel, from its start to its end. */
export interface Link {
  readonly channels: Channels;
  readonly info: KernelInfo;
  /** The process, where this program started it. */
  readonly pid?: number | undefined;
  /** Resolves to words for a message when the kernel is gone. */
  readonly died: Promise<string>;
  interrupt(): Promise<void>;
  /** Ends the kernel: politely, then by force after `timeout` ms where that is possible. */
  stop(timeout?: number): Promise<void>;
}

export interface StartSettings {
  readonly spec: Kernelspec;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Undefined: files, and ports where the kernel cannot use them. */
  readonly transport?: Transport | undefined;
  /** Milliseconds. */
  readonly timeout: number;
  readonly choosePorts?: ChoosePorts;
  readonly signal?: AbortSignal | undefined;
}

const step = 100; // ms between requests while a kernel starts
const requestTimeout = 5000; // ms
const ports = ["tcp", "tcp", "tcp"] as const; // attempts, since any of them can be taken meanwhile
const portTaken = /EADDRINUSE|address (already )?in use/i;

/**
 * A subscription takes a moment to reach the publisher, and what is published before is lost. So the question is
 * repeated until a reply and something published have both come; undefined when they have not in time.
 */
async function firstAnswer(
  channels: Channels,
  timeout: number,
  more: Pick<RequestOptions<KernelInfo>, "check" | "also">,
): Promise<KernelInfo | undefined> {
  const waiting = { reply: kernelInfoReply, published: true, timeout, again: step, ...more };
  try {
    return await channels.request("shell", "kernel_info_request", {}, waiting);
  } catch (error) {
    if (error instanceof NotebookError) return undefined;
    throw error;
  }
}

const interruptByMessage = (channels: Channels): Promise<unknown> =>
  channels.request("control", "interrupt_request", {}, { reply: anyReply, timeout: requestTimeout });

const askToEnd = (channels: Channels, timeout: number = requestTimeout): Promise<unknown> =>
  channels.request("control", "shutdown_request", { restart: false }, { reply: anyReply, timeout });

class StartFailed extends Error {
  /** Whether another attempt, over another connection, can succeed. */
  readonly again: boolean;

  constructor(message: string, again: boolean) {
    super(message);
    this.again = again;
  }
}

/** Starts a kernel over one connection, until `end`, a moment of `performance.now`. */
async function startOnce(
  { spec, cwd, env, timeout, transport: asked, choosePorts, signal }: StartSettings,
  transport: Transport,
  end: number,
): Promise<Link> {
  const { connection, folder, file } = await makeConnection(transport, choosePorts ?? freePorts);
  const argv = spec.argv.map((argument) =>
    argument.replaceAll("{connection_file}", file).replaceAll("{resource_dir}", spec.folder ?? ""),
  );
  const kernel = new KernelProcess(argv, { folder, cwd, env: kernelEnvironment(spec, env) });
  let channels: Channels | undefined;
  const check = (): void => {
    signal?.throwIfAborted();
    if (kernel.ended !== undefined)
      throw new StartFailed(kernel.ended, !kernel.ended.includes("cannot be started"));
    // tslab stays when it finds a port taken, and never answers.
    if (portTaken.test(kernel.log)) throw new StartFailed("A port that it was to use was taken.", true);
  };
  try {
    // A kernel that cannot use files may be silent in the place of ending. Half of the time is left for ports.
    const left = end - performance.now();
    const isThere = await socketsThere(connection, asked === undefined ? left / 2 : left, check);
    if (isThere) {
      channels = new Channels(connection);
      const opened = channels;
      const info = await firstAnswer(opened, end - performance.now(), { check });
      if (info !== undefined) {
        return {
          channels: opened,
          info,
          pid: kernel.pid,
          died: kernel.died,
          interrupt: async () => {
            if (spec.interruptMode === "message") await interruptByMessage(opened);
            else kernel.interrupt();
          },
          stop: async (time) => {
            await kernel.stop(() => askToEnd(opened), time);
            opened.close();
          },
        };
      }
    }
    check();
    throw new StartFailed(`It did not answer within ${timeout / 1000} s.`, !isThere);
  } catch (error) {
    channels?.close();
    await kernel.stop(async () => undefined, 0);
    if (!(error instanceof StartFailed)) throw error;
    throw new StartFailed(kernel.withLog(error.message), error.again);
  }
}

/**
 * Starts a kernel. Sockets in files are tried first: only this user can reach them, while every user of the machine can
 * read what is published on a port. A kernel that ends over it, or makes no files, is given ports, and others when one was
 * taken.
 * @throws NotebookError KERNEL_START_FAILED
 */
export async function startLink(settings: StartSettings): Promise<Link> {
  const { spec, transport, timeout } = settings;
  // The system's limit on the name of a socket's file is about 100 characters.
  const filesWork =
    process.platform !== "win32" && join(tmpdir(), "konsil-kernel-123456", "k-1").length < 100;
  const attempts: readonly Transport[] =
    transport === "ipc"
      ? ["ipc"]
      : [...(transport === undefined && filesWork ? (["ipc"] as const) : []), ...ports];
  const end = performance.now() + timeout;
  let failure: StartFailed | undefined;
  for (const attempt of attempts) {
    try {
      return await startOnce(settings, attempt, end);
    } catch (error) {
      if (!(error instanceof StartFailed)) throw error;
      failure = error;
      if (!error.again) break;
    }
  }
  throw new NotebookError(
    "KERNEL_START_FAILED",
    `The kernel "${spec.displayName}" did not start. ${failure?.message ?? ""} Its command is: ${spec.argv.join(" ")}`,
    { cause: failure },
  );
}

/** Joins a kernel that runs already. @throws NotebookError KERNEL_CONNECTION_INVALID, KERNEL_START_FAILED */
export async function attachLink(file: string, timeout: number): Promise<Link> {
  const connection = await readConnection(file);
  const channels = new Channels(connection);
  // A kernel that runs a cell may answer on the channel for control only.
  const info = await firstAnswer(channels, timeout, { also: "control" });
  if (info === undefined) {
    channels.close();
    throw new NotebookError(
      "KERNEL_START_FAILED",
      `No kernel answered at ${address(connection, "shell")} within ${timeout / 1000} s. The connection file "${file}" ` +
        "can be of a kernel that has ended, or that is busy.",
    );
  }
  const gone = new Promise<string>((resolve) => {
    channels.onDisconnect(() => resolve("The connection to it is gone."));
  });
  return {
    channels,
    info,
    died: Promise.race([gone, channels.closed]),
    interrupt: async () => {
      await interruptByMessage(channels);
    },
    stop: async (time) => {
      try {
        await askToEnd(channels, time);
      } finally {
        channels.close();
      }
    },
  };
}
