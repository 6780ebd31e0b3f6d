import type { ServerEvents } from "./server-events.ts";

/** One of vantage6's things, as another names it. */
interface Reference {
  readonly id: number;
}

interface Listing<T> {
  all(): Promise<readonly T[]>;
}

export interface Named {
  readonly id: number;
  readonly name: string;
}

export interface PortTask {
  readonly id: number;
  readonly name: string;
  readonly image: string;
  readonly collaboration: Reference | null;
  /** The one that made it, and for which answers are encrypted. */
  readonly organization: Reference | null;
}

export interface PortRun {
  readonly id: number;
  readonly status: string;
  readonly log: string | null;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly organization: Reference;
  readonly node: { readonly status: string | null } | null;
  /** Its result, which is there before the run has ended. */
  readonly result: Reference;
}

export interface PortResult {
  readonly result: string | null;
  /** Whether the text names bytes in the blob store. */
  readonly isBlob: boolean;
}

export interface PortOrganization extends Named {
  readonly publicKey: string | null;
}

export interface PortNode {
  readonly organization: Reference;
  readonly status: string | null;
  readonly config: readonly { readonly key: string; readonly value: string }[];
}

export interface PortCollaboration extends Named {
  readonly encrypted: boolean;
}

/** What a federation needs of a server: a part of the client, so that the rest of it can change without this. */
export interface ServerPort {
  readonly address: string;
  /** The same, of which every question ends with a signal, with its reason. */
  within(signal: AbortSignal): ServerPort;
  readonly user: { readonly organization: Reference };
  readonly tasks: {
    create(task: {
      readonly name: string;
      readonly image: string;
      readonly collaboration?: number;
      readonly study?: number;
      readonly databases: readonly string[];
      readonly inputs: readonly { readonly organization: number; readonly input: string }[];
    }): Promise<PortTask>;
    get(id: number): Promise<PortTask>;
    list(filter: { readonly name: string; readonly collaboration: number }): Listing<PortTask>;
    kill(id: number): Promise<unknown>;
  };
  readonly runs: { list(filter: { readonly task: number }): Listing<PortRun> };
  readonly results: { get(id: number): Promise<PortResult> };
  readonly nodes: { list(filter: { readonly collaboration: number }): Listing<PortNode> };
  readonly organizations: {
    get(id: number): Promise<PortOrganization>;
    list(filter: { readonly collaboration?: number; readonly study?: number }): Listing<PortOrganization>;
  };
  readonly collaborations: { list(): Listing<PortCollaboration> };
  readonly studies: { list(filter: { readonly collaboration: number }): Listing<Named> };
  readonly blobs: {
    enabled(): Promise<boolean>;
    upload(bytes: Uint8Array): Promise<string>;
    download(id: string): Promise<Uint8Array>;
  };
  events(): ServerEvents;
}
