import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Server } from "konsil";
import { keyFile, organizations, serverUrl, sitesHere } from "./real.ts";

// As a developer has it: `npm run test:vantage6` builds before it tests.
const command = fileURLToPath(new URL("../../packages/konsil/dist/cli/main.js", import.meta.url));
const data = fileURLToPath(new URL("../../packages/konsil/data/breast-cancer/", import.meta.url));

/** `konsil node --dev` as a process. */
export class DevNodeProcess {
  readonly #child: ChildProcess;
  #out = "";

  constructor(apiKey: string, organization: string, args: readonly string[], policy?: object) {
    const { PATH, HOME } = process.env;
    this.#child = spawn(
      process.execPath,
      [
        command,
        ..."node --dev --server".split(" "),
        serverUrl,
        "--database",
        `default=${data}${organization}.csv`,
        ...args,
      ],
      {
        stdio: ["ignore", "pipe", "pipe"],
        env: {
          PATH,
          HOME,
          KONSIL_NODE_KEY: apiKey,
          ...(policy === undefined ? {} : { KONSIL_POLICY: JSON.stringify(policy) }),
        },
      },
    );
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on("data", (chunk: Buffer) => {
        this.#out += chunk.toString("utf8");
      });
  }

  /** All that it printed. */
  get out(): string {
    return this.#out;
  }

  /** Waits until it printed this. */
  async says(words: RegExp, seconds = 60): Promise<string> {
    const until = Date.now() + seconds * 1000;
    for (;;) {
      const [found] = words.exec(this.#out) ?? [];
      if (found !== undefined) return found;
      if (Date.now() > until || this.#child.exitCode !== null)
        throw new Error(`A development node never said ${words}. It said:\n${this.#out}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** As Ctrl-C does. Gives its exit code. */
  async stop(): Promise<number | null> {
    if (this.#child.exitCode === null) {
      this.#child.kill("SIGINT");
      await new Promise((resolve) => this.#child.once("close", resolve));
    }
    return this.#child.exitCode;
  }
}

export interface DevCollaboration {
  readonly id: number;
  readonly name: string;
  /** The keys of its nodes by organization. */
  readonly apiKeys: ReadonlyMap<string, string>;
}

/** A collaboration of one's own, with nodes that nobody runs yet. */
export async function devCollaboration(
  server: Server,
  encrypted: boolean,
  members: readonly string[] = organizations,
): Promise<DevCollaboration> {
  const name = `dev-nodes-${Date.now().toString(36)}-${encrypted ? "sealed" : "plain"}-${members.length}`;
  const all = await server.organizations.list().all();
  const ids = members.map((member) => {
    const found = all.find((one) => one.name === member);
    if (found === undefined) throw new Error(`The server has no organization "${member}".`);
    return found.id;
  });
  const { id } = await server.collaborations.create({ name, encrypted, organizations: ids });
  const apiKeys = new Map<string, string>();
  for (const [i, organization] of ids.entries()) {
    const node = await server.nodes.create({
      name: `${name} ${members[i]}`,
      collaboration: id,
      organization,
    });
    apiKeys.set(members[i] ?? "", node.apiKey);
  }
  return { id, name, apiKeys };
}

/** Starts a development node for each organization of a collaboration, and waits until all are online. */
export async function startDevNodes(
  { apiKeys }: DevCollaboration,
  encrypted: boolean,
  policy: "open" | "hospital",
): Promise<readonly DevNodeProcess[]> {
  const nodes = [...apiKeys].map(([organization, key]) => {
    const { reason } = sitesHere("open").find(({ name }) => name === organization) ?? {};
    return new DevNodeProcess(
      key,
      organization,
      encrypted ? ["--private-key", keyFile(organization)] : [],
      policy === "open" ? { policy, reason } : undefined,
    );
  });
  await Promise.all(nodes.map((node) => node.says(/online at/)));
  return nodes;
}
