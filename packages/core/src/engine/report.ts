import type { DataInWords } from "../data/index.ts";
import type { ErrorCode } from "../errors/index.ts";
import type { Identity, PolicyNote, ReleaseNote, RowsNote } from "../site/index.ts";

/** What became of a site in an analysis. */
export type SiteState = "answered" | "abstained" | "refused" | "failed";

export interface SiteReport {
  readonly site: string;
  readonly state: SiteState;
  /** Why it did not answer, and by which rule. */
  readonly code: ErrorCode | null;
  readonly message: string | null;
  /** Rows behind the last step that it answered: those of the final estimate. */
  readonly rows: RowsNote | null;
  readonly policy: PolicyNote | null;
}

/** One round: a question and when each site answered it. */
export interface RoundReport {
  readonly step: string;
  readonly version: number;
  readonly seconds: number;
  /** Whether it was read from a journal and not asked anew. */
  readonly replayed: boolean;
  readonly sites: readonly { readonly site: string; readonly state: SiteState; readonly seconds: number }[];
}

/** What left a site in one field of a step, over all rounds in which it was asked. */
export interface ReleaseReport extends ReleaseNote {
  readonly site: string;
  readonly step: string;
  readonly rounds: number;
}

/** How an analysis was done: what a reader needs in order to judge its result, and a steward to see what left. */
export interface Report {
  readonly analysis: string;
  readonly algorithm: Identity;
  /** Of which rows, with which columns that the sites computed. */
  readonly data: DataInWords;
  readonly startedAt: string;
  readonly seconds: number;
  readonly sites: readonly SiteReport[];
  readonly rounds: readonly RoundReport[];
  readonly released: readonly ReleaseReport[];
  /** Cells that left as intervals. */
  readonly cellsMasked: number;
  /** Who saw the statistics of single sites. */
  readonly seenBy: string;
  /** How exactly event times left: "exact", "lattice of 30 days", or null when none did. */
  readonly exactness: string | null;
  readonly warnings: readonly string[];
  /** Rules that this version does not yet enforce. */
  readonly notGuarded: readonly string[];
  readonly versions: { readonly konsil: string };
}

/** What a policy would want guarded and this version does not guard. Said in every report. */
export const notGuarded: readonly string[] = [
  "two overlapping row sets can be subtracted from each other: there is no ledger",
  "models can be solved for single people, in a band of values or with forms of arithmetic from one answer, over all rows from the answers of a fit: numbers of people are whole, so that each sum, with its 50 binary digits, is worth many equations, and bounds on evaluations, forms and values are for linear equations only",
  "masked cells are protected against tables of one variable of the same levels: tables of two beside one of three, and other cuts of the same columns, or other levels left out, put together or renamed, can tell them",
  "a table of one variable, less that of two, tells how many at a level of the one lack the other, however few they are",
  "any column can be the time: tests and Cox models by site tell of who has the most of it, and batches tell the most itself, to the width of the lattice, since the last batch ends where the last of its people left",
  "evaluations are counted by columns and rows: with another column, whose coefficient is zero, a model is counted anew, up to the bound for all models of a column, and with a filter that leaves out k people or more, anew altogether; log-rank tests are not counted at all, whatever their event, times and strata",
  "evaluations and forms of arithmetic are counted as long as a site remembers them (a node in its volume, another until it ends), evaluations until its rows change, and a copy of a database is another",
  "a flag, or a refusal because of a value (not finite, negative, neither 0 nor 1, too far from the mean), can tell of one person: where refusals begin is the exact value of whoever has the most of a column, or of a sum of columns",
  "the list of sites in a request is the researcher's word: requests are not signed",
  "names of levels that few organizations have reach the researcher's desk",
  "regressions tell how many people two two-valued columns have in common, and sums over these people, and how many the reference level has by subtraction",
  "curves of groups can be taken away from the curve of all: this tells how many had an event, or had none, in a group from whose curve a site abstains, and, where batches end together, how many of any group, however few, left in between",
  "two columns whose difference singles out one person pass, where either does, such as two steps that arithmetic makes",
];

/** The version of the packages, raised with each release. */
export const version = "0.1.0";
