import type { ErrorCode } from "../errors/index.ts";

/** One round as a transport carries it: the same bytes for every site. */
export interface Round {
  /** Opaque and unique: lets a transport find out whether the round was submitted before. */
  readonly key: string;
  readonly sites: readonly string[];
  readonly request: Uint8Array;
  /** Label of the database that the request reads: a transport may have to name it in clear. */
  readonly database: string;
}

/** Why a site gives no reply. */
export interface Undelivered {
  readonly site: string;
  readonly failed: ErrorCode;
  /** With `{site}` where the site is to be named; says what to do. */
  readonly message: string;
}

/** What came back from one site: the bytes of its reply, or why there are none. */
export type Delivery = { readonly site: string; readonly reply: Uint8Array } | Undelivered;

/** What a transport sees of a site at work, before its reply is there. */
export type SiteNews =
  | { readonly type: "site-started"; readonly site: string }
  /** What the site's program printed: whoever operates the server can read it too. */
  | { readonly type: "site-log"; readonly site: string; readonly text: string }
  /** The site does not work on it, and why; it may yet come. */
  | { readonly type: "site-waiting"; readonly site: string; readonly why: string };

/** A public key that nobody here has compared yet. */
export interface FirstKey {
  readonly site: string;
  /** SHA-256 in groups of four digits, for people to compare. */
  readonly fingerprint: string;
}

/** What a transport finds before anything is sent that keeps no site from answering. */
export type PreflightNews =
  /** What is sent from now on is encrypted for these keys, which were not known before: compare them by telephone. */
  | { readonly type: "keys-first-seen"; readonly keys: readonly FirstKey[] }
  | { readonly type: "warning"; readonly message: string };

/** A round that was sent and whose task is not known: it may be made yet. */
export interface Underway {
  /** When it was last sent, in milliseconds since 1970; infinite where nobody knows. */
  readonly since: number;
  readonly signal: AbortSignal;
  /** Hears why nothing is sent, and until when at the latest. */
  readonly tell: (why: string, until: Date) => void;
}

/**
 * Notes, before a round is sent, that its task may be made from now on, or (null) that certainly none was made. What
 * is to be sent waits for it.
 */
export type NoteSending = (at: Date | null) => Promise<void>;

/** Carries rounds to sites and replies back. Knows nothing of what is in them. */
export interface Transport {
  readonly sites: readonly string[];
  /**
   * The task of a round that was submitted before, or may have been, by its key. Where the round is under way, a
   * transport says that there is none only when none can be made any more.
   */
  find(key: string, underway?: Underway, signal?: AbortSignal): Promise<string | undefined>;
  /** Sends nothing any more once the signal has aborted. Without `note` nobody can take up what was sent. */
  submit(round: Round, signal?: AbortSignal, note?: NoteSending): Promise<string>;
  /** One delivery for each site, in whatever order they come. Ends early when the signal aborts. */
  replies(task: string, signal: AbortSignal, tell?: (news: SiteNews) => void): AsyncIterable<Delivery>;
  kill(task: string): Promise<void>;
  /**
   * Makes a task of another process known, so that its replies can be had. Absent where tasks end with their process.
   * @throws ArgumentError for a task that is none of Konsil's
   */
  attach?(task: string, signal?: AbortSignal): Promise<void>;
  /** What keeps sites from answering, as far as can be known before anything is sent to them. */
  preflight?(
    request: { readonly sites: readonly string[]; readonly database: string },
    signal: AbortSignal,
    tell: (news: PreflightNews) => void,
  ): Promise<readonly Undelivered[]>;
}
