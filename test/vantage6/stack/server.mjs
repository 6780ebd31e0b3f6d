import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { capture } from "../../../scripts/step.mjs";
import { answers, launch, waitFor } from "./processes.mjs";
import { python, pythonEnvironment, script } from "./python.mjs";
import { certificate } from "./registry.mjs";
import {
  base,
  collaborations,
  nodes,
  organizations,
  password,
  ports,
  serverUrl,
  storeUrl,
} from "./settings.mjs";

const logging = (file) => ({
  level: "DEBUG",
  file,
  use_console: true,
  backup_count: 1,
  max_size: 1024,
  format: "%(asctime)s - %(name)-14s - %(levelname)-8s - %(message)s",
  datefmt: "%Y-%m-%d %H:%M:%S",
});

/** Writes a configuration. JSON is YAML, which vantage6 reads. */
export function writeConfig(folder, name, config) {
  mkdirSync(join(base, folder), { recursive: true });
  const file = join(base, folder, `${name}.yaml`);
  writeFileSync(file, JSON.stringify(config, null, 1));
  return file;
}

/** What a server begins with: one user for each organization, with every right; nodes with known keys. */
const entities = () => ({
  organizations: organizations.map((name) => ({
    name,
    domain: `${name}.example`,
    address1: "",
    address2: "",
    zipcode: "",
    country: "",
    public_key: "",
    users: [{ username: name, firstname: name, lastname: "", password, email: `${name}@${name}.example` }],
  })),
  collaborations: collaborations.map(({ name, encrypted }) => ({
    name,
    encrypted,
    participants: nodes
      .filter((node) => node.collaboration.name === name)
      .map(({ organization, apiKey }) => ({ name: organization, api_key: apiKey })),
    tasks: [],
  })),
});

function config() {
  return writeConfig("server", "config", {
    description: "test server",
    ip: "127.0.0.1",
    port: ports.server,
    api_path: "/api",
    uri: `sqlite:///${join(base, "server", "db.sqlite")}`,
    allow_drop_all: true,
    jwt_secret_key: "a secret of tests that is long enough for its purpose",
    server_url: serverUrl,
    // Server and store may call each other on this machine.
    dev: { host_uri: "127.0.0.1" },
    logging: logging("server.log"),
  });
}

/** Starts the server without changing what it knows. */
export async function startServer() {
  launch("server", python, [script("server.py"), config(), String(ports.server)], pythonEnvironment);
  await waitFor("the server", "server", 60, () => answers(`${serverUrl}/version`));
}

/** Fills the server's tables, which exist once it has started. */
export async function seedServer() {
  const seeded = join(base, "server", "seeded");
  if (existsSync(seeded)) return;
  const args = ["import", "-c", config(), "--user", writeConfig("server", "entities", entities())];
  await capture("filling the server", python, [script("seed.py"), ...args], {
    env: { ...process.env, ...pythonEnvironment },
  });
  writeFileSync(seeded, "");
}

export async function startStore() {
  const file = writeConfig("store", "config", {
    description: "test store",
    ip: "127.0.0.1",
    port: ports.store,
    api_path: "/api",
    uri: `sqlite:///${join(base, "store", "db.sqlite")}`,
    allow_drop_all: true,
    // Must equal the header Server-Url of clients.
    root_user: { v6_server_uri: serverUrl, username: "root" },
    policies: { algorithm_view: "public", allow_localhost: true },
    dev: { host_uri: "127.0.0.1", disable_review: true },
    logging: logging("store.log"),
  });
  const env = { ...pythonEnvironment, REQUESTS_CA_BUNDLE: certificate };
  launch("store", python, [script("store.py"), file, String(ports.store)], env);
  await waitFor("the algorithm store", "store", 60, () => answers(`${storeUrl}/version`));
}
