import { ArgumentError } from "@konsil/core";
import {
  envelopeWriter,
  type KnownKeys,
  type PublicKey,
  parsePublicKey,
  plainWriter,
  writeInputs,
} from "../crypto/index.ts";
import type { Dialect } from "./dialect/index.ts";
import type { NewTask, NewTaskCall, TaskCall, TaskFields } from "./model/index.ts";
import { makePages } from "./pages.ts";
import type { Send } from "./resources/resource.ts";

function invalid(problem: string): ArgumentError {
  return new ArgumentError("ARGUMENT_INVALID", `tasks.create(): ${problem}`);
}

/** The JSON that vantage6's programs read. What JSON would change on its way is refused. */
function bytesOf({ method, args = [], kwargs = {} }: TaskCall): Uint8Array {
  if (typeof method !== "string" || method === "") throw invalid("`call.method` is missing.");
  const text = JSON.stringify({ method, args, kwargs }, (_key, value: unknown) => {
    if (typeof value === "number" && !Number.isFinite(value))
      throw invalid(`an argument is ${value}, which JSON has not. Use null or text instead.`);
    if (typeof value === "function" || typeof value === "symbol" || typeof value === "bigint")
      throw invalid(`an argument is a ${typeof value}, which JSON has not.`);
    return value;
  });
  return new TextEncoder().encode(text);
}

/** Turns calls into what goes on the wire: for each organization its own, where the collaboration is encrypted. */
export class TaskInputs {
  readonly #send: Send;
  readonly #dialect: Dialect;
  readonly #address: string;
  readonly #known: KnownKeys;

  constructor(send: Send, dialect: Dialect, address: string, known: KnownKeys) {
    this.#send = send;
    this.#dialect = dialect;
    this.#address = address;
    this.#known = known;
  }

  /** @throws ArgumentError; EncryptionError KEY_INVALID, KEY_CHANGED, ENCRYPTION_MISMATCH */
  async ready(task: NewTask | NewTaskCall): Promise<NewTask> {
    if (task.collaboration === undefined && task.study === undefined)
      throw invalid("a task needs a `collaboration` or a `study`.");
    if (!("call" in task)) {
      if (task.inputs.length === 0) throw invalid("a task needs an input for one organization at least.");
      return task;
    }
    const { call, organizations, ...fields } = task;
    if (organizations.length === 0) throw invalid("a task needs one organization at least.");
    const plain = bytesOf(call);
    const keys = await this.#keys(fields, organizations);
    const hasBlobs = await this.#send(this.#dialect.blobs.enabled()).catch((error: unknown) => {
      if (error instanceof Error && "status" in error && error.status === 404) return false;
      throw error;
    });
    const inputs = await writeInputs(
      plain,
      organizations,
      keys === undefined ? plainWriter : envelopeWriter(keys),
      hasBlobs ? (bytes) => this.#send(this.#dialect.blobs.upload(bytes)) : undefined,
    );
    return { ...fields, inputs };
  }

  /** Undefined where the collaboration is not encrypted. */
  async #keys(
    { collaboration, study }: TaskFields,
    wanted: readonly number[],
  ): Promise<ReadonlyMap<number, PublicKey> | undefined> {
    const { studies, collaborations, organizations } = this.#dialect;
    const id =
      study === undefined
        ? (collaboration as number)
        : (await this.#send(studies.get(study))).collaboration.id;
    const { name: collaborationName, encrypted } = await this.#send(collaborations.get(id));
    const of = { server: this.#address, collaboration: id, name: collaborationName };
    await this.#known.checkEncryption(of, encrypted);
    if (!encrypted) return undefined;
    const members = await makePages((page, size) =>
      this.#send(organizations.list({ collaboration: id }, { page, size })),
    ).all();
    const keys = new Map<number, PublicKey>();
    for (const organization of wanted) {
      const member = members.find((one) => one.id === organization);
      if (member === undefined)
        throw invalid(`organization ${organization} is not in collaboration ${id}, or you may not see it.`);
      const { name } = member;
      const key = parsePublicKey(member.publicKey, `organization "${name}"`);
      await this.#known.check({ server: this.#address, organization, name }, key);
      keys.set(organization, key);
    }
    return keys;
  }
}
