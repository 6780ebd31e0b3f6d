import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { timed } from "../../../scripts/step.mjs";
import { startDocker, stopDocker, useKeptDocker } from "./docker.mjs";
import { keptWords } from "./kept.mjs";
import { keys, makeKeys, startNodes, stopNodes } from "./nodes.mjs";
import { isRunning, requirePort, stop } from "./processes.mjs";
import { preparePython, python } from "./python.mjs";
import { startRegistry } from "./registry.mjs";
import { seedServer, startServer, startStore } from "./server.mjs";
import { base, image, password, ports, serverUrl, storeUrl } from "./settings.mjs";
import { requireTools } from "./tools.mjs";

/** Does everything at the same time, and fails when all of it has ended: what would still start could not be stopped. */
async function together(...works) {
  const ends = await Promise.allSettled(works);
  for (const { status, reason } of ends) if (status === "rejected") throw reason;
}

async function startServices(hasDocker) {
  await together(startServer(), makeKeys());
  await seedServer();
  await together(startStore(), hasDocker ? startNodes() : undefined);
}

/**
 * Starts a real vantage6 server and store, and, where a Docker engine can be started, real nodes: `makeImage` builds and
 * pushes their image once there is a registry. Says whether there are nodes.
 */
export async function up(makeImage) {
  mkdirSync(base, { recursive: true });
  // Else the tests of one stack would talk to the server of another, and both would fail.
  for (const name of ["server", "store", "registry"]) await requirePort(name, ports[name]);
  await requireTools();
  await preparePython();
  let hasDocker = true;
  await timed("Docker engine", () => startDocker()).catch((error) => {
    hasDocker = false;
    process.stderr.write(`${error.output ?? error.message}\n`);
  });
  await timed("registry", startRegistry);
  await timed(`server and algorithm store${hasDocker ? ", nodes and their image" : ""}`, () =>
    together(startServices(hasDocker), hasDocker ? makeImage(image) : undefined),
  );
  return hasDocker;
}

/** What tests are told of the stack. */
export function environment() {
  return {
    KONSIL_SERVER_URL: serverUrl,
    KONSIL_STORE_URL: storeUrl,
    KONSIL_PASSWORD: password,
    KONSIL_KEYS: keys,
    KONSIL_IMAGE: image,
    KONSIL_PYTHON: python,
  };
}

/** Ends what `up` started, and forgets all but the Python environment and the images. */
export async function down() {
  useKeptDocker();
  await stopNodes();
  await stop(["store", "server", "registry"]);
  await stopDocker();
  for (const folder of ["server", "store", "nodes", "xdg"])
    rmSync(join(base, folder), { recursive: true, force: true });
}

/**
 * Does `work` while the stack runs, and ends the stack afterwards whatever happens, unless it is to be kept: then it says
 * how to use it and how to end it. `work` is told whether there are nodes.
 */
export async function withStack(makeImage, keep, work) {
  let stopping;
  const tell = async () => {
    if (["dockerd", "registry", "server", "store"].some(isRunning)) process.stderr.write(keptWords());
  };
  const end = () => (stopping ??= keep ? tell() : down());
  for (const kind of ["SIGINT", "SIGTERM"])
    process.once(kind, () => Promise.resolve(end()).finally(() => process.exit(1)));
  try {
    return await work(await up(makeImage));
  } finally {
    await end();
  }
}
