import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { z } from "zod";
import type { NodeCipher } from "./node-cipher.ts";

/** The largest body that is read, in bytes: more than any request is. */
const largest = 512 * 1024 * 1024;

const newTask = z.looseObject({
  organizations: z.array(z.looseObject({ id: z.int(), input: z.string() })).min(1),
});
const results = z.looseObject({
  data: z.array(z.looseObject({ result: z.string().nullish(), blob_storage_used: z.boolean().nullish() })),
});

interface Answered {
  readonly status: number;
  readonly body: unknown;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > largest) throw new Error("the request is too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/**
 * What a run has of the server, as it has it at a node of 4.x: its own token goes with each question, the inputs of
 * tasks that it makes are encrypted on their way, and results are decrypted.
 */
export class SubtaskProxy {
  readonly port: number;
  readonly #server: Server;
  readonly #address: string;
  readonly #cipher: NodeCipher;

  private constructor(server: Server, port: number, address: string, cipher: NodeCipher) {
    this.#server = server;
    this.port = port;
    this.#address = address;
    this.#cipher = cipher;
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      void this.#answer(request).then(
        ({ status, body }) => send(response, status, body),
        () => send(response, 500, { msg: "Request failed, see node logs" }),
      );
    });
  }

  /** @param address of the vantage6 server */
  static async open(address: string, cipher: NodeCipher): Promise<SubtaskProxy> {
    const server = createServer();
    await new Promise<void>((done, fail) => {
      server.once("error", fail);
      // Runs are processes of this machine: nobody else may ask.
      server.listen(0, "127.0.0.1", done);
    });
    const bound = server.address();
    if (bound === null || typeof bound === "string") throw new Error("a proxy has no port");
    return new SubtaskProxy(server, bound.port, address, cipher);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  async #answer(request: IncomingMessage): Promise<Answered> {
    const { method, url = "/", headers } = request;
    const [path] = url.split("?");
    if (headers.authorization === undefined)
      return { status: 401, body: { msg: "Missing Authorization Header" } };
    if (method === "POST" && path === "/task") {
      const task = newTask.safeParse(JSON.parse(await bodyOf(request)));
      if (!task.success) return { status: 400, body: { msg: "Organizations missing from input" } };
      const organizations = await Promise.all(
        task.data.organizations.map(async (one) => ({
          ...one,
          input: await this.#cipher.seal(Buffer.from(one.input, "base64"), one.id),
        })),
      );
      return this.#forward("POST", url, headers.authorization, { ...task.data, organizations });
    }
    if (method !== "GET") return { status: 405, body: { msg: "A run may only ask, and make tasks" } };
    const answered = await this.#forward("GET", url, headers.authorization);
    const read = path === "/result" ? results.safeParse(answered.body) : undefined;
    return read?.success === true ? { ...answered, body: this.#opened(read.data) } : answered;
  }

  #opened(list: z.output<typeof results>): unknown {
    const opened = (one: (typeof list.data)[number]): unknown => {
      const { result } = one;
      if (result == null || result === "" || one.blob_storage_used === true) return one;
      try {
        return { ...one, result: Buffer.from(this.#cipher.open(result)).toString("base64") };
      } catch {
        // As it is, like a node of 4.x: whoever reads it says what is wrong.
        return one;
      }
    };
    return { ...list, data: list.data.map(opened) };
  }

  async #forward(method: string, url: string, authorization: string, body?: object): Promise<Answered> {
    const response = await fetch(this.#address + url, {
      method,
      headers: {
        Authorization: authorization,
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(60_000),
      redirect: "error",
    });
    return { status: response.status, body: await response.json().catch(() => ({ msg: "no JSON" })) };
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "Content-Type": "application/json" });
  response.end(JSON.stringify(body));
}
