import { z } from "zod";
import type {
  Collaboration,
  LinkedStore,
  NewNode,
  Node,
  Organization,
  Role,
  Rule,
  Run,
  Study,
  Task,
  TaskResult,
  User,
} from "../../model/index.ts";
import { moment, number, optionalReference, reference, text } from "./reading.ts";

export const organization: z.ZodType<Organization> = z
  .object({
    id: number,
    name: text,
    domain: text,
    address1: text,
    address2: text,
    zipcode: text,
    country: text,
    public_key: text,
  })
  .transform(
    ({ id, public_key: publicKey, name, ...rest }): Organization => ({
      id,
      name: name ?? "",
      ...rest,
      publicKey: publicKey === "" ? null : publicKey,
    }),
  );

export const collaboration: z.ZodType<Collaboration> = z
  .object({ id: number, name: text, encrypted: z.boolean() })
  .transform(({ id, name, ...rest }): Collaboration => ({ id, name: name ?? "", ...rest }));

export const study: z.ZodType<Study> = z
  .object({ id: number, name: text, collaboration: reference })
  .transform(({ id, name, ...rest }): Study => ({ id, name: name ?? "", ...rest }));

const setting = z.object({ key: z.string(), value: z.string().nullish() });

const nodeFields = z.object({
  id: number,
  name: text,
  organization: reference,
  collaboration: reference,
  status: text,
  last_seen: moment,
  config: z.array(setting).nullish(),
});

function nodeOf({ id, last_seen: lastSeen, name, config, ...rest }: z.output<typeof nodeFields>): Node {
  return {
    id,
    name: name ?? "",
    ...rest,
    lastSeen,
    config: (config ?? []).map(({ key, value }) => ({ key, value: value ?? "" })),
  };
}

export const node: z.ZodType<Node> = nodeFields.transform(nodeOf);

export const newNode: z.ZodType<NewNode> = nodeFields
  .extend({ api_key: z.string() })
  .transform(({ api_key: apiKey, ...rest }): NewNode => ({ ...nodeOf(rest), apiKey }));

export const user: z.ZodType<User> = z
  .object({
    id: number,
    username: z.string(),
    firstname: text,
    lastname: text,
    email: text,
    organization: reference,
    last_seen: moment,
  })
  .transform(
    ({ firstname: firstName, lastname: lastName, last_seen: lastSeen, ...rest }): User => ({
      ...rest,
      firstName,
      lastName,
      lastSeen,
    }),
  );

export const role: z.ZodType<Role> = z
  .object({
    id: number,
    name: z.string(),
    description: text,
    organization: optionalReference,
    is_default_role: z.boolean().nullish(),
  })
  .transform(({ is_default_role: isDefault, ...rest }): Role => ({ ...rest, isDefault: isDefault ?? false }));

export const rule: z.ZodType<Rule> = z.object({
  id: number,
  name: z.string(),
  operation: z.string(),
  scope: z.string(),
  description: text,
});

const database = z.object({ label: z.string() });

export const task: z.ZodType<Task> = z
  .object({
    id: number,
    name: text,
    description: text,
    image: z.string(),
    status: z.string(),
    job_id: number,
    parent: optionalReference,
    collaboration: optionalReference,
    study: optionalReference,
    algorithm_store: optionalReference,
    init_org: optionalReference,
    init_user: optionalReference,
    databases: z.array(database).nullish(),
    created_at: moment,
    finished_at: moment,
  })
  .transform(
    ({
      name,
      job_id,
      algorithm_store,
      init_org,
      init_user,
      databases,
      created_at,
      finished_at,
      ...rest
    }): Task => ({
      ...rest,
      name: name ?? "",
      job: job_id,
      store: algorithm_store,
      organization: init_org,
      user: init_user,
      databases: databases ?? [],
      createdAt: created_at,
      finishedAt: finished_at,
    }),
  );

const runNode = z
  .object({ id: number.optional(), name: text, status: text })
  .nullish()
  // A node that was deleted is an empty object.
  .transform((value) =>
    value?.id === undefined ? null : { id: value.id, name: value.name ?? "", status: value.status },
  );

export const run: z.ZodType<Run> = z
  .object({
    id: number,
    status: z.string(),
    log: text,
    input: text,
    blob_storage_used: z.boolean().nullish(),
    started_at: moment,
    finished_at: moment,
    task: reference,
    organization: reference,
    node: runNode,
    results: reference,
  })
  .transform(
    ({ blob_storage_used, started_at, finished_at, results, ...rest }): Run => ({
      ...rest,
      isBlob: blob_storage_used ?? false,
      startedAt: started_at,
      finishedAt: finished_at,
      result: results,
    }),
  );

export const result: z.ZodType<TaskResult> = z
  .object({
    id: number,
    run: reference,
    task: reference,
    result: text,
    blob_storage_used: z.boolean().nullish(),
  })
  .transform(
    ({ blob_storage_used, ...rest }): TaskResult => ({ ...rest, isBlob: blob_storage_used ?? false }),
  );

export const linkedStore: z.ZodType<LinkedStore> = z.object({
  id: number,
  name: z.string(),
  url: z.string(),
});
