import { ServerError } from "@konsil/core";
import { z } from "zod";

const tokens = z.object({ access_token: z.string(), refresh_token: z.string() });
const claims = z.object({ sub: z.int(), exp: z.number(), iat: z.number() });
const page = z.object({
  data: z.array(z.unknown()),
  links: z.object({ next: z.string().nullish() }).nullish(),
});
const words = z.object({ msg: z.string() });

/** A token is renewed this long before it ends, in milliseconds. */
const margin = 60_000;
/** For one answer, in milliseconds. */
const limit = 60_000;
const tries = 4;

interface Held {
  readonly access: string;
  readonly refresh: string;
  readonly node: number;
  /** By this machine's clock. */
  readonly renewAt: number;
}

type Method = "GET" | "POST" | "PATCH";

function held(answer: unknown): Held {
  const { access_token: access, refresh_token: refresh } = tokens.parse(answer);
  const { sub, exp, iat } = claims.parse(
    JSON.parse(Buffer.from(access.split(".")[1] ?? "", "base64url").toString("utf8")),
  );
  return { access, refresh, node: sub, renewAt: Date.now() + (exp - iat) * 1000 - margin };
}

/** A node's session at a 4.x server. Printing it shows neither key nor token. */
export class NodeSession {
  readonly address: string;
  readonly #apiKey: string;
  #held: Held | undefined;
  #renewing: Promise<Held> | undefined;

  private constructor(address: string, apiKey: string) {
    this.address = address;
    this.#apiKey = apiKey;
  }

  /** @throws ServerError LOGIN_FAILED and others */
  static async open(address: string, apiKey: string): Promise<NodeSession> {
    const session = new NodeSession(address, apiKey);
    await session.accessToken();
    return session;
  }

  /** The node's number. */
  get node(): number {
    return this.#held?.node ?? 0;
  }

  async accessToken(): Promise<string> {
    if (this.#held !== undefined && Date.now() < this.#held.renewAt) return this.#held.access;
    this.#renewing ??= this.#renew().finally(() => {
      this.#renewing = undefined;
    });
    this.#held = await this.#renewing;
    return this.#held.access;
  }

  async #renew(): Promise<Held> {
    if (this.#held !== undefined) {
      const refreshed = await this.#fetch("POST", "/token/refresh", undefined, this.#held.refresh);
      if (refreshed.ok) return held(await refreshed.json());
    }
    const answer = await this.#fetch("POST", "/token/node", { api_key: this.#apiKey });
    if (answer.status === 401)
      throw new ServerError(
        "LOGIN_FAILED",
        `The server at ${this.address} does not know a node with this key. The key is told once, when a node is registered: server.nodes.create(…), or server.nodes.resetKey(id) for a new one.`,
        { status: 401 },
      );
    return held(await this.#read(answer, "POST /token/node"));
  }

  async get(path: string): Promise<unknown> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#ask("GET", path);
      } catch (error) {
        const isPassing = error instanceof ServerError && (error.status === undefined || error.status >= 500);
        if (!isPassing || attempt === tries) throw error;
        await new Promise((resolve) => setTimeout(resolve, 500 * attempt));
      }
    }
  }

  /** Every item of a list, over all its pages. */
  async list(path: string): Promise<readonly unknown[]> {
    const items: unknown[] = [];
    for (let at = 1; ; at++) {
      const { data, links } = page.parse(await this.get(`${path}&page=${at}&per_page=100`));
      items.push(...data);
      if (links?.next == null || data.length === 0) return items;
    }
  }

  /** Sent once. */
  post(path: string, body: object): Promise<unknown> {
    return this.#ask("POST", path, body);
  }

  /** Sent once. */
  patch(path: string, body: object): Promise<unknown> {
    return this.#ask("PATCH", path, body);
  }

  async #ask(method: Method, path: string, body?: object): Promise<unknown> {
    let answer = await this.#fetch(method, path, body, await this.accessToken());
    if (answer.status === 401 || answer.status === 422) {
      // A server looks at the token before it does anything. One that was started anew may know none of before.
      this.#held = undefined;
      answer = await this.#fetch(method, path, body, await this.accessToken());
    }
    return this.#read(answer, `${method} ${path.split("?")[0]}`);
  }

  async #fetch(method: Method, path: string, body?: object, token?: string): Promise<Response> {
    try {
      return await fetch(this.address + path, {
        method,
        headers: {
          ...(body === undefined ? {} : { "Content-Type": "application/json" }),
          ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(limit),
        // A redirect could take a token to another machine.
        redirect: "error",
      });
    } catch {
      throw new ServerError(
        "SERVER_UNREACHABLE",
        `The server at ${this.address} cannot be reached. Check the address, which often ends in “/api”, and your network. (${method} ${path.split("?")[0]})`,
      );
    }
  }

  async #read(answer: Response, asked: string): Promise<unknown> {
    const body: unknown = await answer.json().catch(() => undefined);
    if (answer.ok && body !== undefined) return body;
    const said = words.safeParse(body);
    throw new ServerError(
      answer.ok ? "SERVER_ANSWER_INVALID" : answer.status >= 500 ? "SERVER_FAILED" : "REQUEST_REJECTED",
      `The server at ${this.address} did not do what its node asked${said.success ? `: “${said.data.msg}”` : ""}. (${asked}: ${answer.status})`,
      { status: answer.status },
    );
  }
}
