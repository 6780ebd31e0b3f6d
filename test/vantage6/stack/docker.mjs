import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { capture, StepFailed } from "../../../scripts/step.mjs";
import { isRunning, launch, stop, waitFor } from "./processes.mjs";
import { base } from "./settings.mjs";
import { find } from "./tools.mjs";

let socketFolder;
const place = join(base, "docker", "socket-folder");

function use(folder) {
  socketFolder = folder;
  process.env.DOCKER_HOST = `unix://${folder}/docker.sock`;
}

/** Uses the engine of its own that was kept, if one was. */
export function useKeptDocker() {
  if (isRunning("dockerd")) use(readFileSync(place, "utf8"));
}

/** Runs docker and returns what it printed. */
export function docker(...args) {
  return capture(`docker ${args[0]}`, "docker", args);
}

async function isReachable() {
  try {
    await docker("info");
    return true;
  } catch {
    return false;
  }
}

/** Uses the Docker engine that is there, or one of its own, which it starts unless it was kept. */
export async function startDocker() {
  useKeptDocker();
  if (await isReachable()) return;
  if (process.getuid?.() !== 0)
    throw new StepFailed("Docker", "No Docker engine answers, and only root can start one.", "Start Docker.");
  if (!isRunning("dockerd")) {
    // The path of a socket has at most 107 characters; a clone may lie deeper than that.
    use(mkdtempSync(join(tmpdir(), "konsil-docker-")));
    mkdirSync(join(base, "docker"), { recursive: true });
    writeFileSync(place, socketFolder);
  }
  launch("dockerd", find("dockerd"), [
    "--data-root",
    join(base, "docker", "data"),
    "--exec-root",
    join(socketFolder, "exec"),
    "--host",
    process.env.DOCKER_HOST,
    "--pidfile",
    join(socketFolder, "dockerd.pid"),
  ]);
  await waitFor("the Docker engine", "dockerd", 60, isReachable);
}

/** The address at which containers reach this machine: that of the engine's bridge, the first of its network. */
export async function hostAddress() {
  const [bridge] = JSON.parse(await docker("network", "inspect", "bridge"));
  const { Gateway: gateway, Subnet: subnet } = bridge.IPAM.Config[0];
  // An engine that has started no container yet tells of the network only.
  return gateway || subnet.replace(/\.0\/\d+$/, ".1");
}

/** Removes what nodes of this stack left in the engine, then ends the engine if it is ours. */
export async function stopDocker() {
  if (await isReachable()) {
    for (const kind of ["volume", "network"]) {
      const names = (await docker(kind, "ls", "-q", "--filter", "name=vantage6-konsil-")).split("\n");
      for (const name of names.filter(Boolean)) await docker(kind, "rm", name).catch(() => undefined);
    }
  }
  await stop(["dockerd"]);
  if (socketFolder !== undefined) rmSync(socketFolder, { recursive: true, force: true });
}
