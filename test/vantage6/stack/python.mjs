import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { capture, timed } from "../../../scripts/step.mjs";
import { base } from "./settings.mjs";

const venv = join(base, "venv");
const requirements = fileURLToPath(new URL("requirements.txt", import.meta.url));

export const python = join(venv, "bin", "python");

/** The path of one of the stack's Python files. */
export function script(name) {
  return fileURLToPath(new URL(`python/${name}`, import.meta.url));
}

/** Folders of vantage6's own, so that it leaves nothing in the home of whoever runs it. */
export const pythonEnvironment = Object.fromEntries(
  ["DATA", "CONFIG", "CACHE", "STATE"].map((kind) => [
    `XDG_${kind}_HOME`,
    join(base, "xdg", kind.toLowerCase()),
  ]),
);

/** One environment with the server, the store, the nodes and the Python client: made once, about a minute. */
export async function preparePython() {
  const stamp = join(venv, ".requirements");
  const wanted = createHash("sha256").update(readFileSync(requirements)).digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  await timed("installing vantage6", async () => {
    rmSync(venv, { recursive: true, force: true });
    // 3.10 is what vantage6 4.x was made for; later ones work with python/compat.py.
    await capture("Python environment", "python3", ["-m", "venv", venv], {
      advice: "Install Python 3.10 or 3.11 with its venv module.",
    });
    await capture(
      "vantage6",
      python,
      ["-m", "pip", "install", "-q", "--retries", "5", "--disable-pip-version-check", "-r", requirements],
      { advice: "This needs the Python package index once." },
    );
    writeFileSync(stamp, wanted);
  });
}
