import { ArgumentError, checkOptionNames } from "@konsil/core";
import type { StoreDialect } from "./dialect/index.ts";
import type {
  NewStoreAlgorithm,
  NewStoreReview,
  NewStoreRole,
  NewStoreUser,
  StoreAlgorithm,
  StoreAlgorithmFields,
  StoreAlgorithmFilter,
  StorePolicies,
  StoreReview,
  StoreReviewFilter,
  StoreRole,
  StoreRoleFields,
  StoreRoleFilter,
  StoreRule,
  StoreRuleFilter,
  StoreUser,
  StoreUserFields,
  StoreUserFilter,
} from "./model/index.ts";
import {
  type Creatable,
  creatable,
  type Deletable,
  deletable,
  type Listing,
  listing,
  type Resource,
  resource,
  type Send,
  type Updatable,
  updatable,
} from "./resources/resource.ts";

export interface StoreOptions {
  /** The server's address as the store knows it. Default: the address of `connect`. */
  readonly serverAddress?: string | undefined;
  /** Ask a store on another machine without encryption. Default: as `connect` was told. */
  readonly allowInsecure?: boolean | undefined;
}

export interface StoreAlgorithms
  extends Resource<StoreAlgorithm, StoreAlgorithmFilter>,
    Creatable<NewStoreAlgorithm, StoreAlgorithm>,
    Updatable<StoreAlgorithmFields, StoreAlgorithm> {
  delete(id: number): Promise<void>;
  /** Takes an algorithm out of use, and keeps it on record. */
  invalidate(id: number): Promise<void>;
}

export interface StoreReviews
  extends Resource<StoreReview, StoreReviewFilter>,
    Creatable<NewStoreReview, StoreReview> {
  delete(id: number): Promise<void>;
  approve(id: number, comment?: string): Promise<void>;
  reject(id: number, comment?: string): Promise<void>;
}

/** Users of the server who may do something in the store. `create` is what vantage6 calls "register". */
export interface StoreUsers
  extends Resource<StoreUser, StoreUserFilter>,
    Creatable<NewStoreUser, StoreUser>,
    Updatable<StoreUserFields, StoreUser>,
    Deletable {}

export interface StoreRoles
  extends Resource<StoreRole, StoreRoleFilter>,
    Creatable<NewStoreRole, StoreRole>,
    Updatable<StoreRoleFields, StoreRole>,
    Deletable {}

/** An algorithm store, as a user of the server sees it. */
export interface Store {
  readonly address: string;
  version(): Promise<string>;
  readonly algorithms: StoreAlgorithms;
  readonly reviews: StoreReviews;
  readonly users: StoreUsers;
  readonly roles: StoreRoles;
  readonly rules: Listing<StoreRule, StoreRuleFilter>;
  /** What the store permits, by name: all of it, or what it tells everybody. */
  policies(options?: { readonly public?: boolean | undefined }): Promise<StorePolicies>;
}

/** @throws ArgumentError for more than one of the states, of which the store takes one */
function checkState(filter: StoreAlgorithmFilter = {}): StoreAlgorithmFilter {
  const { awaitingReviewer, underReview, inReviewProcess, invalidated } = filter;
  const asked = [awaitingReviewer, underReview, inReviewProcess, invalidated].filter((one) => one === true);
  if (asked.length > 1)
    throw new ArgumentError(
      "ARGUMENT_INVALID",
      "Algorithms of a store are listed by one of awaitingReviewer, underReview, inReviewProcess and invalidated. Ask once for each.",
    );
  return filter;
}

export function makeStore(address: string, send: Send, dialect: StoreDialect): Store {
  const { algorithms, reviews, users, roles, rules } = dialect;
  const algorithmList = resource(send, algorithms);
  return {
    address,
    version: async () => send(dialect.version()),
    algorithms: {
      ...algorithmList,
      list: (filter) => algorithmList.list(checkState(filter)),
      ...creatable(send, algorithms),
      ...updatable(send, algorithms),
      delete: async (id) => send(algorithms.delete(id, false)),
      invalidate: async (id) => send(algorithms.invalidate(id)),
    },
    reviews: {
      ...resource(send, reviews),
      ...creatable(send, reviews),
      delete: async (id) => send(reviews.delete(id, false)),
      approve: async (id, comment) => send(reviews.approve(id, comment)),
      reject: async (id, comment) => send(reviews.reject(id, comment)),
    },
    users: {
      ...resource(send, users),
      ...creatable(send, users),
      ...updatable(send, users),
      ...deletable(send, users),
    },
    roles: {
      ...resource(send, roles),
      ...creatable(send, roles),
      ...updatable(send, roles),
      ...deletable(send, roles),
    },
    rules: listing(send, rules),
    async policies(options = {}) {
      checkOptionNames("policies()", options, ["public"]);
      return await send(dialect.policies(options.public === true));
    },
  };
}
