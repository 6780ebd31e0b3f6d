import { ServerError } from "@konsil/core";
import type { PrivateKey } from "@konsil/sdk";
import type { NodeConnection } from "@konsil/sdk/node";
import { z } from "zod";

const reference = z.object({ id: z.int() });
const node = z.object({ name: z.string(), organization: reference, collaboration: reference });
const status = z.object({ status: z.string().nullish() });
const collaboration = z.object({
  name: z.string(),
  encrypted: z.union([z.boolean(), z.int()]).transform(Boolean),
});
const organization = z.object({ name: z.string(), public_key: z.string().nullish() });
const container = z.object({ container_token: z.string() });
const run = z
  .object({
    id: z.int(),
    input: z.string().nullable(),
    status: z.string(),
    blob_storage_used: z.boolean().nullish(),
    task: z.object({
      id: z.int(),
      name: z.string().nullish(),
      image: z.string(),
      job_id: z.int(),
      parent: reference.nullish(),
      init_org: reference,
      databases: z.array(z.object({ label: z.string() })).nullish(),
    }),
  })
  .transform(
    ({ id, input, blob_storage_used, task }): OpenRun => ({
      id,
      input: input ?? "",
      isBlob: blob_storage_used === true,
      task: task.id,
      name: task.name ?? "",
      image: task.image,
      job: task.job_id,
      parent: task.parent?.id ?? null,
      asker: task.init_org.id,
      databases: (task.databases ?? []).map(({ label }) => label),
    }),
  );

/** A run of this node that is not over. */
export interface OpenRun {
  readonly id: number;
  /** As on the wire. */
  readonly input: string;
  readonly isBlob: boolean;
  readonly task: number;
  readonly name: string;
  readonly image: string;
  /** The first task and all that come of it. */
  readonly job: number;
  readonly parent: number | null;
  /** The organization that gets the result. */
  readonly asker: number;
  readonly databases: readonly string[];
}

/** What becomes of a run. Whatever is not said is forgotten by the server: it keeps no earlier log or result. */
export interface RunChange {
  readonly status?: string;
  readonly startedAt?: Date;
  readonly finishedAt?: Date;
  readonly result?: string;
  readonly log?: string;
}

/** As the server reads it: Python's strptime of 4.x knows no "Z". */
const moment = (date: Date): string => date.toISOString().replace("Z", "+00:00");

/** What a node of vantage6 4.x does at its server. */
export class NodeServer {
  readonly connection: NodeConnection;
  readonly name: string;
  readonly node: number;
  readonly organization: { readonly id: number; readonly name: string };
  readonly collaboration: { readonly id: number; readonly name: string; readonly isEncrypted: boolean };

  private constructor(
    connection: NodeConnection,
    name: string,
    organization: NodeServer["organization"],
    collaboration: NodeServer["collaboration"],
  ) {
    this.connection = connection;
    this.node = connection.node;
    this.name = name;
    this.organization = organization;
    this.collaboration = collaboration;
  }

  /** @throws ServerError */
  static async open(connection: NodeConnection): Promise<NodeServer> {
    const self = node.parse(await connection.get(`/node/${connection.node}`));
    const { id } = self.collaboration;
    const { name, encrypted } = collaboration.parse(await connection.get(`/collaboration/${id}`));
    const home = organization.parse(await connection.get(`/organization/${self.organization.id}`));
    return new NodeServer(
      connection,
      self.name,
      { id: self.organization.id, name: home.name },
      { id, name, isEncrypted: encrypted },
    );
  }

  /** Whether the server counts the node as online: while it has a connection, and some minutes after a loss without a word. */
  async isOnline(): Promise<boolean> {
    return status.parse(await this.connection.get(`/node/${this.node}`)).status === "online";
  }

  /** Runs that are not over: all of this node, or those of one task. */
  async openRuns(task?: number): Promise<readonly OpenRun[]> {
    const filter = task === undefined ? "" : `&task_id=${task}`;
    const runs = await this.connection.list(`/run?state=open&node_id=${this.node}&include=task${filter}`);
    return runs.map((one) => run.parse(one));
  }

  /** The token by which a run asks the node's proxy. */
  async containerToken({ task, image }: OpenRun): Promise<string> {
    return container.parse(await this.connection.post("/token/container", { task_id: task, image }))
      .container_token;
  }

  /** @returns false where the run is over: it was killed or deleted, or this change came through before */
  async change(id: number, change: RunChange): Promise<boolean> {
    const { status, startedAt, finishedAt, result, log } = change;
    try {
      await this.connection.patch(`/run/${id}`, {
        ...(status === undefined ? {} : { status }),
        ...(startedAt === undefined ? {} : { started_at: moment(startedAt) }),
        ...(finishedAt === undefined ? {} : { finished_at: moment(finishedAt) }),
        ...(result === undefined ? {} : { result }),
        ...(log === undefined ? {} : { log }),
      });
      return true;
    } catch (error) {
      if (error instanceof ServerError && (error.status === 400 || error.status === 404)) return false;
      throw error;
    }
  }

  /** An organization's public key, as text; undefined where it has none. */
  async publicKey(id: number): Promise<string | undefined> {
    const { public_key: key } = organization.parse(await this.connection.get(`/organization/${id}`));
    return key == null || key === "" ? undefined : key;
  }

  /**
   * Publishes the key of this node's organization where there is none, and never replaces another one.
   * @returns whether it was published now
   * @throws EncryptionError KEY_CHANGED
   */
  async publish(key: PrivateKey): Promise<boolean> {
    return (await this.connection.publishKey(this.organization.id, key)) === "published";
  }
}
