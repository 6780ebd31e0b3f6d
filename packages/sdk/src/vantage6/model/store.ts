import type { Reference } from "./things.ts";

export interface StoreArgument {
  readonly name: string;
  /** "column", "string", "integer", "float", "boolean", "json", "organization", or a list of one of these. */
  readonly type: string;
  readonly displayName: string | null;
  readonly description: string | null;
  readonly hasDefaultValue: boolean;
  /** As text, whatever its type. */
  readonly defaultValue: string | null;
}

export interface StoreDatabase {
  readonly name: string;
  readonly description: string | null;
}

export interface StoreFunction {
  readonly name: string;
  /** "central" or "federated". */
  readonly type: string;
  readonly displayName: string | null;
  readonly description: string | null;
  readonly databases: readonly StoreDatabase[];
  readonly arguments: readonly StoreArgument[];
}

export interface StoreAlgorithm {
  readonly id: number;
  readonly name: string;
  readonly description: string | null;
  readonly image: string;
  /** Of the image that was approved. */
  readonly digest: string | null;
  readonly partitioning: string;
  readonly vantage6Version: string | null;
  readonly codeUrl: string | null;
  readonly documentationUrl: string | null;
  /** "approved", "under review" and others. */
  readonly status: string;
  readonly submittedAt: Date | null;
  readonly approvedAt: Date | null;
  readonly invalidatedAt: Date | null;
  readonly functions: readonly StoreFunction[];
}

export interface StoreReview {
  readonly id: number;
  readonly status: string;
  readonly comment: string | null;
  readonly algorithm: Reference | null;
  /** Of the store's users. */
  readonly reviewer: Reference | null;
}

export interface StoreUser {
  readonly id: number;
  readonly username: string;
  readonly email: string | null;
  readonly organization: number | null;
}

export interface StoreRole {
  readonly id: number;
  readonly name: string;
  readonly description: string | null;
}

export interface StoreRule {
  readonly id: number;
  readonly name: string;
  readonly operation: string;
  readonly description: string | null;
}

export interface StoreAlgorithmFilter {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  /** A whole name, not a pattern: the store asks the image's registry for it. */
  readonly image?: string | undefined;
  readonly partitioning?: string | undefined;
  readonly vantage6Version?: string | undefined;
  /** One of four, each for a state other than approved. */
  readonly awaitingReviewer?: boolean | undefined;
  readonly underReview?: boolean | undefined;
  readonly inReviewProcess?: boolean | undefined;
  readonly invalidated?: boolean | undefined;
}

export interface StoreReviewFilter {
  readonly algorithm?: number | undefined;
  readonly reviewer?: number | undefined;
  readonly underReview?: boolean | undefined;
  readonly reviewed?: boolean | undefined;
  readonly approved?: boolean | undefined;
  readonly rejected?: boolean | undefined;
}

/** An algorithm to be entered in a store; `konsil` writes it for an image of its own as algorithm_store.json. */
export interface NewStoreAlgorithm {
  readonly name: string;
  readonly description?: string | undefined;
  readonly image: string;
  readonly partitioning: "horizontal" | "vertical";
  readonly vantage6Version: string;
  readonly codeUrl: string;
  readonly documentationUrl?: string | undefined;
  readonly submissionComments?: string | undefined;
  /** As vantage6 writes functions in JSON. */
  readonly functions: readonly Readonly<Record<string, unknown>>[];
}

export interface StoreAlgorithmFields extends Partial<NewStoreAlgorithm> {
  /** Look up the image's digest again. */
  readonly refreshDigest?: boolean | undefined;
}

export interface NewStoreReview {
  readonly algorithm: number;
  readonly reviewer: number;
}

export interface StoreUserFilter {
  readonly username?: string | undefined;
  readonly role?: number | undefined;
}

/** A user of the server who may do something in the store. */
export interface NewStoreUser {
  readonly username: string;
  readonly roles: readonly number[];
}

export interface StoreUserFields {
  readonly roles: readonly number[];
}

export interface StoreRoleFilter {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly user?: number | undefined;
}

export interface NewStoreRole {
  readonly name: string;
  readonly description?: string | undefined;
  readonly rules: readonly number[];
}

export interface StoreRoleFields {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly rules?: readonly number[] | undefined;
}

export interface StoreRuleFilter {
  readonly name?: string | undefined;
  /** "view", "create", "edit", "delete" and others; not a pattern. */
  readonly operation?: string | undefined;
  readonly role?: number | undefined;
  /** Rules of a user of a server; a whole name, not a pattern. */
  readonly username?: string | undefined;
  /** The user's server, by its address. Default: the one whose user asks. */
  readonly server?: string | undefined;
}

/** A store's policies by name, as it has them. */
export type StorePolicies = Readonly<Record<string, unknown>>;
