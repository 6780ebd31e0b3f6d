import type { Call } from "../http/index.ts";
import type * as Model from "../model/index.ts";

/** A part of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly isLast: boolean;
  /** How many the whole list has, where the server tells. */
  readonly total: number | undefined;
}

/** A page of a list, counted from 1. */
export interface PageOf {
  readonly page: number;
  readonly size: number;
}

export interface Listed<T, Filter> {
  list(filter: Filter, at: PageOf): Call<Page<T>>;
}
export interface Found<T> {
  get(id: number): Call<T>;
}
export interface Made<New, T> {
  create(one: New): Call<T>;
}
export interface Changed<Fields, T> {
  update(id: number, fields: Fields): Call<T>;
}
export interface Deleted {
  /** With all that depends on it, where that is asked for. */
  delete(id: number, withDependents: boolean): Call<void>;
}
/** Organizations come and go. */
export interface Grouped {
  addOrganization(id: number, organization: number): Call<void>;
  removeOrganization(id: number, organization: number): Call<void>;
}

type Kept<T, Filter, New, Fields, Created = T> = Listed<T, Filter> &
  Found<T> &
  Made<New, Created> &
  Changed<Fields, T> &
  Deleted;

/** Tokens of a session. */
export interface Tokens {
  readonly access: string;
  readonly refresh: string;
  /** Seconds for which each is taken, from when it was made. */
  readonly accessLifetime: number;
  readonly refreshLifetime: number;
  /** Or the node. */
  readonly user: number;
}

export type LoginAnswer =
  | { readonly type: "tokens"; readonly tokens: Tokens }
  | { readonly type: "code wanted" }
  | { readonly type: "enrolment"; readonly secret: string; readonly qrUri: string };

export interface Credentials {
  readonly username: string;
  readonly password: string;
  readonly mfaCode?: string | undefined;
}

/** What a store knows of the server whose users ask it. */
export interface StoreDialect {
  version(): Call<string>;
  readonly algorithms: Listed<Model.StoreAlgorithm, Model.StoreAlgorithmFilter> &
    Found<Model.StoreAlgorithm> &
    Made<Model.NewStoreAlgorithm, Model.StoreAlgorithm> &
    Changed<Model.StoreAlgorithmFields, Model.StoreAlgorithm> &
    Deleted & { invalidate(id: number): Call<void> };
  readonly reviews: Listed<Model.StoreReview, Model.StoreReviewFilter> &
    Found<Model.StoreReview> &
    Made<Model.NewStoreReview, Model.StoreReview> &
    Deleted & {
      approve(id: number, comment: string | undefined): Call<void>;
      reject(id: number, comment: string | undefined): Call<void>;
    };
  readonly users: Kept<Model.StoreUser, Model.StoreUserFilter, Model.NewStoreUser, Model.StoreUserFields>;
  readonly roles: Kept<Model.StoreRole, Model.StoreRoleFilter, Model.NewStoreRole, Model.StoreRoleFields>;
  readonly rules: Listed<Model.StoreRule, Model.StoreRuleFilter>;
  policies(isPublic: boolean): Call<Model.StorePolicies>;
}

/** How one version of vantage6 is spoken with: its paths, bodies and answers. */
export interface Dialect {
  readonly name: string;
  login(credentials: Credentials): Call<LoginAnswer>;
  /** Of a node, by the key that it was registered with. */
  loginNode(apiKey: string): Call<LoginAnswer>;
  refresh(token: string): Call<Tokens>;
  version(): Call<string>;
  health(): Call<Model.Health>;
  readonly organizations: Kept<
    Model.Organization,
    Model.OrganizationFilter,
    Model.NewOrganization,
    Model.OrganizationFields
  > & { publishKey(id: number, publicKey: string): Call<Model.Organization> };
  readonly collaborations: Kept<
    Model.Collaboration,
    Model.CollaborationFilter,
    Model.NewCollaboration,
    Model.CollaborationFields
  > &
    Grouped;
  readonly studies: Kept<Model.Study, Model.StudyFilter, Model.NewStudy, Model.StudyFields> & Grouped;
  readonly nodes: Kept<
    Model.Node,
    Model.NodeFilter,
    Model.NodeRegistration,
    Model.NodeFields,
    Model.NewNode
  > & {
    killTasks(id: number): Call<void>;
    resetKey(id: number): Call<string>;
  };
  readonly users: Kept<Model.User, Model.UserFilter, Model.NewUser, Model.UserFields>;
  readonly roles: Kept<Model.Role, Model.RoleFilter, Model.NewRole, Model.RoleFields>;
  readonly rules: Listed<Model.Rule, Model.RuleFilter> & Found<Model.Rule>;
  readonly tasks: Listed<Model.Task, Model.TaskFilter> &
    Found<Model.Task> & {
      /** @param server its own address, which a store is told */
      create(task: Model.NewTask, server: string): Call<Model.Task>;
      kill(id: number): Call<void>;
    } & Deleted;
  readonly runs: Listed<Model.Run, Model.RunFilter> & Found<Model.Run>;
  readonly results: Listed<Model.TaskResult, Model.ResultFilter> & Found<Model.TaskResult>;
  readonly linkedStores: Listed<Model.LinkedStore, Model.LinkedStoreFilter> &
    Found<Model.LinkedStore> & {
      create(store: Model.NewLinkedStore, server: string): Call<Model.LinkedStore>;
      delete(id: number, server: string): Call<void>;
    } & Changed<Model.LinkedStoreFields, Model.LinkedStore>;
  readonly blobs: {
    enabled(): Call<boolean>;
    upload(bytes: Uint8Array): Call<string>;
    download(id: string): Call<Uint8Array>;
  };
  readonly account: {
    changePassword(current: string, wanted: string): Call<void>;
    resetPassword(whose: Model.AccountName): Call<void>;
    setPassword(token: string, password: string): Call<void>;
    resetTwoFactor(username: string, password: string): Call<void>;
    setTwoFactor(token: string): Call<Model.Enrolment>;
  };
  /** How its algorithm stores are spoken with. */
  store(server: string): StoreDialect;
}
