import { mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { ArgumentError, checkOptionNames, isKonsilError } from "@konsil/core";
import { fileKnownKeys, type KnownKeys, memoryKnownKeys, type PrivateKey } from "../crypto/index.ts";
import { candidates, isThisMachine, readAddress } from "./address.ts";
import type { Credentials, Dialect } from "./dialect/index.ts";
import type { Manner, Requests } from "./http/index.ts";
import type { Server } from "./server.ts";

/** Who connects, and how. */
export interface ConnectOptions {
  readonly username: string;
  /** Kept in memory to log in again at a server that was started anew, and shown nowhere. */
  readonly password: string;
  /** The code that an app shows now, where the server wants a second factor. */
  readonly mfaCode?: string | undefined;
  /** Your organization's, for collaborations with encryption. */
  readonly privateKey?: PrivateKey | undefined;
  /**
   * Which public keys organizations had before. Default: a file in your home folder, ".konsil/known-keys.jsonl"; of a
   * server on this machine for as long as the process lives.
   */
  readonly knownKeys?: KnownKeys | undefined;
  /** Permits "http://" to another machine, on a network that you trust. Default false. */
  readonly allowInsecure?: boolean | undefined;
  /** Certificates, as PEM, of an authority to trust besides the usual ones. */
  readonly certificates?: string | undefined;
  /** Milliseconds for one answer. Default 60,000. */
  readonly timeout?: number | undefined;
}

const optionNames: readonly (keyof ConnectOptions)[] = [
  "username",
  "password",
  "mfaCode",
  "privateKey",
  "knownKeys",
  "allowInsecure",
  "certificates",
  "timeout",
];

function invalid(problem: string): ArgumentError {
  return new ArgumentError("ARGUMENT_INVALID", `connect(): ${problem}`);
}

function checkOptions(options: ConnectOptions): void {
  if (typeof options !== "object" || options === null)
    throw invalid("it needs options: connect(address, { username, password }).");
  checkOptionNames("connect()", options, optionNames);
  for (const name of ["username", "password"] as const)
    if (typeof options[name] !== "string" || options[name] === "")
      throw invalid(
        `\`${name}\` is missing. Give it as text, such as process.env["V6_${name.toUpperCase()}"].`,
      );
  const { mfaCode, privateKey, certificates, timeout } = options;
  if (
    mfaCode !== undefined &&
    (typeof mfaCode !== "string" || !/^\d{4,10}$/.test(mfaCode.replaceAll(" ", "")))
  )
    throw invalid("`mfaCode` must be the digits that your app shows, as text.");
  if (privateKey !== undefined && typeof privateKey.decrypt !== "function")
    throw invalid('`privateKey` must be a key: await readPrivateKey("organization.pem").');
  if (certificates !== undefined && !String(certificates).includes("-----BEGIN CERTIFICATE-----"))
    throw invalid('`certificates` must be the text of a PEM file: await readFile("authority.pem", "utf8").');
  if (timeout !== undefined && !(Number.isInteger(timeout) && timeout > 0 && timeout <= 2 ** 31 - 1))
    throw invalid("`timeout` must be a whole number of milliseconds, of at most 2147483647.");
}

interface FoundServer {
  readonly requests: Requests;
  readonly dialect: Dialect;
}

/** Asks what needs no login: a password goes to no address that is not a vantage6 server's. */
async function find(base: string, manner: Partial<Manner>): Promise<FoundServer> {
  const [{ dialectFor, versionCall }, { Requests }, { checkServer }] = await Promise.all([
    import("./dialect/index.ts"),
    import("./http/index.ts"),
    import("./check-server.ts"),
  ]);
  let first: unknown;
  for (const candidate of candidates(base)) {
    // Whoever mistyped an address is told so soon.
    const asking = new Requests(candidate, { retries: 2, ...manner });
    try {
      const version = asking.read(versionCall, await asking.ask(versionCall));
      const dialect = dialectFor(version, candidate);
      await checkServer(asking, dialect);
      return { requests: new Requests(candidate, manner), dialect };
    } catch (error) {
      first ??= error;
      const isElsewhere =
        isKonsilError(error) && ["SERVER_VERSION", "SERVER_ANSWER_INVALID", "NOT_FOUND"].includes(error.code);
      if (!isElsewhere) throw error;
    }
  }
  throw first;
}

/** Known keys in the home folder, which is made when it is first written to. */
function usualKnownKeys(base: string): KnownKeys {
  if (isThisMachine(new URL(base).hostname)) return memoryKnownKeys();
  const folder = join(homedir(), ".konsil");
  const file = fileKnownKeys(join(folder, "known-keys.jsonl"));
  const made = (): Promise<unknown> => mkdir(folder, { recursive: true, mode: 0o700 });
  return {
    async check(owner, key) {
      await made();
      return await file.check(owner, key);
    },
    async checkEncryption(collaboration, encrypted) {
      if (encrypted) await made();
      await file.checkEncryption(collaboration, encrypted);
    },
    list: () => file.list(),
  };
}

/** The same in a manner of one's own: tests do not wait as long. */
export async function connectIn(
  manner: Partial<Manner>,
  address: string,
  options: ConnectOptions,
): Promise<Server> {
  checkOptions(options);
  const allowInsecure = options.allowInsecure === true;
  const base = readAddress(address, allowInsecure);
  const { username, password, mfaCode, privateKey, certificates, timeout, knownKeys } = options;
  const own: Partial<Manner> = {
    ...manner,
    ...(certificates === undefined ? {} : { certificates }),
    ...(timeout === undefined ? {} : { timeout }),
  };
  const { requests, dialect } = await find(base, own);
  const credentials: Credentials = {
    username,
    password,
    ...(mfaCode === undefined ? {} : { mfaCode: mfaCode.replaceAll(" ", "") }),
  };
  // Loaded with the first connection: whoever works on local sites does not wait for it.
  const [{ Session }, { makeServer }] = await Promise.all([
    import("./session.ts"),
    import("./make-server.ts"),
  ]);
  const session = await Session.open(requests, dialect, credentials);
  return makeServer({
    requests,
    dialect,
    session,
    user: await session.send(dialect.users.get(session.user)),
    manner: own,
    privateKey,
    knownKeys: knownKeys ?? usualKnownKeys(requests.base),
    allowInsecure,
  });
}

/**
 * Logs in at a vantage6 server.
 * @param address such as "https://v6.example.org/api"; "/api" can be left out
 * @throws ArgumentError ADDRESS_INSECURE; ServerError LOGIN_FAILED, MFA_REQUIRED, MFA_ENROLMENT (an EnrolmentError,
 * which has the secret), SERVER_UNREACHABLE, SERVER_UNTRUSTED, SERVER_VERSION
 */
export async function connect(address: string, options: ConnectOptions): Promise<Server> {
  return await connectIn({}, address, options);
}
