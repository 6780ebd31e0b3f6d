import type { Fingerprint } from "../site/index.ts";

/** What of a site is not what it was in an earlier round. Plain JSON. */
export interface Change {
  readonly site: string;
  readonly what: "rows" | "policy" | "rows and policy";
}

/** How a change is said; a site that lost its secret tells of both. */
const words: Readonly<Record<Change["what"], string>> = {
  rows: "The rows at {site} changed",
  policy: "The policy of {site} changed",
  "rows and policy": "The rows at {site} and its policy changed, or it was set up anew,",
};

/** `{site}` stands where the site is to be named. */
export function changeInWords({ what }: Change): string {
  return words[what];
}

interface Seen {
  readonly policy: string;
  readonly rows: string;
  readonly columns: Map<string, string>;
}

/** The fingerprints of the sites' answers in one attempt, which all have to be of one state of each site. */
export class Fingerprints {
  readonly #seen = new Map<string, Seen>();

  /** Takes the fingerprint of one more answer, or says what differs from those before. */
  take(site: string, { policy, rows, columns }: Fingerprint): Change | undefined {
    const seen = this.#seen.get(site) ?? { policy, rows, columns: new Map<string, string>() };
    const hasRows =
      seen.rows === rows && columns.every(([name, mark]) => (seen.columns.get(name) ?? mark) === mark);
    const hasPolicy = seen.policy === policy;
    if (!hasRows) return { site, what: hasPolicy ? "rows" : "rows and policy" };
    if (!hasPolicy) return { site, what: "policy" };
    for (const [name, mark] of columns) seen.columns.set(name, mark);
    this.#seen.set(site, seen);
    return undefined;
  }
}
