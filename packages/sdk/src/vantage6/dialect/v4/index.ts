import { z } from "zod";
import type { Call } from "../../http/index.ts";
import type * as Model from "../../model/index.ts";
import type { Dialect, Grouped } from "../dialect.ts";
import { below, bodyOf, changed, deleted, listed, made, ofTask } from "./asking.ts";
import { login, tokens } from "./login.ts";
import { json, nothing, raw } from "./reading.ts";
import { storeDialect } from "./store.ts";
import * as things from "./things.ts";

function grouped(path: string): Grouped {
  const call = (method: "POST" | "DELETE", id: number, organization: number): Call<void> => ({
    method,
    path: below(path, id, "/organization"),
    body: { id: organization },
    read: nothing,
  });
  return {
    addOrganization: (id, organization) => call("POST", id, organization),
    removeOrganization: (id, organization) => call("DELETE", id, organization),
  };
}

const sort = "id";
const organizationNames = {
  name: "name",
  domain: "domain",
  address1: "address1",
  address2: "address2",
  zipcode: "zipcode",
  country: "country",
} as const;
const organizations = {
  path: "/organization",
  what: "organization",
  item: things.organization,
  sort,
} as const;
const collaborations = {
  path: "/collaboration",
  what: "collaboration",
  item: things.collaboration,
  sort,
} as const;
const studies = { path: "/study", what: "study", item: things.study, sort } as const;
const nodes = { path: "/node", what: "node", item: things.node, sort } as const;
const users = { path: "/user", what: "user", item: things.user, sort } as const;
const userNames = {
  firstName: "firstname",
  lastName: "lastname",
  email: "email",
  organization: "organization_id",
  roles: "roles",
  rules: "rules",
} as const;
const roles = { path: "/role", what: "role", item: things.role, sort } as const;
// Tasks and runs come newest first, whatever order is asked for.
const tasks = { path: "/task", what: "task", item: things.task } as const;
const linkedStores = { path: "/algorithmstore", what: "store", item: things.linkedStore, sort } as const;

const enrolment: z.ZodType<Model.Enrolment> = z
  .object({ otp_secret: z.string(), qr_uri: z.string() })
  .transform(({ otp_secret: secret, qr_uri: qrUri }): Model.Enrolment => ({ secret, qrUri }));

function databaseBody(database: string | Model.NewTaskDatabase): object {
  if (typeof database === "string") return { label: database };
  return bodyOf(
    database,
    {
      label: "label",
      query: "query",
      sheetName: "sheet_name",
      preprocessing: "preprocessing",
      arguments: "arguments",
    },
    "a database",
  );
}

const account = { username: "username", email: "email" } as const;

const madeUsers = made<Model.NewUser, Model.User>(users, things.user, {
  username: "username",
  password: "password",
  ...userNames,
});

const rules = listed<Model.Rule, Model.RuleFilter>({
  path: "/rule",
  what: "rule",
  item: things.rule,
  sort,
  filter: { name: "name", operation: "operation", scope: "scope", role: "role_id", user: "user_id" },
});

