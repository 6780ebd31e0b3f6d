import type { PreflightNews, Undelivered } from "@konsil/core";
import type { DatabaseLabels } from "./database-labels.ts";
import { mayPermit } from "./image-policy.ts";
import type { Keys } from "./keys.ts";
import type { RemoteSite } from "./remote-transport.ts";
import type { PortNode, ServerPort } from "./server-port.ts";

export interface Checked {
  readonly server: ServerPort;
  readonly sites: readonly RemoteSite[];
  readonly collaboration: number;
  readonly image: string;
  readonly labels: DatabaseLabels;
  /** Undefined where the collaboration is not encrypted. */
  readonly keys: Keys | undefined;
  /** What whoever asks is to know before it is asked. */
  readonly warning: string | undefined;
}

type Problem = Omit<Undelivered, "site">;

/** Values of a key in what a node tells of its configuration. It tells nothing where its administrator does not want it. */
function told(node: PortNode, key: string): readonly string[] {
  return node.config.filter((entry) => entry.key === key).map(({ value }) => value);
}

/** "1", "True" or "0": a node's configuration crosses the server as text. */
const isTrue = (text: string | undefined): boolean => text === "1" || text?.toLowerCase() === "true";

function nodeProblem(
  nodes: readonly PortNode[],
  encrypted: boolean,
  image: string,
  { label, remedy }: { readonly label: string; readonly remedy: string },
): Problem | undefined {
  if (nodes.length === 0)
    return {
      failed: "SITE_UNAVAILABLE",
      message:
        "{site} has no node in this collaboration. Ask the server's administrator to register one, or leave the site out: { sites: […] }.",
    };
  const online = nodes.filter(({ status }) => status === "online");
  const [node] = online;
  if (node === undefined)
    return {
      failed: "NODE_OFFLINE",
      message:
        "{site} is offline: no node of it is connected to the server. Ask its administrator to start it, or go on without it: { whenSiteFails: { continueWith: n } }.",
    };
  const [encryption] = told(node, "encryption");
  if (encryption !== undefined && isTrue(encryption) !== encrypted)
    return {
      failed: "ENCRYPTION_MISMATCH",
      message: `{site} has encryption turned ${isTrue(encryption) ? "on" : "off"} at its node, and the collaboration is ${encrypted ? "" : "not "}encrypted. Its node's administrator has to set \`encryption.enabled\` to ${encrypted}.`,
    };
  if (
    told(node, "allowed_algorithm_stores").length === 0 &&
    !mayPermit(told(node, "allowed_algorithms"), image)
  )
    return {
      failed: "IMAGE_NOT_ALLOWED",
      message: `{site} does not permit the image "${image}" at its node (\`policies.allowed_algorithms\`). Ask the node's administrator to add it.`,
    };
  const labels = told(node, "database_labels");
  if (labels.length > 0 && !labels.includes(label))
    return {
      failed: "DATABASE_UNKNOWN",
      message: `{site} has no database "${label}". Databases there: ${labels.map((one) => `"${one}"`).join(", ")}. ${remedy}`,
    };
  return undefined;
}

/** Everything that can be known before something is sent, with requests that run at the same time. */
export async function preflight(
  { server, sites, collaboration, image, labels, keys, warning }: Checked,
  request: { readonly sites: readonly string[]; readonly database: string },
  signal: AbortSignal,
  tell: (news: PreflightNews) => void,
): Promise<readonly Undelivered[]> {
  const { database } = request;
  const wanted = { label: labels.of(database), remedy: labels.remedy(database) };
  if (warning !== undefined) tell({ type: "warning", message: warning });
  const chosen = sites.filter(({ name }) => request.sites.includes(name));
  const [nodes, keyProblems] = await Promise.all([
    server.within(signal).nodes.list({ collaboration }).all(),
    keys?.problems(chosen, signal) ?? new Map<string, Problem>(),
  ]);
  const first = keys?.takeFirst() ?? [];
  if (first.length > 0) tell({ type: "keys-first-seen", keys: first });
  return chosen.flatMap(({ name, organization }) => {
    const own = nodes.filter((node) => node.organization.id === organization);
    const problem = nodeProblem(own, keys !== undefined, image, wanted) ?? keyProblems.get(name);
    return problem === undefined ? [] : [{ site: name, ...problem }];
  });
}
