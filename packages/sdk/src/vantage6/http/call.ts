export type Method = "GET" | "POST" | "PATCH" | "DELETE";

export type QueryValue = string | number | boolean | readonly number[] | undefined;

export type Query = Readonly<Record<string, QueryValue>>;

/** What a server answered to a question that it did not refuse. */
export interface Answer {
  readonly status: number;
  readonly bytes: Uint8Array;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A question to a server, and how its answer is read. A dialect makes them; nobody else knows a path. */
export interface Call<T> {
  readonly method: Method;
  /** Below the server's address, beginning with "/". */
  readonly path: string;
  readonly query?: Query | undefined;
  /** Sent as JSON, unless it is bytes. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Of a login: nobody is logged in yet. */
  readonly isPublic?: boolean | undefined;
  /** Whether it changes nothing to send it again: GET, and what is as harmless. */
  readonly isRepeatable?: boolean | undefined;
  /** Bytes of any size may take longer than a question. */
  readonly isLarge?: boolean | undefined;
  /** What to say instead, by status, where the server's own words mislead. */
  readonly knownProblems?: Readonly<Record<number, string>> | undefined;
  /** @throws Unreadable */
  read(answer: Answer): T;
}

/** An answer that is not what the dialect expects. Says what is wrong with it, and holds nothing of it. */
export class Unreadable extends Error {}
