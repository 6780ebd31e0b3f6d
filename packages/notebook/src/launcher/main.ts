// The kernel "TypeScript (Konsil)": an unmodified tslab, told to check types strictly, to resolve packages as today's
// tools do, to show results richly and to report errors as Jupyter's protocol says. Called by Jupyter with the name of a
// connection file.
import { AsyncLocalStorage } from "node:async_hooks";
import { rmSync } from "node:fs";
import { inspect } from "node:util";
import { fromJupyter, toJupyter } from "../kernel/positions.ts";
import { awaitMark, needsAwaitMark } from "./awaits.ts";
import { background } from "./background.ts";
import { type CellError, cellError } from "./cell-error.ts";
import { inspectionData, namesAround } from "./inspection.ts";
import {
  type CompleteReply,
  converters,
  createExecutor,
  type ExecuteContent,
  type ExecuteRequest,
  JupyterHandlerImpl,
  type KernelInfo,
  type PlaceRequest,
  type Socket,
  typescript,
  type WriteDisplay,
  type WriteStream,
  type ZmqMessage,
  ZmqServer,
} from "./tslab.ts";

let isClosing = false;

/** Between addresses and signature of a message. */
const delimiter = Buffer.from("<IDS|MSG>");

type Publish = (type: string, content: object) => void;

/** What the cell publishes by that began what runs now, which can be long after the cell. */
const origin = new AsyncLocalStorage<Publish>();

const display = Symbol.for("Jupyter.display");

/** Long lines, broken between words: Jupyter breaks those of plain text anywhere. */
function prose(text: string): string {
  const escaped = text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  return `<pre style="white-space:pre-wrap;word-break:normal;overflow-wrap:anywhere">${escaped}</pre>`;
}

/** The forms in which a value shows itself, by MIME type. */
function bundle(value: unknown): object {
  const { [display]: show, outerHTML } = value as { [display]?: unknown; outerHTML?: unknown };
  // An element of a document, such as a figure of another library: what is inside is that library's, hundreds of lines.
  if (show === undefined && typeof outerHTML === "string")
    return { "text/plain": /^<[^>]*>?/.exec(outerHTML)?.[0] ?? "", "text/html": outerHTML };
  if (typeof value === "string")
    return { "text/plain": value, ...(/.{100}/.test(value) && { "text/html": prose(value) }) };
  const plain = inspect(value, { colors: false });
  const rich: unknown = typeof show === "function" ? show.call(value) : undefined;
  return { "text/plain": plain, ...(typeof rich === "object" ? rich : undefined) };
}

class Handler extends JupyterHandlerImpl {
  /** What the cell that runs, or ran last, publishes by. */
  publish: Publish = () => undefined;
  reported: unknown[][] = [];
  // By request: tslab queues them.
  readonly publishers: WeakMap<ExecuteRequest, Publish> = new WeakMap();
  readonly errors: WeakMap<ExecuteRequest, CellError> = new WeakMap();

  override handleKernel(): KernelInfo {
    const info = super.handleKernel();
    return {
      ...info,
      // The protocol wants it, and tslab leaves it out.
      status: "ok",
      implementation: "konsil",
      language_info: { ...info.language_info, version: typescript.version },
    };
  }

  override handleComplete(request: PlaceRequest): CompleteReply {
    const { code } = request;
    const found = super.handleComplete({ ...request, cursor_pos: fromJupyter(code, request.cursor_pos) });
    const reply = {
      ...found,
      cursor_start: toJupyter(code, found.cursor_start),
      cursor_end: toJupyter(code, found.cursor_end),
    };
    const isWhole =
      found.cursor_start === found.cursor_end && !/\.\s*$/.test(code.slice(0, found.cursor_start));
    if (!isWhole) return reply;
    // Of all that could stand here the notebook's own come first, and then the language's.
    const own = reply.matches.filter((name) => Object.hasOwn(this.executor.locals, name));
    return { ...reply, matches: [...new Set([...own, ...reply.matches])] };
  }

  override handleInspect({ code, cursor_pos }: PlaceRequest): object {
    const position = fromJupyter(code, cursor_pos);
    for (const place of [position, ...namesAround(code, position)]) {
      const info = this.executor.inspect(code, place);
      if (info !== undefined) return { status: "ok", found: true, data: inspectionData(info), metadata: {} };
    }
    return { status: "ok", found: false, data: {}, metadata: {} };
  }

  override handleShutdown(request: unknown): object {
    return { status: "ok", ...super.handleShutdown(request) };
  }

  override async handleExecute(
    request: ExecuteRequest,
    writeStream: WriteStream,
    writeDisplay: WriteDisplay,
  ): Promise<ExecuteContent> {
    if (request.stop_on_error !== false) return super.handleExecute(request, writeStream, writeDisplay);
    // After an error tslab throws away what waits. Here the front end wants it to run nevertheless: JupyterLab after a cell
    // with the tag `raises-exception`, Konsil's client always.
    const run = async (): Promise<ExecuteContent> => {
      const done = this.handleExecuteImpl(request, writeStream, writeDisplay);
      const status = await done.then(
        () => "ok" as const,
        () => "error" as const,
      );
      return { status, execution_count: this.execCount };
    };
    return this.execQueue.add(run).catch((): ExecuteContent => ({ status: "abort" }));
  }

