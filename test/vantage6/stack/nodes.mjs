import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { capture, root } from "../../../scripts/step.mjs";
import { hostAddress } from "./docker.mjs";
import { launch, readLog, stop, waitFor } from "./processes.mjs";
import { python, pythonEnvironment, script } from "./python.mjs";
import { writeConfig } from "./server.mjs";
import { base, nodes, organizations, ports } from "./settings.mjs";

export const keys = join(base, "keys");
const data = join(root, "packages", "konsil", "data", "breast-cancer");

export async function makeKeys() {
  mkdirSync(keys, { recursive: true });
  await capture("keys", python, [script("keys.py"), keys, ...organizations]);
}

/** Environment of the algorithm's container, as a hospital's IT sets it. */
function environment({ collaboration, organization }) {
  const keeps = collaboration.keepTables?.includes(organization);
  return {
    KONSIL_SITE: organization,
    KONSIL_POLICY: JSON.stringify(collaboration.policy),
    ...(keeps ? { KONSIL_KEEP_TABLES: "job" } : {}),
  };
}

async function launchNode(node) {
  const folder = join(base, "nodes", node.name);
  mkdirSync(folder, { recursive: true });
  const file = writeConfig("nodes", node.name, {
    api_key: node.apiKey,
    server_url: "http://127.0.0.1",
    port: ports.server,
    api_path: "/api",
    task_dir: join(folder, "tasks"),
    databases: [{ label: "default", uri: join(data, `${node.organization}.csv`), type: "csv" }],
    encryption: {
      enabled: node.collaboration.encrypted,
      private_key: join(keys, `${node.organization}.pem`),
    },
    algorithm_env: environment(node),
    // An image that is on this machine is enough when its registry does not answer.
    policies: { require_algorithm_pull: false },
    logging: {
      level: "DEBUG",
      use_console: true,
      backup_count: 1,
      max_size: 1024,
      format: "%(asctime)s - %(name)-14s - %(levelname)-8s - %(message)s",
      datefmt: "%Y-%m-%d %H:%M:%S",
    },
  });
  const host = await hostAddress();
  launch(node.name, python, [script("node.py"), node.name, file, host], {
    ...pythonEnvironment,
    PROXY_SERVER_HOST: host,
    PROXY_SERVER_PORT: String(node.proxyPort),
  });
}

/** Starts nodes by name, and waits until the server has given each its tasks. */
export async function startNodes(names = nodes.map(({ name }) => name)) {
  for (const node of nodes) if (names.includes(node.name)) await launchNode(node);
  for (const name of names)
    await waitFor(`the node ${name}`, name, 90, () => readLog(name).includes("Tasks synced again"));
}

export function stopNodes(names = nodes.map(({ name }) => name)) {
  return stop(names);
}