/** vantage6 4.x, as 4.15 has it. */
export const v4: Dialect = {
  name: "4.x",
  login: ({ username, password, mfaCode }) => ({
    method: "POST",
    path: "/token/user",
    isPublic: true,
    body: { username, password, ...(mfaCode === undefined ? {} : { mfa_code: mfaCode }) },
    read: json(login),
  }),
  loginNode: (apiKey) => ({
    method: "POST",
    path: "/token/node",
    isPublic: true,
    // It makes new tokens and takes none away.
    isRepeatable: true,
    body: { api_key: apiKey },
    read: json(login),
  }),
  refresh: (token) => ({
    method: "POST",
    path: "/token/refresh",
    isPublic: true,
    // It makes new tokens and takes none away: to send it twice is harmless.
    isRepeatable: true,
    headers: { Authorization: `Bearer ${token}` },
    body: {},
    read: json(tokens),
  }),
  version: () => ({
    method: "GET",
    path: "/version",
    isPublic: true,
    read: json(z.object({ version: z.string() }).transform(({ version }) => version)),
  }),
  health: () => ({
    method: "GET",
    path: "/health",
    isPublic: true,
    read: json(z.object({ database: z.boolean() }) satisfies z.ZodType<Model.Health>),
  }),
  organizations: {
    ...listed<Model.Organization, Model.OrganizationFilter>({
      ...organizations,
      filter: { name: "name", country: "country", collaboration: "collaboration_id", study: "study_id" },
    }),
    ...made<Model.NewOrganization, Model.Organization>(organizations, things.organization, organizationNames),
    ...changed<Model.OrganizationFields, Model.Organization>(organizations, organizationNames),
    ...deleted(organizations),
    publishKey: (id, publicKey) => ({
      method: "PATCH",
      path: below("/organization", id),
      body: { public_key: publicKey },
      read: json(things.organization),
    }),
  },
  collaborations: {
    ...listed<Model.Collaboration, Model.CollaborationFilter>({
      ...collaborations,
      filter: {
        name: "name",
        encrypted: "encrypted",
        organization: "organization_id",
        store: "algorithm_store_id",
      },
    }),
    ...made<Model.NewCollaboration, Model.Collaboration>(collaborations, things.collaboration, {
      name: "name",
      organizations: "organization_ids",
      encrypted: "encrypted",
    }),
    ...changed<Model.CollaborationFields, Model.Collaboration>(collaborations, {
      name: "name",
      organizations: "organization_ids",
      encrypted: "encrypted",
    }),
    ...deleted(collaborations),
    ...grouped("/collaboration"),
  },
  studies: {
    ...listed<Model.Study, Model.StudyFilter>({
      ...studies,
      filter: { name: "name", organization: "organization_id", collaboration: "collaboration_id" },
    }),
    ...made<Model.NewStudy, Model.Study>(studies, things.study, {
      name: "name",
      collaboration: "collaboration_id",
      organizations: "organization_ids",
    }),
    ...changed<Model.StudyFields, Model.Study>(studies, { name: "name", organizations: "organization_ids" }),
    ...deleted(studies),
    ...grouped("/study"),
  },
  nodes: {
    ...listed<Model.Node, Model.NodeFilter>({
      ...nodes,
      filter: {
        name: "name",
        organization: "organization_id",
        collaboration: "collaboration_id",
        study: "study_id",
        ip: "ip",
        status: "status",
      },
    }),
    ...made<Model.NodeRegistration, Model.NewNode>(nodes, things.newNode, {
      name: "name",
      collaboration: "collaboration_id",
      organization: "organization_id",
    }),
    ...changed<Model.NodeFields, Model.Node>(nodes, { name: "name", clearIp: "clear_ip" }),
    ...deleted(nodes),
    killTasks: (id) => ({
      method: "POST",
      path: "/kill/node/tasks",
      body: { id },
      knownProblems: {
        500: "The server did not kill the node's tasks: servers up to 4.15 fail at this whatever they are asked. Kill the tasks one by one: server.tasks.kill(id).",
      },
      read: nothing,
    }),
    resetKey: (id) => ({
      method: "POST",
      path: "/recover/node",
      body: { id },
      read: json(z.object({ api_key: z.string() }).transform(({ api_key: key }) => key)),
    }),
  },
  users: {
    ...listed<Model.User, Model.UserFilter>({
      ...users,
      filter: {
        username: "username",
        firstName: "firstname",
        lastName: "lastname",
        organization: "organization_id",
        email: "email",
        role: "role_id",
        rule: "rule_id",
      },
    }),
    // The server fails inside where one of the names is missing.
    create: (user) => madeUsers.create({ firstName: "", lastName: "", ...user }),
    ...changed<Model.UserFields, Model.User>(users, userNames),
    ...deleted(users),
  },
  roles: {
    ...listed<Model.Role, Model.RoleFilter>({
      ...roles,
      filter: {
        name: "name",
        description: "description",
        organization: "organization_id",
        includeDefault: "include_root",
        rule: "rule_id",
        user: "user_id",
      },
    }),
    ...made<Model.NewRole, Model.Role>(roles, things.role, {
      name: "name",
      description: "description",
      rules: "rules",
      organization: "organization_id",
    }),
    ...changed<Model.RoleFields, Model.Role>(roles, {
      name: "name",
      description: "description",
      rules: "rules",
    }),
    ...deleted(roles),
  },
  rules: {
    ...rules,
    // Of these two the server knows nothing but capitals, and finds nothing otherwise.
    list: ({ operation, scope, ...filter }, at) =>
      rules.list({ ...filter, operation: operation?.toUpperCase(), scope: scope?.toUpperCase() }, at),
  },
  tasks: {
    // By a run the server cannot list: it fails inside.
    ...listed<Model.Task, Model.TaskFilter>({
      ...tasks,
      filter: {
        name: "name",
        description: "description",
        image: "image",
        collaboration: "collaboration_id",
        study: "study_id",
        parent: "parent_id",
        job: "job_id",
        database: "database",
        userCreated: "is_user_created",
        organization: "init_org_id",
        user: "init_user_id",
      },
    }),
    create: ({ name, description, image, collaboration, study, store, databases, inputs }, server) => ({
      method: "POST",
      path: "/task",
      body: {
        name,
        image,
        ...(description === undefined ? {} : { description }),
        ...(collaboration === undefined ? {} : { collaboration_id: collaboration }),
        ...(study === undefined ? {} : { study_id: study }),
        ...(store === undefined ? {} : { store_id: store, server_url: server }),
        databases: databases.map((database) => databaseBody(database)),
        organizations: inputs.map(({ organization, input }) => ({ id: organization, input })),
      },
      read: json(things.task),
    }),
    kill: (id) => ({ method: "POST", path: "/kill/task", body: { id }, read: nothing }),
    ...deleted(tasks),
  },
  runs: ofTask<Model.Run, Model.RunFilter>({
    path: "/run",
    what: "run",
    item: things.run,
    filter: {
      task: "task_id",
      organization: "organization_id",
      node: "node_id",
      collaboration: "collaboration_id",
      state: "state",
    },
  }),
  results: ofTask<Model.TaskResult, Model.ResultFilter>({
    path: "/result",
    what: "result",
    item: things.result,
    filter: { task: "task_id" },
  }),
  linkedStores: {
    ...listed<Model.LinkedStore, Model.LinkedStoreFilter>({
      ...linkedStores,
      filter: { name: "name", url: "url", collaboration: "collaboration_id" },
    }),
    ...changed<Model.LinkedStoreFields, Model.LinkedStore>(linkedStores, {
      name: "name",
      collaboration: "collaboration_id",
    }),
    create: ({ force, ...store }, server) => ({
      method: "POST",
      path: "/algorithmstore",
      body: {
        ...bodyOf(
          store,
          { name: "name", url: "algorithm_store_url", collaboration: "collaboration_id" },
          "a store",
        ),
        server_url: server,
        ...(force === undefined ? {} : { force }),
      },
      read: json(things.linkedStore),
    }),
    delete: (id, server) => ({
      method: "DELETE",
      path: below("/algorithmstore", id),
      query: { server_url: server },
      knownProblems: {
        400: 'The server could not take the store away. Servers up to 4.15 tell the store to forget them by a header, "server_url", that most web servers drop; the store then misses it. If that is what is said here, only whoever keeps the database of the server can take the link away.',
      },
      read: nothing,
    }),
  },
  blobs: {
    enabled: () => ({
      method: "GET",
      path: "/blobstream/status",
      read: json(z.object({ blob_store_enabled: z.boolean() }).transform((body) => body.blob_store_enabled)),
    }),
    upload: (bytes) => ({
      method: "POST",
      path: "/blobstream",
      body: bytes,
      isLarge: true,
      read: json(z.object({ uuid: z.string() }).transform(({ uuid }) => uuid)),
    }),
    download: (id) => ({
      method: "GET",
      path: `/blobstream/${encodeURIComponent(id)}`,
      isLarge: true,
      read: raw,
    }),
  },
  account: {
    changePassword: (current, wanted) => ({
      method: "PATCH",
      path: "/password/change",
      body: { current_password: current, new_password: wanted },
      read: nothing,
    }),
    resetPassword: (whose) => ({
      method: "POST",
      path: "/recover/lost",
      isPublic: true,
      body: bodyOf(whose, account, "an account"),
      read: nothing,
    }),
    setPassword: (token, password) => ({
      method: "POST",
      path: "/recover/reset",
      isPublic: true,
      body: { reset_token: token, password },
      read: nothing,
    }),
    resetTwoFactor: (username, password) => ({
      method: "POST",
      path: "/recover/2fa/lost",
      isPublic: true,
      body: { username, password },
      read: nothing,
    }),
    setTwoFactor: (token) => ({
      method: "POST",
      path: "/recover/2fa/reset",
      isPublic: true,
      body: { reset_token: token },
      read: json(enrolment),
    }),
  },
  store: storeDialect,
};
