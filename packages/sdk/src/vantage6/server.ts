import type { PreflightNews } from "@konsil/core";
import type { Federation } from "../federation/index.ts";
import type { ServerEvents, ServerFederationOptions } from "../remote/index.ts";
import type { Content } from "./content.ts";
import type {
  AccountName,
  Collaboration,
  CollaborationFields,
  CollaborationFilter,
  Enrolment,
  Health,
  LinkedStore,
  LinkedStoreFields,
  LinkedStoreFilter,
  NewCollaboration,
  NewLinkedStore,
  NewNode,
  NewOrganization,
  NewRole,
  NewStudy,
  NewTask,
  NewTaskCall,
  NewUser,
  Node,
  NodeFields,
  NodeFilter,
  NodeRegistration,
  Organization,
  OrganizationFields,
  OrganizationFilter,
  Reference,
  ResultFilter,
  Role,
  RoleFields,
  RoleFilter,
  Rule,
  RuleFilter,
  Run,
  RunFilter,
  Study,
  StudyFields,
  StudyFilter,
  Task,
  TaskFilter,
  TaskResult,
  User,
  UserFields,
  UserFilter,
} from "./model/index.ts";
import type { Pages } from "./pages.ts";
import type { Creatable, Deletable, Resource, Updatable, WithOrganizations } from "./resources/resource.ts";
import type { Store, StoreOptions } from "./store.ts";

export interface Organizations
  extends Resource<Organization, OrganizationFilter>,
    Creatable<NewOrganization, Organization>,
    Updatable<OrganizationFields, Organization>,
    Deletable {}

export interface Collaborations
  extends Resource<Collaboration, CollaborationFilter>,
    Creatable<NewCollaboration, Collaboration>,
    Updatable<CollaborationFields, Collaboration>,
    Deletable,
    WithOrganizations {}

export interface Studies
  extends Resource<Study, StudyFilter>,
    Creatable<NewStudy, Study>,
    Updatable<StudyFields, Study>,
    Deletable,
    WithOrganizations {}

export interface Nodes extends Resource<Node, NodeFilter>, Updatable<NodeFields, Node>, Deletable {
  /** Registers a node. Its key is told this once. */
  create(node: NodeRegistration): Promise<NewNode>;
  /** A new key for a node, instead of the one it has. */
  resetKey(id: number): Promise<string>;
  /** Kills what a node runs. Servers up to 4.15 fail at this, and the error says so. */
  killTasks(id: number): Promise<void>;
}

export interface Users
  extends Resource<User, UserFilter>,
    Creatable<NewUser, User>,
    Updatable<UserFields, User>,
    Deletable {}

export interface Roles
  extends Resource<Role, RoleFilter>,
    Creatable<NewRole, Role>,
    Updatable<RoleFields, Role>,
    Deletable {}

export type Rules = Resource<Rule, RuleFilter>;

export interface TaskOptions {
  /**
   * Hears what is found before anything is sent: keys that nobody here has compared yet, and that nothing is encrypted
   * though a private key was given. Of a task with a `call`; whoever gives `inputs` has encrypted them.
   */
  readonly onProgress?: ((news: PreflightNews) => void) | undefined;
}

export interface Tasks extends Resource<Task, TaskFilter>, Deletable {
  /**
   * Sent once: where its answer is lost, nobody knows whether the server did it. List before you try again.
   * @throws ArgumentError; EncryptionError KEY_INVALID, KEY_CHANGED, ENCRYPTION_MISMATCH; ServerError
   */
  create(task: NewTask | NewTaskCall, options?: TaskOptions): Promise<Task>;
  /** Kills what still runs of a task, and of those it made. */
  kill(id: number): Promise<void>;
}

/** A run with its input, decrypted and decoded. */
export interface ReadRun extends Run {
  readonly content: Content;
}

export interface Runs extends Resource<Run, RunFilter> {
  /** What the input of one run says, decrypted with the private key of `connect`, where it is one's own organization's. */
  read(run: Run | number): Promise<Content>;
  /** The runs of a task with their inputs read. Another organization's input is "unreadable". */
  fromTask(task: number): Pages<ReadRun>;
}

/** A result, decrypted and decoded. */
export interface ReadResult extends TaskResult {
  readonly content: Content;
}

/** What a run came to, and what it said. Only the status "completed" is success. */
export interface Outcome extends ReadResult {
  readonly organization: Reference;
  readonly status: string;
  readonly log: string | null;
}

