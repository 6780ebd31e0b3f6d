import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { AxiosInstance, CreateAxiosDefaults } from "axios";
import { wait } from "../../remote/time.ts";
import { isThisMachine } from "../address.ts";
import { type Answer, type Call, Unreadable } from "./call.ts";
import { authorities, type Manner, usualManner } from "./manner.ts";
import { isPassing, problem, retryAfter, unreachable, unreadable, wasUnconnected } from "./problem.ts";

/** Codes of lost connections, after which the same question may get through. */
const fleeting: ReadonlySet<string> = new Set([
  "ECONNRESET",
  "ECONNREFUSED",
  "ECONNABORTED",
  "ETIMEDOUT",
  "EPIPE",
  "EAI_AGAIN",
  "ERR_NETWORK",
  "ERR_BAD_RESPONSE",
  "EHOSTUNREACH",
  "ENETUNREACH",
]);

/** Sends requests to one server: the only place that does. */
export class Requests {
  readonly base: string;
  readonly #defaults: CreateAxiosDefaults;
  #axios: Promise<AxiosInstance> | undefined;
  readonly #manner: Manner;
  readonly #kept: Agents;
  readonly #fresh: Agents;
  /** Until when the server wants to be left alone, by this process's clock, which nobody sets. */
  #restsUntil = 0;

  constructor(base: string, manner: Partial<Manner> = {}) {
    this.base = base;
    this.#manner = { ...usualManner, ...manner };
    const { certificates, largestAnswer } = this.#manner;
    this.#kept = agents(true, certificates);
    // A kept connection may be closed by the server while a request is on its way, and what is not repeatable would
    // then be in doubt.
    this.#fresh = agents(false, certificates);
    this.#defaults = {
      adapter: "http",
      // What is for this machine may be in clear: it must not go over a proxy first.
      ...(isThisMachine(new URL(base).hostname) ? { proxy: false as const } : {}),
      // A redirect could take a token to another machine.
      maxRedirects: 0,
      maxContentLength: largestAnswer,
      maxBodyLength: largestAnswer,
      responseType: "arraybuffer",
      transformResponse: [],
      transformRequest: [(body: unknown) => body],
      validateStatus: () => true,
      paramsSerializer: { indexes: null },
    };
  }

  /**
   * The server's answer, whatever its status. Repeats what is repeatable after a lost connection, or where the server
   * is busy or failed inside. Nothing is asked before a server that wants to be left alone was, for a while.
   * @param signal ends it at once, with its reason
   * @throws ServerError SERVER_UNREACHABLE, SERVER_UNTRUSTED, SERVER_TIMEOUT
   */
  async ask(call: Call<unknown>, token?: string, signal?: AbortSignal): Promise<Answer> {
    const { retries, pause, longestPause } = this.#manner;
    for (let attempt = 0; ; attempt++) {
      await wait(this.#restsUntil - performance.now(), signal);
      const again = (call.isRepeatable ?? call.method === "GET") && attempt < retries;
      try {
        const answer = await this.#once(call, token, signal);
        if (!isPassing(answer)) return answer;
        const rest = retryAfter(answer);
        this.#restsUntil = Math.max(this.#restsUntil, performance.now() + Math.min(rest, longestPause));
        if (!again || rest > longestPause) return answer;
      } catch (error) {
        if (!(error instanceof Lost)) throw error;
        // A server that says nothing was waited for long enough after the second time.
        const isSilent = error.code === "ETIMEDOUT" && attempt > 0;
        if (!again || isSilent || !fleeting.has(error.code)) throw unreachable(call, this.base, error);
      }
      await wait(pause * 2 ** attempt * (0.75 + Math.random() / 2), signal);
    }
  }

  /**
   * What a good answer says.
   * @param secrets what the server was told besides the question: no error holds it
   * @throws ServerError
   */
  read<T>(call: Call<T>, answer: Answer, secrets: readonly string[] = []): T {
    if (answer.status < 200 || answer.status >= 300) throw problem(call, this.base, answer, secrets);
    try {
      return call.read(answer);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      throw unreadable(call, this.base, answer, error.message);
    }
  }

  /** axios is loaded with the first request: whoever works on local sites does not wait for it. */
  #client(): Promise<AxiosInstance> {
    this.#axios ??= import("axios").then(({ default: axios }) => axios.create(this.#defaults));
    return this.#axios;
  }

  async #once(
    call: Call<unknown>,
    token: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Answer> {
    const { method, path, query, body, isLarge } = call;
    const isBytes = body instanceof Uint8Array;
    const { timeout, largeTimeout } = this.#manner;
    const client = await this.#client();
    // axios' own timeout is of silence only: a server that sends a byte now and then would be waited for without end.
    const deadline = AbortSignal.timeout(isLarge === true ? largeTimeout : timeout);
    try {
      const response = await client.request<ArrayBuffer>({
        ...((call.isRepeatable ?? method === "GET") ? this.#kept : this.#fresh),
        method,
        url: this.base + path,
        params: query,
        // axios takes no bytes but a Buffer's.
        data:
          body === undefined
            ? body
            : isBytes
              ? Buffer.from(body.buffer, body.byteOffset, body.byteLength)
              : JSON.stringify(body),
        headers: {
          Accept: "application/json",
          // A node's proxy reads a body where a GET says that it has one.
          "Content-Type":
            body === undefined ? false : isBytes ? "application/octet-stream" : "application/json",
          ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
          ...call.headers,
        },
        signal: signal === undefined ? deadline : AbortSignal.any([deadline, signal]),
      });
      return {
        status: response.status,
        bytes: new Uint8Array(response.data),
        headers: Object.fromEntries(
          Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
        ),
      };
    } catch (error) {
      signal?.throwIfAborted();
      if (deadline.aborted) throw new Lost("ETIMEDOUT", false);
      const { isAxiosError } = await import("axios");
      if (!isAxiosError(error)) throw error;
      // axios has one code for an answer that is too large and for one that broke off.
      const code = /maxContentLength/.test(error.message) ? "TOO_LARGE" : (error.code ?? "");
      throw new Lost(code, wasUnconnected(error.cause));
    }
  }
}

/** There was no answer. Holds nothing of the request, unlike what axios throws. */
class Lost extends Error {
  readonly code: string;
  /** Whether nothing was sent. */
  readonly unsent: boolean;

  constructor(code: string, unsent: boolean) {
    super(code);
    this.code = code;
    this.unsent = unsent;
  }
}

interface Agents {
  readonly httpAgent: HttpAgent;
  readonly httpsAgent: HttpsAgent;
}

function agents(keepAlive: boolean, certificates: string | undefined): Agents {
  return {
    httpAgent: new HttpAgent({ keepAlive }),
    httpsAgent: new HttpsAgent({ keepAlive, ...authorities(certificates) }),
  };
}
