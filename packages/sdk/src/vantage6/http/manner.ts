import { rootCertificates } from "node:tls";

/** How requests are sent. Times are milliseconds. */
export interface Manner {
  /** For one answer, from the first byte sent to the last byte read. */
  readonly timeout: number;
  /** The same for bytes of the blob store. */
  readonly largeTimeout: number;
  /** How often a GET is sent again. */
  readonly retries: number;
  /** Before the first repetition; doubled each time. */
  readonly pause: number;
  /** The longest that a server is left alone which wants to be. */
  readonly longestPause: number;
  /** The largest answer, in bytes: more than any statistics are. */
  readonly largestAnswer: number;
  /** Certificates of authorities to trust besides the usual ones, as PEM. */
  readonly certificates?: string | undefined;
}

export const usualManner: Manner = {
  timeout: 60_000,
  largeTimeout: 1_800_000,
  retries: 4,
  pause: 250,
  longestPause: 60_000,
  largestAnswer: 512 * 1024 * 1024,
};

/** Options of a connection that trusts these authorities besides the usual ones. */
export function authorities(certificates: string | undefined): { readonly ca?: string[] } {
  return certificates === undefined ? {} : { ca: [...rootCertificates, certificates] };
}
