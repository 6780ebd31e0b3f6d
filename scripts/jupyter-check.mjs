// Looks at the notebooks as Jupyter does: Python's nbformat reads each, and nbconvert runs one in Konsil's kernel.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { capture, root, StepFailed, timed } from "./step.mjs";

const requirement = "nbconvert==7.17.2";
const environment = join(root, "node_modules", ".cache", "konsil-jupyter");
const python = join(environment, process.platform === "win32" ? "Scripts\\python.exe" : "bin/python");
const folder = join(root, "notebooks");
const tried = "first-steps.ipynb";

/** Makes a Python environment with nbconvert, once. False where that cannot be had here. */
async function prepare() {
  const stamp = join(environment, ".requirement");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === requirement) return true;
  try {
    rmSync(environment, { recursive: true, force: true });
    await capture("Python environment", "python3", ["-m", "venv", environment]);
    const install = ["-m", "pip", "install", "-q", "--disable-pip-version-check", requirement];
    await capture("nbconvert", python, install);
    writeFileSync(stamp, requirement);
    return true;
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    return false;
  }
}

/**
 * For each cell of a notebook the kinds of its outputs; what they say is held by test/notebooks.test.ts. A stream counts
 * once however many pieces it came in: nbconvert keeps them as the system happened to cut them, our runner joins them.
 */
function kinds(file) {
  const { cells } = JSON.parse(readFileSync(file, "utf8"));
  const kind = ({ output_type, name, data }) =>
    [output_type, name, ...Object.keys(data ?? {}).sort()].join(" ");
  const ofCell = (outputs) =>
    outputs.map(kind).filter((one, at, all) => !(one.startsWith("stream ") && one === all[at - 1]));
  return cells.map(({ id, outputs = [] }) => `${id}: ${ofCell(outputs).join(", ")}`).join("\n");
}

/** Validates all notebooks and runs one by nbconvert, or says that it cannot. */
export async function jupyterCheck() {
  await timed("notebooks in Jupyter", async () => {
    if (!(await prepare()))
      return "skipped: there is no Python 3 with venv, or nbconvert cannot be installed";
    const files = readdirSync(folder).filter((name) => name.endsWith(".ipynb"));
    const validate =
      "import nbformat, sys\nfor file in sys.argv[1:]: nbformat.validate(nbformat.read(file, as_version=4))";
    const paths = files.map((name) => join(folder, name));
    await capture("nbformat", python, ["-W", "error", "-c", validate, ...paths]);
    const command = join(root, "packages", "konsil", "dist", "cli", "main.js");
    const install = [command, "notebook", "install", "--prefix", environment];
    await capture("konsil notebook install", process.execPath, install);
    const output = mkdtempSync(join(tmpdir(), "konsil-jupyter-"));
    try {
      const execute = ["-m", "nbconvert", "--to", "notebook", "--execute", "--output-dir", output];
      await capture("nbconvert", python, [...execute, join(folder, tried)]);
      const [here, there] = [join(folder, tried), join(output, tried)].map(kinds);
      if (here !== there)
        throw new StepFailed("nbconvert", `It put out otherwise than our own runner.\n${here}\n\n${there}`);
    } finally {
      rmSync(output, { recursive: true, force: true });
    }
    return `${files.length} read, ${tried} run`;
  });
}
