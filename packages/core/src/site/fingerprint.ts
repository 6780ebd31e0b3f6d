import { z } from "zod";
import { contentHash } from "../encoding/index.ts";
import type { Policy } from "../policy/index.ts";

/**
 * Of the policy and the rows that a site answered by: in one analysis the same where they are the same. Made with a secret
 * of the site, so that nobody else can tell what they are, or try out what they might be.
 */
export interface Fingerprint {
  readonly policy: string;
  /** Of how many rows the database has. */
  readonly rows: string;
  /** Of each column that was read, as the database has it: all rows, before any filter. */
  readonly columns: readonly (readonly [name: string, fingerprint: string])[];
}

const mark = z.string().regex(/^[0-9a-f]{16}$/);

/** Reads a fingerprint. Each part is of one length, so that it holds nothing else. */
export const fingerprintSchema: z.ZodType<Fingerprint> = z.strictObject({
  policy: mark,
  rows: mark,
  columns: z.array(z.tuple([z.string(), mark])),
});

/** What a fingerprint is of. */
export interface State {
  readonly database: string;
  readonly policy: Policy;
  readonly rows: number;
  /** Digests of the columns that were read. */
  readonly digests: ReadonlyMap<string, string>;
}

/**
 * The fingerprint of a state, for one analysis at one site: of two analyses, sites, databases or columns none is like
 * another, whatever they hold. Each part is 64 bits of a hash whose key is secret, so that it tells only what is equal to what.
 */
export function fingerprint(
  secret: string,
  { analysis, site }: { readonly analysis: string; readonly site: string },
  { database, policy, rows, digests }: State,
): Fingerprint {
  const key = contentHash([secret, analysis, site]);
  // 64 of the 512 bits of SHA-512: too few to go on from to the hash of a longer text.
  const marked = (...what: readonly unknown[]): string => contentHash([key, ...what]).slice(0, 16);
  return {
    policy: marked("policy", policy),
    rows: marked("rows", database, rows),
    columns: [...digests].map(([name, digest]) => [name, marked("column", database, name, digest)]),
  };
}
