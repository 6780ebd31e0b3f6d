import { isKonsilError, ServerError } from "@konsil/core";
import type { Credentials, Dialect, Tokens } from "./dialect/index.ts";
import { EnrolmentError } from "./enrolment-error.ts";
import { type Call, type Requests, saysTokenIsOver } from "./http/index.ts";
import { Shared } from "./shared.ts";

/** A token is renewed this long before it ends, in milliseconds, or after three quarters of a short life. */
const margin = 60_000;

/** Who logs in: a user, or a node by its key. */
export type Who = Credentials | { readonly apiKey: string };

interface Held {
  readonly tokens: Tokens;
  /** By this machine's clock: when to renew, and when the server takes it no longer. */
  readonly renewAt: number;
  readonly endsAt: number;
}

function held(tokens: Tokens): Held {
  const life = tokens.accessLifetime * 1000;
  const now = Date.now();
  return { tokens, renewAt: now + life - Math.min(margin, life / 4), endsAt: now + life };
}

/**
 * Who is logged in. Sends questions with a token that is renewed before it ends: some servers fail, rather than
 * refuse, when one has ended.
 */
export class Session {
  readonly #requests: Requests;
  readonly #dialect: Dialect;
  /**
   * To log in again at a server that was started anew and knows no token of before. A code is good for one login, and
   * what was refused once is not tried again: servers lock accounts.
   */
  #who: Who | undefined;
  /** A password or key, which no error may hold. */
  #proof: string;
  #held: Held;
  #renewing: Shared<void> | undefined;

  private constructor(requests: Requests, dialect: Dialect, who: Who, tokens: Tokens) {
    this.#requests = requests;
    this.#dialect = dialect;
    this.#who = "mfaCode" in who && who.mfaCode !== undefined ? undefined : who;
    this.#proof = "apiKey" in who ? who.apiKey : who.password;
    this.#held = held(tokens);
  }

  /** @throws ServerError LOGIN_FAILED, MFA_REQUIRED, MFA_ENROLMENT and others */
  static async open(requests: Requests, dialect: Dialect, who: Who): Promise<Session> {
    return new Session(requests, dialect, who, await login(requests, dialect, who));
  }

  /** The number of the user, or of the node. */
  get user(): number {
    return this.#held.tokens.user;
  }

  /** The user has another password from now on. */
  passwordChanged(password: string): void {
    this.#proof = password;
    if (this.#who !== undefined && "password" in this.#who) this.#who = { ...this.#who, password };
  }

  /**
   * A token for the next minute at least, where the server gives one for so long.
   * @param refused one that the server does not take: another question may have renewed it meanwhile
   */
  async accessToken(refused?: string, signal?: AbortSignal): Promise<string> {
    const isRefused = this.#held.tokens.access === refused;
    if (isRefused || Date.now() >= this.#held.renewAt) await this.#renew(isRefused, signal);
    return this.#held.tokens.access;
  }

  /**
   * @param signal ends it at once, with its reason
   * @throws ServerError
   */
  async send<T>(call: Call<T>, signal?: AbortSignal, requests: Requests = this.#requests): Promise<T> {
    const token = call.isPublic === true ? undefined : await this.accessToken(undefined, signal);
    let answer = await requests.ask(call, token, signal);
    // A server looks at the token before it does anything, so this is the one repetition that is safe for what makes
    // or changes something too.
    if (token !== undefined && saysTokenIsOver(answer)) {
      const renewed = await this.#renewed(token, signal);
      if (renewed !== undefined) answer = await requests.ask(call, renewed, signal);
    }
    return requests.read(call, answer, this.#secrets(token));
  }

  /** What the server knows of who asks, whatever the question. */
  #secrets(...used: readonly (string | undefined)[]): readonly string[] {
    const { access, refresh } = this.#held.tokens;
    return [this.#proof, access, refresh, ...used.filter((token) => token !== undefined)];
  }

  /** Another token than one that is not taken, where there is one to be had. */
  async #renewed(refused: string, signal: AbortSignal | undefined): Promise<string | undefined> {
    try {
      return await this.accessToken(refused, signal);
    } catch (error) {
      if (isKonsilError(error) && error.code === "SESSION_EXPIRED") return undefined;
      throw error;
    }
  }

  /** Questions that come at the same time share one renewal, which goes on for as long as one of them waits for it. */
  async #renew(isRefused: boolean, signal: AbortSignal | undefined): Promise<void> {
    if (this.#renewing?.isOver !== false)
      this.#renewing = new Shared((given) => this.#fetch(isRefused, given));
    await this.#renewing.wait(signal);
  }

  async #fetch(isRefused: boolean, signal: AbortSignal): Promise<void> {
    try {
      const call = this.#dialect.refresh(this.#held.tokens.refresh);
      const answer = await this.#requests.ask(call, undefined, signal);
      if (!saysTokenIsOver(answer)) {
        this.#held = held(this.#requests.read(call, answer, this.#secrets()));
        return;
      }
    } catch (error) {
      signal.throwIfAborted();
      // The old token is good for a while yet: the next question tries again.
      if (!isRefused && Date.now() < this.#held.endsAt) return;
      throw error;
    }
    if (this.#who === undefined)
      throw new ServerError("SESSION_EXPIRED", "The session at the server is over. Call connect() again.", {
        status: 401,
      });
    this.#held = held(await this.#login(this.#who, signal));
  }

  async #login(who: Who, signal: AbortSignal): Promise<Tokens> {
    try {
      return await login(this.#requests, this.#dialect, who, signal);
    } catch (error) {
      const isRefused = isKonsilError(error) && error.code === "LOGIN_FAILED";
      // The password may have been changed while this was under way.
      if (isRefused && this.#who === who) this.#who = undefined;
      throw error;
    }
  }
}

async function login(requests: Requests, dialect: Dialect, who: Who, signal?: AbortSignal): Promise<Tokens> {
  const isNode = "apiKey" in who;
  const call = isNode ? dialect.loginNode(who.apiKey) : dialect.login(who);
  const answer = await requests.ask(call, undefined, signal);
  if (answer.status === 401) throw isNode ? unknownNode(requests.base) : refused(requests.base, who);
  const read = requests.read(call, answer);
  if (read.type === "tokens") return read.tokens;
  if (isNode) throw unknownNode(requests.base);
  if (read.type === "enrolment") throw new EnrolmentError(requests.base, who.username, read);
  throw new ServerError(
    "MFA_REQUIRED",
    `The server at ${requests.base} wants a second factor of "${who.username}". Give the code that your app shows now: connect(address, { …, mfaCode: "123456" }).`,
    { status: answer.status },
  );
}

function unknownNode(base: string): ServerError {
  return new ServerError(
    "LOGIN_FAILED",
    `The server at ${base} does not know a node with this key. The key is told once, when a node is registered: server.nodes.create(…), or server.nodes.resetKey(id) for a new one.`,
    { status: 401 },
  );
}

function refused(base: string, { username, mfaCode }: Credentials): ServerError {
  return mfaCode === undefined
    ? new ServerError(
        "LOGIN_FAILED",
        `The server at ${base} does not know the user "${username}" with this password. Check both; after some failures a server takes neither for a quarter of an hour. For a new password see the server's web interface, or ask its administrator.`,
        { status: 401 },
      )
    : new ServerError(
        "LOGIN_FAILED",
        `The server at ${base} does not take "${username}" with this password and this code. A code is good for half a minute: wait for the next one, and check that the clock of the device that makes it is right.`,
        { status: 401 },
      );
}
