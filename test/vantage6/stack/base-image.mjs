import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { capture } from "../../../scripts/step.mjs";
import { docker } from "./docker.mjs";

export const baseImage = "konsil/node-of-this-machine:test";

/** The libraries that a program or a native module is linked with, at the paths where its loader looks for them. */
async function libraries(file) {
  const text = await capture("ldd", "ldd", [file]);
  return [...text.matchAll(/(?:=> )?(\/\S+) \(/g)].map(([, path]) => path);
}

/**
 * A base image with this machine's Node and nothing else: no shell, no tools, and no need for a public registry.
 * libstdc++ is there for native modules, whether Node itself links it or not.
 */
export async function makeBaseImage() {
  const images = await docker("image", "ls", "-q", baseImage);
  if (images.trim() !== "") return;
  const folder = mkdtempSync(join(tmpdir(), "konsil-base-"));
  try {
    const put = (from, to) => {
      mkdirSync(dirname(join(folder, to)), { recursive: true });
      cpSync(from, join(folder, to), { dereference: true });
    };
    put(process.execPath, "/usr/local/bin/node");
    for (const library of await libraries(process.execPath)) put(library, library);
    for (const empty of ["tmp", "app", "mnt", "etc"]) mkdirSync(join(folder, empty), { recursive: true });
    const archive = join(folder, "..", `${folder.split("/").at(-1)}.tar`);
    await capture("tar", "tar", ["-C", folder, "-cf", archive, "."]);
    const change = "ENV PATH=/usr/local/bin";
    await docker("import", "--change", change, archive, baseImage);
    rmSync(archive, { force: true });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