/** What is new of a run that is waited for: its status, and what it has written since. */
export type RunNews = { readonly task: number; readonly run: number; readonly organization: number } & (
  | { readonly type: "run"; readonly status: string }
  | { readonly type: "log"; readonly text: string }
);

export interface WaitOptions {
  /** Seconds for the whole. Default 3600. */
  readonly deadline?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Hears of each run, as the server lists them. */
  readonly onProgress?: ((news: RunNews) => void) | undefined;
}

export interface Results extends Resource<TaskResult, ResultFilter> {
  /** What one result says, decrypted with the private key of `connect`, and fetched where it is in the blob store. */
  read(result: TaskResult | number): Promise<Content>;
  /** The results of a task, one for each organization, read. */
  fromTask(task: number): Pages<ReadResult>;
  /**
   * Waits until no run of a task goes on, then reads what each came to. A server that is away is waited for, up to five
   * minutes.
   * @throws AnalysisError ANALYSIS_TIMEOUT, ANALYSIS_ABORTED; the task goes on. ServerError NOT_FOUND for a task that is
   * not there, or has no run
   */
  wait(task: number, options?: WaitOptions): Promise<readonly Outcome[]>;
}

/** Algorithm stores. */
export interface Stores
  extends Resource<LinkedStore, LinkedStoreFilter>,
    Updatable<LinkedStoreFields, LinkedStore> {
  /** Links a store to a collaboration, or to all. */
  create(store: NewLinkedStore): Promise<LinkedStore>;
  delete(id: number): Promise<void>;
  /**
   * A store itself: its algorithms, reviews, policies. The server's token is sent to it.
   * @param store linked to the server: its number, or what a list gave
   */
  open(store: number | LinkedStore, options?: StoreOptions): Promise<Store>;
}

/** Bytes too large for a task's input or a result. Not every server has room for them. */
export interface Blobs {
  enabled(): Promise<boolean>;
  /** Gives the name under which they are kept. */
  upload(bytes: Uint8Array): Promise<string>;
  download(id: string): Promise<Uint8Array>;
}

/** The account of the user, or of one who cannot log in. */
export interface Account {
  changePassword(current: string, wanted: string): Promise<void>;
  /** Lets the server send an e-mail with a token for `setPassword`. */
  resetPassword(whose: AccountName): Promise<void>;
  setPassword(token: string, password: string): Promise<void>;
  /** Lets the server send an e-mail with a token for `setTwoFactor`. */
  resetTwoFactor(username: string, password: string): Promise<void>;
  setTwoFactor(token: string): Promise<Enrolment>;
}

/** The key pair of the user's organization. */
export interface OwnKeys {
  /** SHA-256 of the private key's public part, for people to compare; undefined where `connect` was given no key. */
  readonly own: string | undefined;
  /** The same of the public key that the server has for the organization; undefined where it has none. */
  published(): Promise<string | undefined>;
  /**
   * Publishes the public key for the organization, where the server has none. Never replaces another one: whatever
   * was encrypted for that would be lost.
   * @returns whether it was published now, or was there already
   * @throws EncryptionError KEY_CHANGED, with both fingerprints; KEY_INVALID without a private key
   */
  publishKey(): Promise<"published" | "known">;
}

/**
 * A vantage6 server, as its user sees it. Everything is asked anew; nothing is kept.
 * @throws ServerError from everything that asks
 */
export interface Server {
  /** With its path and without a slash at its end. */
  readonly address: string;
  readonly user: User;
  /**
   * The same server, of which every question ends at once when the signal aborts, with its reason: nothing of it keeps
   * the process. What was sent by then may yet be done.
   */
  within(signal: AbortSignal): Server;
  version(): Promise<string>;
  health(): Promise<Health>;
  readonly organizations: Organizations;
  readonly collaborations: Collaborations;
  readonly studies: Studies;
  readonly nodes: Nodes;
  readonly users: Users;
  readonly roles: Roles;
  readonly rules: Rules;
  readonly tasks: Tasks;
  readonly runs: Runs;
  readonly results: Results;
  readonly stores: Stores;
  readonly blobs: Blobs;
  readonly account: Account;
  readonly keys: OwnKeys;
  /** What the server tells by itself, such as that a run has ended. */
  events(): ServerEvents;
  /** A federation of a collaboration's sites, in which analyses run. */
  federation(options: ServerFederationOptions): Promise<Federation>;
}
