import { z } from "zod";

const text = z.string();

/** The file by which a node of 4.14 or later, with `run_context_file` set, says what a task is. Schema 0.1. */
const schema = z.object({
  schema_version: z.literal("0.1"),
  entrypoint: z.object({ name: text }),
  arguments: z.object({
    positional: z.array(z.unknown()).default([]),
    named: z.record(text, z.unknown()).default({}),
  }),
  inputs: z.array(z.object({ id: text, uri: text, type: text.optional() })),
  outputs: z.array(z.object({ id: text, uri: text })).min(1),
  "x-vantage6": z.object({
    token_file: text,
    api_proxy: z
      .object({ host: text, port: z.union([text, z.number()]), api_path: text.default("") })
      .optional(),
    temporary_directory: text.optional(),
  }),
});

/** What a run-context file says. */
export interface RunContext {
  readonly input: { readonly method: string; readonly args: readonly unknown[]; readonly kwargs: object };
  readonly databases: readonly { readonly label: string; readonly uri: string; readonly type: string }[];
  readonly outputFile: string;
  readonly tokenFile: string;
  readonly proxy: string | undefined;
  readonly temporaryFolder: string | undefined;
}

/** Reads a run-context file. Undefined for one of another schema: the environment says the same. */
export function readRunContext(content: string): RunContext | undefined {
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch {
    return undefined;
  }
  const { success, data } = schema.safeParse(json);
  if (!success) return undefined;
  const { entrypoint, arguments: given, inputs, outputs, "x-vantage6": node } = data;
  const [output] = outputs;
  if (output === undefined) return undefined;
  const proxy = node.api_proxy;
  return {
    input: { method: entrypoint.name, args: given.positional, kwargs: given.named },
    databases: inputs.map(({ id, uri, type = "other" }) => ({ label: id, uri, type })),
    outputFile: output.uri,
    tokenFile: node.token_file,
    proxy: proxy === undefined ? undefined : `${proxy.host}:${proxy.port}${proxy.api_path}`,
    temporaryFolder: node.temporary_directory,
  };
}
