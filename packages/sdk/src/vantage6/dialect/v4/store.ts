import { z } from "zod";
import type { Call } from "../../http/index.ts";
import type * as Model from "../../model/index.ts";
import type { StoreDialect } from "../dialect.ts";
import { below, changed, deleted, listed, made } from "./asking.ts";
import { json, moment, nothing, number, text } from "./reading.ts";

const argument = z
  .object({
    name: z.string(),
    type: z.string(),
    display_name: text,
    description: text,
    has_default_value: z.boolean().nullish(),
    default_value: text,
  })
  .transform(({ display_name, has_default_value, default_value, ...rest }) => ({
    ...rest,
    displayName: display_name,
    hasDefaultValue: has_default_value ?? false,
    defaultValue: default_value,
  }));

const functionSchema = z
  .object({
    name: z.string(),
    type: z.string(),
    display_name: text,
    description: text,
    databases: z.array(z.object({ name: z.string(), description: text })).nullish(),
    arguments: z.array(argument).nullish(),
  })
  .transform(({ display_name, databases, arguments: taken, ...rest }) => ({
    ...rest,
    displayName: display_name,
    databases: databases ?? [],
    arguments: taken ?? [],
  }));

const algorithm: z.ZodType<Model.StoreAlgorithm> = z
  .object({
    id: number,
    name: z.string(),
    description: text,
    image: z.string(),
    digest: text,
    partitioning: z.string(),
    vantage6_version: text,
    code_url: text,
    documentation_url: text,
    status: z.string(),
    functions: z.array(functionSchema),
    submitted_at: moment,
    approved_at: moment,
    invalidated_at: moment,
  })
  .transform(
    ({
      vantage6_version: vantage6Version,
      code_url: codeUrl,
      documentation_url: documentationUrl,
      submitted_at: submittedAt,
      approved_at: approvedAt,
      invalidated_at: invalidatedAt,
      ...rest
    }): Model.StoreAlgorithm => ({
      ...rest,
      vantage6Version,
      codeUrl,
      documentationUrl,
      submittedAt,
      approvedAt,
      invalidatedAt,
    }),
  );

const review: z.ZodType<Model.StoreReview> = z
  .object({
    id: number,
    status: z.string(),
    comment: text,
    algorithm_id: number.nullish(),
    reviewer: z.object({ id: number }).nullish(),
  })
  .transform(
    ({ algorithm_id, reviewer, ...rest }): Model.StoreReview => ({
      ...rest,
      algorithm: algorithm_id == null ? null : { id: algorithm_id },
      reviewer: reviewer ?? null,
    }),
  );

const user: z.ZodType<Model.StoreUser> = z
  .object({ id: number, username: z.string(), email: text, organization_id: number.nullish() })
  .transform(
    ({ organization_id, ...rest }): Model.StoreUser => ({ ...rest, organization: organization_id ?? null }),
  );

const role: z.ZodType<Model.StoreRole> = z.object({ id: number, name: z.string(), description: text });

const rule: z.ZodType<Model.StoreRule> = z.object({
  id: number,
  name: z.string(),
  operation: z.string(),
  description: text,
});

const algorithmNames = {
  name: "name",
  description: "description",
  image: "image",
  partitioning: "partitioning",
  vantage6Version: "vantage6_version",
  codeUrl: "code_url",
  documentationUrl: "documentation_url",
  submissionComments: "submission_comments",
  functions: "functions",
} as const;

/**
 * An algorithm store of 4.x, asked by a user of this server. The header has a hyphen: one with an underscore, as
 * vantage6's Python sends it, is dropped on the way by most web servers.
 */
