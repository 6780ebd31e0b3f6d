/** One round as a transport carries it: the same bytes for every site. */
export interface Round {
  /** Opaque and unique: lets a transport find out whether the round was submitted before. */
  readonly key: string;
  readonly sites: readonly string[];
  readonly request: Uint8Array;
}

/** What came back from one site: the bytes of its reply, or why there are none. */
export type Delivery =
  | { readonly site: string; readonly reply: Uint8Array }
  | { readonly site: string; readonly failed: "unavailable" | "crashed"; readonly message: string };

/** Carries rounds to sites and replies back. Knows nothing of what is in them. */
export interface Transport {
  readonly sites: readonly string[];
  /** The task of a round that was submitted before, by its key. */
  find(key: string): Promise<string | undefined>;
  submit(round: Round): Promise<string>;
  /** One delivery for each site, in whatever order they come. Ends early when the signal aborts. */
  replies(task: string, signal: AbortSignal): AsyncIterable<Delivery>;
  kill(task: string): Promise<void>;
}
