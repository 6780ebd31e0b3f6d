import { readFile } from "node:fs/promises";
import type { Client, CustomTypesConfig } from "pg";
import { verifiedAddress } from "./address.ts";
import { CopyOut } from "./copy-out.ts";
import { failureOf } from "./failure.ts";

/** Where a PostgreSQL is, and who asks it. */
export interface PostgresServer {
  readonly label: string;
  readonly url: string;
  readonly password: string | undefined;
  readonly passwordFile: string | undefined;
  /** Milliseconds for each statement. */
  readonly timeout: number;
}

/** One transaction, in which nothing changes. */
export interface PostgresSession {
  /** The rows of a small result, as text. `$1`, `$2`, … in the statement stand for `values`. */
  rows(sql: string, values?: readonly string[]): Promise<readonly (readonly (string | null)[])[]>;
  /** Names of the columns of a result, and the identity of the type of each. */
  columns(sql: string): Promise<readonly { readonly name: string; readonly type: string }[]>;
  /** Hands each message of a `COPY … TO STDOUT` to `take`. */
  copy(sql: string, take: (message: Buffer) => void): Promise<void>;
}

const longestConnect = 15_000;
const closeMilliseconds = 5_000;

/** No value is parsed twice, and none becomes a date of the machine's time zone. */
const asText: CustomTypesConfig = { getTypeParser: () => (text: unknown) => text };

/**
 * The same answers whatever the server's configuration, and an end to each statement. Set inside the transaction, since
 * a pool between us and the server refuses settings when a connection starts.
 */
function preamble(timeout: number): readonly string[] {
  return [
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    `SET LOCAL statement_timeout = ${timeout}`,
    `SET LOCAL idle_in_transaction_session_timeout = ${timeout}`,
    // The day of a moment must not depend on where a server stands.
    "SET LOCAL TimeZone = 'UTC'",
    // A scan begins where another one is: the same rows, in another order.
    "SET LOCAL synchronize_seqscans = off",
  ];
}

async function passwordOf(server: PostgresServer): Promise<string | undefined> {
  if (server.passwordFile === undefined) return server.password;
  return (await readFile(server.passwordFile, "utf8")).replace(/\r?\n$/, "");
}

/** Ends a connection, without waiting for a server that does not answer. */
async function close(client: Client): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      client.connection.stream.destroy();
      resolve();
    }, closeMilliseconds);
  });
  await Promise.race([client.end().catch(() => undefined), late]);
  clearTimeout(timer);
}

function sessionOf(client: Client): PostgresSession {
  return {
    rows: async (text, values = []) =>
      (await client.query<(string | null)[], string[]>({ text, values: [...values], rowMode: "array" })).rows,
    columns: async (text) =>
      (await client.query({ text, rowMode: "array" })).fields.map(({ name, dataTypeID }) => ({
        name,
        type: String(dataTypeID),
      })),
    copy: (sql, take) =>
      new Promise((resolve, reject) => {
        client.query(
          new CopyOut(sql, take, (failure) => (failure === undefined ? resolve() : reject(failure as Error))),
        );
      }),
  };
}

/**
 * Runs `use` in a read-only transaction of its own, so that all it reads is of one moment.
 * @throws DataError DATA_UNREADABLE, without address, password or value
 */
export async function withPostgres<T>(
  server: PostgresServer,
  use: (session: PostgresSession) => Promise<T>,
): Promise<T> {
  let client: Client | undefined;
  try {
    const { default: pg } = await import("pg");
    client = new pg.Client({
      connectionString: verifiedAddress(server.url),
      connectionTimeoutMillis: Math.min(longestConnect, server.timeout),
      // The server ends a statement first; this is for a server that is gone.
      query_timeout: server.timeout + 10_000,
      fallback_application_name: "konsil",
      keepAlive: true,
      types: asText,
    });
    // A connection that breaks is an error of the statement that waits for it, and nothing else.
    client.on("error", () => undefined);
    const password = await passwordOf(server);
    if (password !== undefined) client.password = password;
    await client.connect();
    await client.query(preamble(server.timeout).join("; "));
    const result = await use(sessionOf(client));
    await client.query("COMMIT");
    return result;
  } catch (thrown) {
    throw failureOf(thrown, server.label);
  } finally {
    if (client !== undefined) await close(client);
  }
}