  override async handleExecuteImpl(
    request: ExecuteRequest,
    writeStream: WriteStream,
    writeDisplay: WriteDisplay,
  ): Promise<unknown> {
    this.publish = this.publishers.get(request) ?? this.publish;
    this.reported = [];
    this.publish("execute_input", { code: request.code, execution_count: this.execCount + 1 });
    const isMarked = needsAwaitMark(request.code) && !/^\s*\/\*\*\s*@/.test(request.code);
    const code = isMarked ? awaitMark + request.code : request.code;
    try {
      return await origin.run(this.publish, () =>
        super.handleExecuteImpl({ ...request, code }, writeStream, writeDisplay),
      );
    } catch (count) {
      if (this.reported.length > 0) {
        const error = cellError(this.reported, isMarked);
        this.errors.set(request, error);
        this.publish("error", error);
      }
      throw count;
    }
  }
}

class Server extends ZmqServer {
  readonly #handler: Handler;

  constructor(handler: Handler, connectionFile: string) {
    super(handler, connectionFile);
    this.#handler = handler;
  }

  override async bindSocket(socket: Socket, port: number): Promise<void> {
    const { transport, ip } = this.connInfo;
    // A loop that prints sends thousands of messages before it lets anybody wait: all are sent at once, and none is
    // dropped. (The library otherwise makes each 512th wait, and refuses those after it; tslab then loses them.)
    socket.sendTimeout = 0;
    socket.sendHighWaterMark = 0;
    // On files Jupyter puts a hyphen where tslab puts a colon.
    await socket.bind(`${transport}://${ip}${transport === "ipc" ? "-" : ":"}${port}`);
  }

  override async handleShellMessage(socket: unknown, ...frames: Buffer[]): Promise<void> {
    const header = frames[frames.findIndex((frame) => frame.equals(delimiter)) + 2]?.toString() ?? "";
    // tslab says that it does not know it, in the output of the cell that ran last; JupyterLab asks it of every kernel.
    if (/"msg_type":\s*"history_request"/.test(header)) return;
    await super.handleShellMessage(socket, ...frames);
  }

  override async handleExecute(socket: unknown, message: ZmqMessage): Promise<void> {
    const handler = this.#handler;
    const { key } = this.connInfo;
    const publish: Publish = (type, content) => {
      const published = message.createReply();
      published.header.msg_type = type;
      published.content = content;
      published.signAndSend(key, this.iopub);
    };
    const request = message.content as ExecuteRequest;
    handler.publishers.set(request, publish);
    const content = await handler.handleExecute(
      request,
      (name, text) => publish("stream", { name, text }),
      (data, update) => publish(update ? "update_display_data" : "display_data", data),
    );
    const reply = message.createReply();
    reply.header.msg_type = "execute_reply";
    reply.content =
      content.status === "abort"
        ? { status: "aborted" }
        : {
            ...content,
            payload: [],
            user_expressions: {},
            ...handler.errors.get(request),
          };
    reply.signAndSend(key, socket);
  }

  override close(): void {
    isClosing = true;
    super.close();
    // Timers that cells left behind keep nobody waiting; the last reply still has to leave.
    setTimeout(() => process.exit(0), 50);
  }
}

/**
 * A program that is killed can neither end its kernels nor remove the keys to them.
 * @see https://github.com/jupyter/jupyter_client (JPY_PARENT_PID)
 */
function endWithParent(connectionFile: string): void {
  if (process.env["JPY_PARENT_PID"] === undefined) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid === parent) return;
    rmSync(connectionFile, { force: true });
    process.exit(1);
  }, 1000).unref();
}

async function start(connectionFile: string | undefined): Promise<void> {
  if (connectionFile === undefined) throw new Error("Jupyter calls this with the name of a connection file.");
  let handler: Handler | undefined;
  const executor = createExecutor(process.cwd(), converters(), {
    log: (value) => {
      const show = (data: object): void =>
        handler?.publish("execute_result", { execution_count: handler.execCount, data, metadata: {} });
      try {
        show(bundle(value));
      } catch (error) {
        // Nor can a form in JSON be sent that leads back to itself.
        show({ "text/plain": `This value cannot show itself: ${String(error)}` });
      }
    },
    error: (...values) => handler?.reported.push(values),
  });
  const execute = executor.execute.bind(executor);
  // tslab lets through what its compiler throws, and the cell would fail without a word.
  executor.execute = (code) =>
    execute(code).catch((thrown: unknown) => {
      const words = `The compiler broke over this cell: ${(thrown as Error).message}`;
      handler?.reported.push([new Error(`${words}\nIf it breaks over others now, restart the kernel.`)]);
      return false;
    });
  const kernel = new Handler(executor, false);
  handler = kernel;
  // Results that know this leave it to the kernel to show them.
  (globalThis as { __tslab__?: { rich?: boolean } }).__tslab__ = Object.assign(
    (globalThis as { __tslab__?: object }).__tslab__ ?? {},
    { rich: true },
  );
  process.on("SIGINT", () => executor.interrupt());
  // It comes when it comes, often after its cell has ended. A kernel goes on; whoever runs the notebook is told.
  for (const what of ["uncaughtException", "unhandledRejection"] as const)
    process.on(what, (thrown: unknown) => {
      if (isClosing) return;
      const error = cellError([[thrown]], false);
      const publish = origin.getStore() ?? kernel.publish;
      publish("error", { ...error, traceback: [background[what], ...error.traceback] });
    });
  endWithParent(connectionFile);
  await new Server(kernel, connectionFile).init();
}

start(process.argv[2]).catch((error: unknown) => {
  process.stderr.write(`${inspect(error)}\n`);
  process.exit(1);
});
