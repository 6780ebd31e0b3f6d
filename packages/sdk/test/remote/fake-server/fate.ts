/** What becomes of one run, beyond an honest answer at once. Milliseconds. */
export interface Fate {
  /** Until a container starts, and until it ends. */
  readonly pending?: number;
  readonly active?: number;
  /** The status in which it ends instead of "completed"; "never" does not end at all. */
  readonly end?: string;
  /** Whether the server says when it finished, for such an end. */
  readonly isFinished?: boolean;
  readonly log?: string;
  /** What is wrong with its result. */
  readonly result?: "truncated" | "swapped" | "for another key" | "of another image" | "not base64" | "empty";
  /** Its result is stored a while after its status says so. */
  readonly late?: number;
  /** Its row is listed twice. */
  readonly isDouble?: boolean;
  /** A while after the others. */
  readonly rowAfter?: number;
}

/** What becomes of one request over HTTP. */
export type Fault =
  /** The connection ends before the server did anything, or after it did it all. */
  | "lost request"
  | "lost reply"
  /** The connection ends in the middle of the reply. */
  | "half a reply"
  /** The reply is that of a web server that gave up waiting, by default a 504; the server does it after so many ms. */
  | { readonly late: number; readonly status?: number }
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>> };

export interface Call {
  readonly method: string;
  /** Below the base, without its query: "/task". */
  readonly path: string;
  readonly query: URLSearchParams;
  /** How often this method and path were called before. */
  readonly before: number;
}

export interface Faults {
  readonly call?: (call: Call) => Fault | undefined;
  readonly fate?: (site: string, task: number) => Fate | undefined;
}
