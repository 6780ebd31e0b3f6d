import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { capture } from "../../../scripts/step.mjs";
import { docker } from "./docker.mjs";

export const baseImage = "konsil/node-of-this-machine:test";

/** The libraries that programs or native modules are linked with, at the paths where their loader looks for them. */
export async function libraries(...files) {
  const text = await capture("ldd", "ldd", files);
  return [...text.matchAll(/(?:=> )?(\/\S+) \(/g)].map(([, path]) => path);
}

export async function hasImage(name) {
  return (await docker("image", "ls", "-q", name)).trim() !== "";
}

/** Makes an image of what `tar` puts together by these arguments, with its programs in the folder `path`. */
export async function importImage(name, path, tar) {
  const folder = mkdtempSync(join(tmpdir(), "konsil-base-"));
  try {
    const archive = join(folder, "image.tar");
    await capture("tar", "tar", ["-cf", archive, ...tar]);
    await docker("import", "--change", `ENV PATH=${path}`, archive, name);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * A base image with this machine's Node and nothing else: no shell, no tools, and no need for a public registry.
 * libstdc++ is there for native modules, whether Node itself links it or not.
 */
export async function makeBaseImage() {
  if (await hasImage(baseImage)) return;
  const folder = mkdtempSync(join(tmpdir(), "konsil-node-"));
  try {
    const put = (from, to) => {
      mkdirSync(dirname(join(folder, to)), { recursive: true });
      cpSync(from, join(folder, to), { dereference: true });
    };
    put(process.execPath, "/usr/local/bin/node");
    for (const library of await libraries(process.execPath)) put(library, library);
    for (const empty of ["tmp", "app", "mnt", "etc"]) mkdirSync(join(folder, empty), { recursive: true });
    await importImage(baseImage, "/usr/local/bin", ["-C", folder, "."]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
