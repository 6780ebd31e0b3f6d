/** What a reply is about to disclose, as a ledger against differencing needs to know it. */
export interface Disclosure {
  readonly analysis: string;
  readonly step: string;
  readonly round: string;
  readonly roster: readonly string[];
  readonly columns: readonly string[];
  /** Hash of the specification that selects the rows. */
  readonly rowSet: string;
}

/** Remembers what a site has answered. `admit` throws a Withholding when a reply, with the earlier ones, would tell too much. */
export interface Ledger {
  readonly name: string;
  admit(disclosure: Disclosure): Promise<void>;
}

/** No ledger: every reply is admitted, and the report says "ledger: none". */
export const noLedger: Ledger = { name: "none", admit: async () => undefined };
