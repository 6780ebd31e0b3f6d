/** One of vantage6's things, as another names it: its number at the server. */
export interface Reference {
  readonly id: number;
}

export interface Organization {
  readonly id: number;
  readonly name: string;
  readonly domain: string | null;
  readonly address1: string | null;
  readonly address2: string | null;
  readonly zipcode: string | null;
  readonly country: string | null;
  /** As the server has it: base64 of PEM. Empty where none was published. */
  readonly publicKey: string | null;
}

export interface Collaboration {
  readonly id: number;
  readonly name: string;
  readonly encrypted: boolean;
}

/** Some organizations of a collaboration. */
export interface Study {
  readonly id: number;
  readonly name: string;
  readonly collaboration: Reference;
}

/** What a node tells of itself while it is online: one entry for each value. Its administrator can let it tell nothing. */
export interface NodeSetting {
  readonly key: string;
  readonly value: string;
}

export interface Node {
  readonly id: number;
  readonly name: string;
  readonly organization: Reference;
  readonly collaboration: Reference;
  /** "online" or "offline". */
  readonly status: string | null;
  readonly lastSeen: Date | null;
  readonly config: readonly NodeSetting[];
}

/** A node that was just registered: its key is told this once. */
export interface NewNode extends Node {
  readonly apiKey: string;
}

export interface User {
  readonly id: number;
  readonly username: string;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly email: string | null;
  readonly organization: Reference;
  readonly lastSeen: Date | null;
}

export interface Role {
  readonly id: number;
  readonly name: string;
  readonly description: string | null;
  /** Null for the server's own roles. */
  readonly organization: Reference | null;
  readonly isDefault: boolean;
}

/** A right: an operation on a kind of things, within a scope. */
export interface Rule {
  readonly id: number;
  readonly name: string;
  readonly operation: string;
  readonly scope: string;
  readonly description: string | null;
}

export interface TaskDatabase {
  readonly label: string;
}

export interface Task {
  readonly id: number;
  readonly name: string;
  readonly description: string | null;
  readonly image: string;
  /** Derived from its runs by the server: failed as soon as one is, while others still run. Look at runs instead. */
  readonly status: string;
  /** The tasks of one job are its first task and all that come of it. */
  readonly job: number;
  readonly parent: Reference | null;
  readonly collaboration: Reference | null;
  readonly study: Reference | null;
  readonly store: Reference | null;
  readonly organization: Reference | null;
  readonly user: Reference | null;
  readonly databases: readonly TaskDatabase[];
  readonly createdAt: Date | null;
  readonly finishedAt: Date | null;
}

export interface RunNode {
  readonly id: number;
  readonly name: string;
  readonly status: string | null;
}

/** The execution of a task at one organization. */
export interface Run {
  readonly id: number;
  readonly status: string;
  /** What it wrote on its output, as far as the server has it. */
  readonly log: string | null;
  /** As on the wire: base64, or encrypted for the organization that runs it. */
  readonly input: string | null;
  readonly isBlob: boolean;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly task: Reference;
  readonly organization: Reference;
  readonly node: RunNode | null;
  /** Its result, which is there before the run has ended. */
  readonly result: Reference;
}

/** What a run came to, as on the wire. `results.read` decrypts and decodes it. */
export interface TaskResult {
  readonly id: number;
  readonly run: Reference;
  readonly task: Reference;
  /** Base64, or encrypted for the organization that made the task; null before there is one. */
  readonly result: string | null;
  /** Whether the text names bytes in the blob store. */
  readonly isBlob: boolean;
}

/** An algorithm store that a collaboration uses, or all do. */
export interface LinkedStore {
  readonly id: number;
  readonly name: string;
  readonly url: string;
}

export interface Health {
  /** Whether the server reaches its database. */
  readonly database: boolean;
}

/** A second factor to be set up in an app: the secret, and the same as an address for a QR code. */
export interface Enrolment {
  readonly secret: string;
  readonly qrUri: string;
}
