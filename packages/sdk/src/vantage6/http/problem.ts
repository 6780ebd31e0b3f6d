import { decodePythonJson, type ErrorCode, ServerError } from "@konsil/core";
import { z } from "zod";
import type { Answer, Call } from "./call.ts";
import { isEcho } from "./echo.ts";
import { type Sent, sentWith } from "./sent.ts";

/** "message" is what Flask itself writes, for a method that does not exist. "msg" can hold what belongs in "errors". */
const explanation = z.object({
  msg: z.unknown().optional(),
  message: z.unknown().optional(),
  errors: z.unknown().optional(),
});

const longestWords = 500;

/** Bytes beyond which an answer explains nothing: it is not read to find out. */
const longestExplanation = 64 * 1024;

/** Lists of fields nest no deeper where somebody wrote them. */
const deepest = 8;

/** Text as it is; what is wrong with fields as "rules: 0: Must be greater than 0." */
function flat(value: unknown, depth = 0): string {
  if (typeof value === "string") return value;
  if (value === undefined || value === null) return "";
  if (typeof value !== "object") return JSON.stringify(value);
  if (depth === deepest) return "…";
  if (Array.isArray(value)) return value.map((one) => flat(one, depth + 1)).join(", ");
  return Object.entries(value)
    .map(([field, problems]) => `${field}: ${flat(problems, depth + 1)}`)
    .join("; ");
}

/** The server's own words. */
function saidIn({ bytes }: Answer): string | undefined {
  if (bytes.length > longestExplanation) return undefined;
  let body: unknown;
  try {
    body = decodePythonJson(bytes);
  } catch {
    return undefined;
  }
  const read = explanation.safeParse(body);
  if (!read.success) return undefined;
  const { msg, message, errors } = read.data;
  const words = [flat(msg ?? message), flat(errors)].filter((part) => part !== "").join("; ");
  return words === "" ? undefined : words;
}

/** As much of a server's words as is looked at. */
const longestRead = 2000;

/** A token of a session, whoever's, or a part of one. */
const token = /eyJ[\w-]{8,}(\.[\w-]*){0,2}/g;

/**
 * What a server says, in a sentence: cut short, and without what a terminal would take for commands. None of it where
 * it repeats what it was sent, which may be a password: some answer to a body with all of it.
 */
function saying(words: string, sent: Sent): string {
  const read = words.slice(0, longestRead);
  if (isEcho(read, sent)) return "What the server says is left out: it repeats what it was sent.";
  const line = read
    .replace(token, "…")
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim();
  return `The server says: "${line.length > longestWords ? `${line.slice(0, longestWords)}…` : line}"`;
}

/** Statuses after which the same question may be answered. */
export function isPassing(answer: Answer): boolean {
  const { status } = answer;
  if ([408, 425, 429, 502, 503, 504].includes(status)) return true;
  // vantage6 answers 500 to some malformed questions too, which no repetition mends, and then says what was wrong.
  return status === 500 && /unexpected error|^$/i.test(saidIn(answer) ?? "");
}

/** How Flask refuses a token, by status: in these words and no others, since a field may be wrong too. */
const overWords: Readonly<Record<number, RegExp>> = {
  401: /^(token has (expired|been revoked)|missing authorization header)\.?$/i,
  // A server that makes its secret anew when it starts does not know the signature of yesterday's tokens.
  422: /^(signature verification failed|not enough segments|invalid (header|payload|crypto) (padding|string: .*)|only non-refresh tokens are allowed|the token is not yet valid \(\w+\))\.?$/i,
};

/** Whether the server refused because of a token that is over, or that it no longer knows; it then did nothing. */
export function saysTokenIsOver(answer: Answer): boolean {
  const words = overWords[answer.status];
  return words?.test(saidIn(answer) ?? "") ?? false;
}

/** Seconds until the server wants to be asked again, in milliseconds, of a number or a date. */
export function retryAfter({ headers }: Answer): number {
  const text = headers["retry-after"];
  if (text === undefined) return 0;
  const seconds = Number(text);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const at = Date.parse(text);
  return Number.isNaN(at) ? 0 : Math.max(0, at - Date.now());
}

interface Told {
  readonly code: ErrorCode;
  readonly what: string;
}

/** How web servers of Go, nginx and Apache refuse what is not encrypted. */
const wantsTls =
  /HTTP request (was sent )?to (an )?HTTPS (server|port)|speaking plain HTTP to an SSL-enabled/i;

function saysTls({ status, bytes }: Answer): boolean {
  if (status !== 400 && status !== 497) return false;
  return bytes.length <= longestExplanation && wantsTls.test(new TextDecoder().decode(bytes));
}

function refusal(answer: Answer, words: string | undefined): Told {
  const { status } = answer;
  if (saysTokenIsOver(answer))
    return { code: "SESSION_EXPIRED", what: "The session at the server is over. Call connect() again." };
  if (status === 401 || status === 403)
    return {
      code: "PERMISSION_DENIED",
      what: "The server does not permit you this. Ask whoever administers your organization there for a role that does.",
    };
  if (status === 404 && words !== undefined)
    return { code: "NOT_FOUND", what: "The server has no such thing, or does not show it to you." };
  if (status === 404)
    return {
      code: "SERVER_VERSION",
      what: 'What answers there does not know this question: it is no vantage6 server, or one of another version. Check the address, which often ends in "/api".',
    };
  if (status === 405 || status === 501)
    return {
      code: "SERVER_VERSION",
      what: "The server cannot do this: it is of another version, or this part of it is turned off.",
    };
  if (saysTls(answer))
    return {
      code: "SERVER_ANSWER_INVALID",
      what: 'The server speaks TLS there, and was asked without it: write "https://" in the address.',
    };
  if (words === undefined)
    return {
      code: "REQUEST_REJECTED",
      what: "The server does not accept this request, and does not say why: perhaps it is no vantage6 server, or something before it refuses. Check the address, and ask its administrator.",
    };
  return {
    code: "REQUEST_REJECTED",
    what: "The server does not accept this request. Mend what it names, and send it again.",
  };
}

