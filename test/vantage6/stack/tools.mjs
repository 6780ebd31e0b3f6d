import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { StepFailed, step } from "../../../scripts/step.mjs";

/** The path of a command, or undefined. Daemons live in folders that a user's PATH may lack. */
export function find(command) {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"];
  return folders.map((folder) => join(folder, command)).find(existsSync);
}

/** Commands, each with the Debian package that has it. */
const needed = {
  python3: "python3-venv",
  docker: "docker.io",
  dockerd: "docker.io",
  "docker-registry": "docker-registry",
  openssl: "openssl",
};

/** Installs what is missing, where this is a Debian machine and its administrator runs it. */
export async function requireTools() {
  const missing = Object.keys(needed).filter((command) => find(command) === undefined);
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map((command) => needed[command]))];
  const advice = `Install ${packages.join(", ")} and run the command again.`;
  if (process.getuid?.() !== 0 || find("apt-get") === undefined)
    throw new StepFailed("tools", `Not on this machine: ${missing.join(", ")}.`, advice);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const retries = ["-o", "Acquire::Retries=3"];
  await step("reading the lists of packages", "apt-get", [...retries, "update"], { env, advice });
  await step(
    `installing ${packages.join(", ")}`,
    "apt-get",
    [...retries, "install", "-y", "--no-install-recommends", ...packages],
    { env, advice },
  );
}
