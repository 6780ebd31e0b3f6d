import { relative } from "node:path";
import { root } from "../../../scripts/step.mjs";
import { keys } from "./nodes.mjs";
import { base, collaborations, image, organizations, serverUrl, storeUrl } from "./settings.mjs";

/** What is needed to use a stack that was kept, and to end it. */
export function keptWords({ DOCKER_HOST: dockerHost, KONSIL_STACK: folder } = process.env) {
  const here = (path) => relative(root, path) || ".";
  const where = folder === undefined ? "" : `KONSIL_STACK=${folder} `;
  const modes = collaborations.map(({ name, encrypted }) => `"${name}"${encrypted ? " (encrypted)" : ""}`);
  const said = {
    server: serverUrl,
    "algorithm store": storeUrl,
    users: `${organizations.join(", ")}, of the organization of that name; root administers server and store`,
    passwords: "in test/vantage6/stack/settings.mjs; root's is root",
    collaborations: modes.join(", "),
    "private keys": organizations.map((name) => here(`${keys}/${name}.pem`)).join(", "),
    image,
    "Docker engine": dockerHost === undefined ? "that of this machine" : `DOCKER_HOST=${dockerHost}`,
    "everything else": `${here(base)}, with logs in log/`,
  };
  return `
The stack is kept:
${Object.entries(said)
  .map(([what, value]) => `  ${what.padEnd(16)} ${value}\n`)
  .join("")}The next run uses it. To end it: ${where}npm run test:vantage6 -- --stop
`;
}