/** ` ("https://login.example.org")`: where an answer sends on to, without its path and query, which may hold secrets. */
function elsewhere({ headers }: Answer): string {
  const location = headers["location"] ?? "";
  return URL.canParse(location) ? ` ("${new URL(location).origin}")` : "";
}

function told(answer: Answer, words: string | undefined): Told {
  const { status } = answer;
  if (status < 400)
    return {
      code: "SERVER_ANSWER_INVALID",
      what: `The server sends on to another address${elsewhere(answer)}, which is not followed: passwords and tokens would go there. Connect to that address if you trust it.`,
    };
  if (status === 429 || status === 503) {
    const wait = Math.ceil(retryAfter(answer) / 1000);
    return {
      code: "SERVER_BUSY",
      what: `The server is overloaded, or asked too often. Try again ${wait > 0 ? `in ${wait} s` : "in a while"}.`,
    };
  }
  if (status === 408 || status === 504)
    return { code: "SERVER_TIMEOUT", what: "The server was too slow. Try again in a while." };
  if (status >= 500 && status !== 501)
    return {
      code: "SERVER_FAILED",
      what: "The server failed inside. Try again in a while; if it stays so, its administrator finds the cause in its log.",
    };
  return refusal(answer, words);
}

/** The question without its query and its body: they may hold secrets. */
function asked(call: Call<unknown>, base: string): string {
  return `${call.method} ${base}${call.path}`;
}

/**
 * An error for an answer that is none.
 * @param secrets what the server was told besides the question
 */
export function problem(
  call: Call<unknown>,
  base: string,
  answer: Answer,
  secrets: readonly string[],
): ServerError {
  const words = saidIn(answer);
  const { code, what } = told(answer, words);
  const said = words === undefined ? "" : ` ${saying(words, sentWith(call, secrets))}`;
  return new ServerError(
    code,
    `${call.knownProblems?.[answer.status] ?? what}${said} (${asked(call, base)}: ${answer.status})`,
    { status: answer.status },
  );
}

/** An error for an answer that cannot be read. */
export function unreadable(call: Call<unknown>, base: string, { status }: Answer, why: string): ServerError {
  return new ServerError(
    "SERVER_ANSWER_INVALID",
    `What answers at ${base} is no vantage6 server, or one of another version: ${why}. Check the address, which often ends in "/api", and whether something between answers in the server's place. (${asked(call, base)}: ${status})`,
    { status },
  );
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ENOTFOUND: "there is no machine of this name",
  EAI_AGAIN: "names of machines cannot be looked up at the moment",
  EHOSTUNREACH: "there is no way to that machine",
  ENETUNREACH: "there is no way to that network",
  ECONNRESET: "the connection was lost",
  EPIPE: "the connection was lost",
  ERR_BAD_RESPONSE: "its answer broke off",
  EPROTO:
    'it does not speak TLS there (write "http://" if that is so; to another machine this needs { allowInsecure: true }, and whoever is on the way reads along)',
};

/**
 * Whether a connection was never made, so that nothing went over it. A code does not tell: one that was made is lost with
 * the same, after everything was sent.
 */
export function wasUnconnected(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // One for each address of a name that has several.
  if ("errors" in error && Array.isArray(error.errors) && error.errors.length > 0)
    return error.errors.every(wasUnconnected);
  return "syscall" in error && (error.syscall === "connect" || error.syscall === "getaddrinfo");
}

/** Codes of Node and OpenSSL for a certificate that proves nothing. */
const untrusted = /CERT|SIGNED|VERIFY|ALTNAME|ISSUER|CRL|INVALID_CA|INVALID_PURPOSE/;

/** An error for no answer. What axios threw is not its cause: that holds the whole request. */
export function unreachable(
  call: Call<unknown>,
  base: string,
  { code, unsent }: { readonly code: string; readonly unsent: boolean },
): ServerError {
  const where = `(${asked(call, base)})`;
  if (untrusted.test(code))
    return new ServerError(
      "SERVER_UNTRUSTED",
      `The server at ${base} does not prove who it is: its certificate is not accepted (${code}). Nothing was sent. If your institution has an authority of its own, give its certificate: connect(address, { …, certificates: await readFile("authority.pem", "utf8") }); otherwise the server's administrator has to mend it. ${where}`,
      { unsent: true },
    );
  if (code === "ECONNABORTED" || code === "ETIMEDOUT" || code === "ESOCKETTIMEDOUT")
    return new ServerError(
      "SERVER_TIMEOUT",
      `The server at ${base} did not answer in time. Try again in a while, or give it longer: connect(address, { …, timeout: 120_000 }). ${where}`,
    );
  if (code === "TOO_LARGE")
    return new ServerError(
      "SERVER_ANSWER_INVALID",
      `The server at ${base} sent more than is read at once. Ask for less, by a filter. ${where}`,
    );
  if (code === "ERR_FR_TOO_MANY_REDIRECTS" || code === "ERR_BAD_REQUEST" || code === "ERR_INVALID_URL")
    return new ServerError(
      "SERVER_ANSWER_INVALID",
      `The server at ${base} cannot be asked (${code}). ${where}`,
    );
  return new ServerError(
    "SERVER_UNREACHABLE",
    `The server at ${base} cannot be reached: ${reasons[code] ?? `the connection failed${code === "" ? "" : ` (${code})`}`}. Check the address and your network; behind a proxy set HTTPS_PROXY. ${where}`,
    { unsent },
  );
}
