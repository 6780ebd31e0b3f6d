import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root, StepFailed, step, tool } from "./step.mjs";

// pnpm by its exact version, without a global install; 12 is a native program and runs beside Node 20.
const pnpm = ["--yes", "pnpm@12.21.0"];
const stamp = join(root, "node_modules", ".konsil-lockfile");

/** The command and arguments that run pnpm. */
export function pnpmCommand(...args) {
  return ["npx", [...pnpm, ...args]];
}

function requireNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new StepFailed(
    "Node",
    `Konsil needs Node 20.19 or newer; this is ${process.version} at ${process.execPath}.`,
    "Install a current Node from https://nodejs.org or with your version manager, then run the command again.",
  );
}

/** What node_modules must have been installed from: the lockfile, for this kind of machine. */
function wanted() {
  return createHash("sha256")
    .update(readFileSync(join(root, "pnpm-lock.yaml")))
    .update(`${process.platform} ${process.arch}`)
    .digest("hex");
}

function isInstalled() {
  if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== wanted()) return false;
  const folders = readdirSync(join(root, "packages")).map((name) => join(root, "packages", name));
  return [...folders, join(root, "notebooks")].every(
    (folder) => !existsSync(join(folder, "package.json")) || existsSync(join(folder, "node_modules")),
  );
}

async function install() {
  if (isInstalled()) return;
  const [command, args] = pnpmCommand("install", "--frozen-lockfile");
  await step("installing the dependencies", command, args, {
    // CI: pnpm asks no questions, and replaces a node_modules that another tool made.
    env: { ...process.env, CI: "true" },
    advice:
      "This needs npm and the npm registry once; later runs need no network. Behind a proxy, set HTTPS_PROXY, " +
      "or the registry of your organization with `npm config set registry`.",
  });
  writeFileSync(stamp, wanted());
}

/** From a fresh clone to built packages. Does only what is left to do, and then needs no network. */
export async function setUp() {
  requireNode();
  await install();
  await step("building", tool("tsc"), ["-b"]);
}
