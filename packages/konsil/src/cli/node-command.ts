import { resolve } from "node:path";
import { ArgumentError } from "@konsil/core";
import { UsageError } from "./failure.ts";
import { momentText } from "./moment.ts";
import { readOptions, required } from "./options.ts";

export const nodeHelp = `konsil node --dev --server URL --api-key KEY --database default=patients.csv [--database …]
                  [--policy policy.json] [--entry my-image.mjs] [--private-key organization.pem]

A node for development: takes its tasks from a vantage6 4.x server, and carries each out as a process of this machine,
with the program of an image and without Docker. For algorithms of your own; a hospital runs a node of vantage6. It tells what it does in times of UTC.

  --server URL        the server, such as http://localhost:7601/api
  --api-key KEY       of the node, told when it was registered; or in the variable KONSIL_NODE_KEY
  --database L=FILE   a database by its label; settings behind commas: default=registry.duckdb,table=patients
  --policy FILE       the site's policy; default: that of the variables KONSIL_POLICY…, or a hospital's
  --entry FILE        a program that calls serve(); default: all algorithms of Konsil
  --private-key FILE  the organization's, for a collaboration with encryption
  --allow-insecure    permits http:// to another machine, on a network that you trust
`;

/** The key is as good as a password. @throws ArgumentError */
function addressOf(text: string, allowInsecure: boolean): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== "" || url.search !== "")
    throw new ArgumentError(
      "ARGUMENT_INVALID",
      'The address of a server must be written like "https://v6.example.org/api".',
    );
  const isHere = /^(localhost|127\.[\d.]+|\[::1\])$/.test(url.hostname);
  if (url.protocol === "http:" && !isHere && !allowInsecure)
    throw new ArgumentError(
      "ADDRESS_INSECURE",
      `What is sent to ${url.origin} is not encrypted: whoever is on the way could read the node's key. Nothing was sent. Use "https://${url.host}${url.pathname}", or, on a network that you trust, --allow-insecure.`,
    );
  return url.origin + (url.pathname === "/" ? "/api" : url.pathname.replace(/\/+$/, ""));
}

/** What of this process' environment is for the program of an image, and the policy of a file. */
async function settingsOf(policy: string | undefined): Promise<Readonly<Record<string, string>>> {
  const settings: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env))
    if (/^KONSIL_(SITE$|POLICY|JOURNAL$|MEMORY$|KEEP_TABLES$)/.test(name) && value !== undefined)
      settings[name] = value;
  if (policy === undefined) return settings;
  // Before the first task comes: a policy that cannot be read is said to whoever wrote it.
  const { policyFile } = await import("@konsil/site");
  await policyFile(policy);
  return { ...settings, KONSIL_POLICY_FILE: resolve(policy) };
}

export async function nodeCommand(args: readonly string[]): Promise<void> {
  const text = { type: "string" } as const;
  const parsed = readOptions("node", args, {
    dev: { type: "boolean" },
    server: text,
    "api-key": text,
    database: { type: "string", multiple: true },
    policy: text,
    entry: text,
    "private-key": text,
    "allow-insecure": { type: "boolean" },
  });
  const { dev, entry, policy, "private-key": keyFile, "allow-insecure": insecure } = parsed.values;
  if (dev !== true)
    throw new UsageError(
      "node",
      "A hospital's node is that of vantage6, which runs the image. For development call: konsil node --dev.",
    );
  const given = parsed.values["database"] as unknown as readonly string[] | undefined;
  if (given === undefined) required("node", parsed, "database", "default=patients.csv");
  const [{ readPrivateKey }, { mainOf }, { readNodeDatabase, startDevNode }] = await Promise.all([
    import("@konsil/sdk"),
    import("../image/index.ts"),
    import("../node/index.ts"),
  ]);
  const main = mainOf(typeof entry === "string" ? entry : undefined);
  const say = (line: string): void => {
    process.stdout.write(`${momentText(new Date())}  ${line}\n`);
  };
  const node = await startDevNode({
    server: addressOf(required("node", parsed, "server", "http://localhost:7601/api"), insecure === true),
    apiKey: process.env["KONSIL_NODE_KEY"] ?? required("node", parsed, "api-key", "the key of the node"),
    databases: (given ?? []).map(readNodeDatabase),
    main,
    settings: await settingsOf(typeof policy === "string" ? policy : undefined),
    privateKey: typeof keyFile === "string" ? await readPrivateKey(keyFile) : undefined,
    say,
  });
  say(`${node.organization} in the collaboration "${node.collaboration}"; Ctrl-C ends it`);
  await new Promise<void>((done) => {
    process.once("SIGINT", done);
    process.once("SIGTERM", done);
  });
  await node.stop();
  say("stopped");
}
