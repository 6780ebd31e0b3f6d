import { ArgumentError, calledElsewhere, type PreflightNews, parseArguments } from "@konsil/core";
import { z } from "zod";
import {
  checkOwnKey,
  envelopeWriter,
  type KnownKeys,
  type PrivateKey,
  type PublicKey,
  plainWriter,
  requireOwnKey,
  writeInputs,
} from "../crypto/index.ts";
import { checkedKeys, notEncrypted } from "../remote/checked-keys.ts";
import { checkImage } from "../remote/image-name.ts";
import type { Dialect } from "./dialect/index.ts";
import { hasBlobs } from "./has-blobs.ts";
import type { NewTask, NewTaskCall, TaskCall, TaskFields } from "./model/index.ts";
import { makePages } from "./pages.ts";
import type { Send } from "./resources/resource.ts";

function invalid(problem: string): ArgumentError {
  return new ArgumentError("ARGUMENT_INVALID", `tasks.create(): ${problem}`);
}

const number = z.int().min(1);
const text = z.string().min(1);
const object = z.record(z.string(), z.unknown());
const callSchema = z.strictObject({
  method: text,
  args: z.array(z.unknown()).optional(),
  kwargs: object.optional(),
});
const inputSchema = z.strictObject({ organization: number, input: z.string() });

/** A task, by the names that it has here; Python's client has some others. */
const taskSchema = z.strictObject({
  name: z.string(),
  description: z.string().optional(),
  image: z.string(),
  collaboration: calledElsewhere(number.optional(), "collaboration_id"),
  study: calledElsewhere(number.optional(), "study_id"),
  store: calledElsewhere(number.optional(), "store_id"),
  // What more a database has is looked at where it is written as the server has it.
  databases: calledElsewhere(z.array(z.union([text, object])), "database"),
  organizations: calledElsewhere(
    z
      .array(number)
      .refine((all) => new Set(all).size === all.length, "must name each organization once")
      .optional(),
    "organization",
    "organization_ids",
  ),
  call: calledElsewhere(callSchema.optional(), "input", "input_"),
  inputs: z
    .array(inputSchema)
    .refine(
      (all) => new Set(all.map(({ organization }) => organization)).size === all.length,
      "must have one input for each organization",
    )
    .optional(),
});

/** The JSON that vantage6's programs read. */
function bytesOf({ method, args = [], kwargs = {} }: TaskCall): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ method, args, kwargs }));
}

/** The private key, where there is one, of the organization `home`. */
interface OwnKey {
  readonly key: PrivateKey | undefined;
  readonly home: number;
}

/** Turns calls into what goes on the wire: for each organization its own, where the collaboration is encrypted. */
export class TaskInputs {
  readonly #send: Send;
  readonly #dialect: Dialect;
  readonly #address: string;
  readonly #known: KnownKeys;
  readonly #own: OwnKey;

  constructor(send: Send, dialect: Dialect, address: string, known: KnownKeys, own: OwnKey) {
    this.#send = send;
    this.#dialect = dialect;
    this.#address = address;
    this.#known = known;
    this.#own = own;
  }

  /**
   * @param tell what is found before anything is sent, as by the preflight of a federation
   * @throws ArgumentError; EncryptionError KEY_INVALID, KEY_CHANGED, ENCRYPTION_MISMATCH
   */
  async ready(given: NewTask | NewTaskCall, tell: (news: PreflightNews) => void): Promise<NewTask> {
    const task = parseArguments(taskSchema, given, "tasks.create()") as Partial<NewTask & NewTaskCall> &
      TaskFields;
    checkImage(task.image, "tasks.create()");
    if (task.collaboration === undefined && task.study === undefined)
      throw invalid("a task needs a `collaboration` or a `study`.");
    const { call, organizations = [], inputs: ready, ...fields } = task;
    if (call === undefined) {
      if (ready === undefined)
        throw invalid('a task needs `organizations` and a `call`, such as { method: "average" }.');
      if (ready.length === 0) throw invalid("a task needs an input for one organization at least.");
      return { ...fields, inputs: ready };
    }
    if (organizations.length === 0) throw invalid("a task needs one organization at least.");
    const plain = bytesOf(call);
    const keys = await this.#keys(fields, organizations, tell);
    const isBlob = await hasBlobs(this.#send, this.#dialect);
    const inputs = await writeInputs(
      plain,
      organizations,
      keys === undefined ? plainWriter : envelopeWriter(keys),
      isBlob ? (bytes) => this.#send(this.#dialect.blobs.upload(bytes)) : undefined,
    );
    return { ...fields, inputs };
  }

  /** Undefined where the collaboration is not encrypted. */
  async #keys(
    { collaboration, study }: TaskFields,
    wanted: readonly number[],
    tell: (news: PreflightNews) => void,
  ): Promise<ReadonlyMap<number, PublicKey> | undefined> {
    const { studies, collaborations, organizations } = this.#dialect;
    const id =
      study === undefined
        ? (collaboration as number)
        : (await this.#send(studies.get(study))).collaboration.id;
    const { name: collaborationName, encrypted } = await this.#send(collaborations.get(id));
    const of = { server: this.#address, collaboration: id, name: collaborationName };
    await this.#known.checkEncryption(of, encrypted);
    if (!encrypted) {
      if (this.#own.key !== undefined) tell({ type: "warning", message: notEncrypted(collaborationName) });
      return undefined;
    }
    const own = requireOwnKey(this.#own.key, collaborationName);
    checkOwnKey(own, await this.#send(organizations.get(this.#own.home)));
    const members = await makePages((page, size) =>
      this.#send(organizations.list({ collaboration: id }, { page, size })),
    ).all();
    const asked = wanted.map((organization) => {
      const member = members.find((one) => one.id === organization);
      if (member === undefined)
        throw invalid(`organization ${organization} is not in collaboration ${id}, or you may not see it.`);
      return member;
    });
    const { keys, errors, first } = await checkedKeys(this.#address, asked, this.#known);
    if (first.length > 0) tell({ type: "keys-first-seen", keys: first });
    for (const error of errors.values()) throw error;
    return keys;
  }
}