export function storeDialect(server: string): StoreDialect {
  const headers = { "Server-Url": server };
  const algorithms = { path: "/algorithm", what: "algorithm", item: algorithm, headers, sort: "id" } as const;
  const reviews = { path: "/review", what: "review", item: review, headers, sort: "id" } as const;
  const users = { path: "/user", what: "user", item: user, headers, sort: "id" } as const;
  const roles = { path: "/role", what: "role", item: role, headers, sort: "id" } as const;
  const rules = listed<Model.StoreRule, Model.StoreRuleFilter>({
    path: "/rule",
    what: "rule",
    item: rule,
    headers,
    sort: "id",
    filter: {
      name: "name",
      operation: "operation",
      role: "role_id",
      username: "username",
      server: "server_url",
    },
  });
  const decide = (id: number, decision: string, comment: string | undefined): Call<void> => ({
    method: "POST",
    path: below("/review", id, `/${decision}`),
    body: comment === undefined ? {} : { comment },
    headers,
    read: nothing,
  });
  return {
    version: () => ({
      method: "GET",
      path: "/version",
      headers,
      isPublic: true,
      read: json(z.object({ version: z.string() }).transform(({ version }) => version)),
    }),
    algorithms: {
      ...listed<Model.StoreAlgorithm, Model.StoreAlgorithmFilter>({
        ...algorithms,
        filter: {
          name: "name",
          description: "description",
          image: "image",
          partitioning: "partitioning",
          vantage6Version: "vantage6_version",
          awaitingReviewer: "awaiting_reviewer_assignment",
          underReview: "under_review",
          inReviewProcess: "in_review_process",
          invalidated: "invalidated",
        },
      }),
      ...made<Model.NewStoreAlgorithm, Model.StoreAlgorithm>(algorithms, algorithm, algorithmNames),
      ...changed<Model.StoreAlgorithmFields, Model.StoreAlgorithm>(algorithms, {
        ...algorithmNames,
        refreshDigest: "refresh_digest",
      }),
      ...deleted(algorithms),
      invalidate: (id) => ({
        method: "POST",
        path: below("/algorithm", id, "/invalidate"),
        headers,
        read: nothing,
      }),
    },
    reviews: {
      ...listed<Model.StoreReview, Model.StoreReviewFilter>({
        ...reviews,
        filter: {
          algorithm: "algorithm_id",
          reviewer: "reviewer_id",
          underReview: "under_review",
          reviewed: "reviewed",
          approved: "approved",
          rejected: "rejected",
        },
      }),
      ...made<Model.NewStoreReview, Model.StoreReview>(reviews, review, {
        algorithm: "algorithm_id",
        reviewer: "reviewer_id",
      }),
      ...deleted(reviews),
      approve: (id, comment) => decide(id, "approve", comment),
      reject: (id, comment) => decide(id, "reject", comment),
    },
    users: {
      ...listed<Model.StoreUser, Model.StoreUserFilter>({
        ...users,
        filter: { username: "username", role: "role_id" },
      }),
      ...made<Model.NewStoreUser, Model.StoreUser>(users, user, { username: "username", roles: "roles" }),
      ...changed<Model.StoreUserFields, Model.StoreUser>(users, { roles: "roles" }),
      ...deleted(users),
    },
    roles: {
      ...listed<Model.StoreRole, Model.StoreRoleFilter>({
        ...roles,
        filter: { name: "name", description: "description", user: "user_id" },
      }),
      ...made<Model.NewStoreRole, Model.StoreRole>(roles, role, {
        name: "name",
        description: "description",
        rules: "rules",
      }),
      ...changed<Model.StoreRoleFields, Model.StoreRole>(roles, {
        name: "name",
        description: "description",
        rules: "rules",
      }),
      ...deleted(roles),
    },
    rules: {
      // A store knows operations in small letters only, a server in capitals; and a user by the server that has it.
      list: ({ operation, ...filter }, at) =>
        rules.list(
          {
            ...(filter.username === undefined ? {} : { server }),
            ...filter,
            operation: operation?.toLowerCase(),
          },
          at,
        ),
    },
    policies: (isPublic) => ({
      method: "GET",
      path: isPublic ? "/policy/public" : "/policy",
      headers,
      isPublic,
      read: json<Model.StorePolicies>(z.record(z.string(), z.unknown())),
    }),
  };
}
