import { createHmac, randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { Publisher, Reply, Router } from "zeromq";
import { delay } from "../src/kernel/wait.ts";

interface Request {
  readonly identity: Uint8Array;
  readonly header: { readonly msg_id: string; readonly msg_type: string };
  readonly content: { readonly code?: string };
}

/** What a kernel under test can say about a request. */
export interface Voice {
  publish(type: string, content: object, key?: string): Promise<void>;
  reply(type: string, content: object, key?: string): Promise<void>;
  /** Frames as they are. */
  raw(frames: (string | Uint8Array)[]): Promise<void>;
}

const key = "a key that only the two of them know";

/** A kernel in this process that answers as a test wants it to, right or wrong. */
export class FakeKernel {
  readonly #shell = new Router({ linger: 0 });
  readonly #control = new Router({ linger: 0 });
  readonly #iopub = new Publisher({ linger: 0 });
  readonly #heartbeat = new Reply({ linger: 0 });
  readonly #stdin = new Router({ linger: 0 });
  readonly #execute: (code: string, voice: Voice) => Promise<void>;
  executed = 0;
  /** Milliseconds that it takes to say what it is. */
  pause = 0;

  constructor(execute: (code: string, voice: Voice) => Promise<void>) {
    this.#execute = execute;
  }

  /** Listens, and writes its connection file. */
  async start(file: string, changes: object = {}): Promise<string> {
    const sockets = {
      shell: this.#shell,
      control: this.#control,
      iopub: this.#iopub,
      hb: this.#heartbeat,
      stdin: this.#stdin,
    };
    const ports: Record<string, number> = {};
    for (const [channel, socket] of Object.entries(sockets)) {
      await socket.bind("tcp://127.0.0.1:0");
      ports[`${channel}_port`] = Number(/:(\d+)$/.exec(socket.lastEndpoint ?? "")?.[1]);
    }
    const connection = { transport: "tcp", ip: "127.0.0.1", key, signature_scheme: "hmac-sha256" };
    writeFileSync(file, JSON.stringify({ ...connection, ...ports, ...changes }));
    void this.#serve();
    void (async () => {
      for await (const frames of this.#heartbeat) await this.#heartbeat.send(frames);
    })();
    return file;
  }

  stop(): void {
    for (const socket of [this.#shell, this.#control, this.#iopub, this.#heartbeat, this.#stdin])
      socket.close();
  }

  /** Ends the channel by whose end the kernel's is seen. What it published before can still be on its way. */
  hangUp(): void {
    this.#shell.close();
  }

  async #serve(): Promise<void> {
    for await (const frames of this.#shell) {
      const parts = frames.slice(3).map((frame) => JSON.parse(frame.toString()) as unknown);
      const request: Request = {
        identity: frames[0] as Uint8Array,
        header: parts[0] as Request["header"],
        content: parts[3] as Request["content"],
      };
      void this.#answer(request);
    }
  }

  #frames(request: Request, type: string, content: object, signedWith: string): (string | Uint8Array)[] {
    const header = { msg_id: randomUUID(), msg_type: type, session: "s", version: "5.3" };
    const parts = [header, request.header, {}, content].map((part) => JSON.stringify(part));
    const hmac = createHmac("sha256", signedWith);
    for (const part of parts) hmac.update(part);
    return ["<IDS|MSG>", signedWith === "" ? "" : hmac.digest("hex"), ...parts];
  }

  async #answer(request: Request): Promise<void> {
    const voice: Voice = {
      publish: (type, content, signedWith = key) =>
        this.#iopub.send(["topic", ...this.#frames(request, type, content, signedWith)]),
      reply: (type, content, signedWith = key) =>
        this.#shell.send([request.identity, ...this.#frames(request, type, content, signedWith)]),
      raw: (frames) => this.#iopub.send(frames),
    };
    await voice.publish("status", { execution_state: "busy" });
    if (request.header.msg_type === "kernel_info_request") {
      await delay(this.pause);
      if (this.#shell.closed) return;
      const language_info = { name: "fake" };
      await voice.reply("kernel_info_reply", { protocol_version: "5.3", language_info });
      await voice.publish("status", { execution_state: "idle" });
    } else if (request.header.msg_type === "execute_request") {
      this.executed++;
      await this.#execute(request.content.code ?? "", voice);
    }
  }
}
