import { join } from "node:path";
import { root } from "../../../scripts/step.mjs";

const port = Number(process.env.KONSIL_STACK_PORT ?? 7700);

/** Everything of the stack lives below this folder; what is slow to make (the Python environment) is kept there. */
export const base = process.env.KONSIL_STACK ?? join(root, "node_modules", ".cache", "konsil-vantage6");

export const ports = { server: port + 1, store: port + 2, registry: port + 3, proxy: port + 10 };

export const serverUrl = `http://127.0.0.1:${ports.server}/api`;
export const storeUrl = `http://127.0.0.1:${ports.store}/api`;
export const image = `localhost:${ports.registry}/konsil/konsil:test`;

/** Organizations hold the data of these sites of the breast cancer study; one user each, who has every right. */
export const organizations = ["oslo", "leeds", "heidelberg"];

/** One node for each organization in each collaboration, so that both policies and both modes of transport are met. */
export const collaborations = [
  {
    name: "public data",
    encrypted: false,
    policy: { policy: "open", reason: "public data of R's survival package" },
  },
  // Two of three keep tables between the rounds of a job.
  { name: "hospitals", encrypted: true, policy: {}, keepTables: ["leeds", "heidelberg"] },
];

export const nodes = collaborations.flatMap((collaboration, row) =>
  organizations.map((organization, column) => ({
    name: `konsil-${row}-${organization}`,
    collaboration,
    organization,
    // Known beforehand: a test server that only this machine can reach.
    apiKey: `00000000-0000-4000-8000-0000000000${row}${column}`,
    proxyPort: ports.proxy + row * organizations.length + column,
  })),
);

export const password = "Konsil-test-password-1";
