import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { capture } from "../../../scripts/step.mjs";
import { hasImage, importImage, libraries } from "./base-image.mjs";
import { python, script } from "./python.mjs";

const pythonImage = "konsil/python-of-this-machine:test";
const algorithm = fileURLToPath(new URL("../python-algorithm", import.meta.url));

/** A base image with this machine's Python and vantage6's tools for algorithms, at the paths that they have here. */
async function makePythonBase() {
  if (await hasImage(pythonImage)) return;
  const files = (await capture("files of Python", python, [script("files.py")])).trim().split("\n");
  const linked = files.filter((file) => file === python || /\.so(\.|$)/.test(file));
  // A library may be found by several paths, of which an image has one.
  const all = new Set([...files, ...(await libraries(...linked))].map(normalize));
  const folder = mkdtempSync(join(tmpdir(), "konsil-python-"));
  try {
    const list = join(folder, "files");
    writeFileSync(list, [...all].join("\n"));
    await importImage(pythonImage, dirname(python), ["--dereference", "--files-from", list]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Builds the image of the algorithm in Python. It is in no registry: nodes take what is on their machine. */
export async function buildPythonImage(tag) {
  await makePythonBase();
  await capture(
    "image in Python",
    "docker",
    ["build", "--build-arg", `BASE=${pythonImage}`, "--tag", tag, algorithm],
    {
      env: { ...process.env, DOCKER_BUILDKIT: "0" },
    },
  );
}
