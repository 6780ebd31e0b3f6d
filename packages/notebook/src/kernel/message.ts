import { z } from "zod";

/** What Jupyter's messages carry in front (protocol 5.x, https://jupyter-client.readthedocs.io/en/stable/messaging.html). */
export interface Header {
  readonly msg_id: string;
  readonly msg_type: string;
  readonly session?: string | undefined;
}

export interface Message {
  readonly header: Header;
  /** The request that it belongs to. */
  readonly parent?: string | undefined;
  readonly content: unknown;
}

/** Data of one thing in several forms, by MIME type. */
export type Bundle = Readonly<Record<string, unknown>>;

/** Something to look at. */
export interface Displayed<Type extends string> {
  readonly type: Type;
  readonly data: Bundle;
  readonly metadata: Bundle;
  readonly displayId?: string | undefined;
  readonly executionCount: number | null;
}

/** What a kernel publishes about a request. */
export type Published =
  | { readonly type: "status"; readonly state: string }
  | { readonly type: "execute_input"; readonly executionCount: number | null }
  | { readonly type: "stream"; readonly name: "stdout" | "stderr"; readonly text: string }
  | Displayed<"display_data">
  | Displayed<"update_display_data">
  | Displayed<"execute_result">
  | { readonly type: "clear_output"; readonly wait: boolean }
  | {
      readonly type: "error";
      readonly name: string;
      readonly message: string;
      readonly trace: readonly string[];
    };

export interface ExecuteReply {
  /** Kernels of protocol 5 say "aborted"; tslab says "abort". */
  readonly status: "ok" | "error" | "abort" | "aborted";
  readonly executionCount: number | null;
}

/** What a kernel says of itself. */
export interface KernelInfo {
  readonly protocol: string;
  readonly implementation: string;
  readonly banner: string;
  readonly language: {
    readonly name: string;
    readonly version?: string | undefined;
    readonly file_extension?: string | undefined;
    readonly mimetype?: string | undefined;
  } & Bundle;
}

/** Whether its cells are run by JavaScript's engine. */
export const isScript = ({ language }: KernelInfo): boolean =>
  ["typescript", "javascript"].includes(language.name);

export interface Completion {
  readonly matches: readonly string[];
  /** The part of the code that a match replaces. */
  readonly start: number;
  readonly end: number;
}

const bundle = z.record(z.string(), z.unknown());
const text = z.union([z.string(), z.array(z.string())]);
/** Of the forms of a thing those that nbformat takes: text, and anything where the type is of JSON. */
const forms = bundle.transform(
  (data): Bundle =>
    Object.fromEntries(
      Object.entries(data).filter(
        ([type, form]) => /^application\/(.*\+)?json$/.test(type) || text.safeParse(form).success,
      ),
    ),
);
const executionCount = z.int().nullish();

export const header: z.ZodType<Header> = z.looseObject({
  msg_id: z.string(),
  msg_type: z.string(),
  session: z.string().optional(),
});

/** Empty where a message belongs to no request. */
export const parentHeader: z.ZodType<{ msg_id?: string | undefined }> = z.looseObject({
  msg_id: z.string().optional(),
});

export const executeReply: z.ZodType<ExecuteReply> = z
  .looseObject({ status: z.enum(["ok", "error", "abort", "aborted"]), execution_count: executionCount })
  .transform((reply) => ({ status: reply.status, executionCount: reply.execution_count ?? null }));

export const kernelInfoReply: z.ZodType<KernelInfo> = z
  .looseObject({
    protocol_version: z.string(),
    implementation: z.string().default(""),
    banner: z.string().default(""),
    language_info: z.looseObject({
      name: z.string(),
      version: z.string().optional(),
      file_extension: z.string().optional(),
      mimetype: z.string().optional(),
    }),
  })
  .transform((reply) => ({
    protocol: reply.protocol_version,
    implementation: reply.implementation,
    banner: reply.banner,
    language: reply.language_info,
  }));

export const completeReply: z.ZodType<Completion> = z
  .looseObject({ matches: z.array(z.string()), cursor_start: z.int(), cursor_end: z.int() })
  .transform((reply) => ({ matches: reply.matches, start: reply.cursor_start, end: reply.cursor_end }));

export const inspectReply: z.ZodType<Bundle | undefined> = z
  .looseObject({ found: z.boolean(), data: bundle })
  .transform((reply) => (reply.found ? reply.data : undefined));

/** A reply of which only the fact is of interest. */
export const anyReply: z.ZodType<unknown> = z.looseObject({});

const displayed = z.looseObject({
  data: forms,
  metadata: bundle.nullish(),
  execution_count: executionCount,
  transient: z.looseObject({ display_id: z.string().nullish() }).nullish(),
});

function display(
  type: "display_data" | "update_display_data" | "execute_result",
): z.ZodType<Published, unknown> {
  return displayed.transform((content) => ({
    type,
    data: content.data,
    metadata: content.metadata ?? {},
    displayId: content.transient?.display_id ?? undefined,
    executionCount: content.execution_count ?? null,
  }));
}

const published: Readonly<Record<string, z.ZodType<Published, unknown>>> = {
  status: z
    .looseObject({ execution_state: z.string() })
    .transform((content) => ({ type: "status" as const, state: content.execution_state })),
  execute_input: z.looseObject({ execution_count: executionCount }).transform((content) => ({
    type: "execute_input" as const,
    executionCount: content.execution_count ?? null,
  })),
  stream: z
    .looseObject({ name: z.enum(["stdout", "stderr"]), text: z.string() })
    .transform((content) => ({ type: "stream" as const, name: content.name, text: content.text })),
  display_data: display("display_data"),
  update_display_data: display("update_display_data"),
  execute_result: display("execute_result"),
  clear_output: z
    .looseObject({ wait: z.boolean().default(false) })
    .transform((content) => ({ type: "clear_output" as const, wait: content.wait })),
  error: z
    .looseObject({ ename: z.string(), evalue: z.string(), traceback: z.array(z.string()).default([]) })
    .transform((content) => ({
      type: "error" as const,
      name: content.ename,
      message: content.evalue,
      trace: content.traceback,
    })),
};

/** What a message on the publishing channel says; "unknown" for a type of no interest here, "malformed" for a wrong one. */
export function readPublished({ header, content }: Message): Published | "unknown" | "malformed" {
  const schema = Object.hasOwn(published, header.msg_type) ? published[header.msg_type] : undefined;
  if (schema === undefined) return "unknown";
  const read = schema.safeParse(content);
  return read.success ? read.data : "malformed";
}
