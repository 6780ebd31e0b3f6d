import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { pnpmCommand } from "./set-up.mjs";
import { capture, root } from "./step.mjs";

/** The packages that are published: `{ name, folder, entryPoints, manifest }`. */
export function publishedPackages() {
  return readdirSync(join(root, "packages"))
    .map((name) => join(root, "packages", name))
    .filter((folder) => existsSync(join(folder, "package.json")))
    .map((folder) => {
      const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
      const entryPoints = Object.keys(manifest.exports || {})
        .filter((path) => path !== "./package.json")
        .map((path) => manifest.name + path.slice(1));
      return { name: manifest.name, folder, entryPoints, manifest };
    })
    .filter(({ manifest }) => manifest.private !== true);
}

/** Removes what was built from a source that is gone: the compiler leaves it, and it would be packed. */
export function removeStale() {
  for (const { folder } of publishedPackages()) {
    const dist = join(folder, "dist");
    if (!existsSync(dist)) continue;
    for (const entry of readdirSync(dist, { withFileTypes: true, recursive: true })) {
      const path = join(entry.parentPath || entry.path, entry.name);
      const source = relative(dist, path).replace(/(\.d\.ts|\.js)(\.map)?$/, ".ts");
      const built = source !== relative(dist, path);
      if (entry.isFile() && built && !existsSync(join(folder, "src", source))) rmSync(path);
    }
  }
}

/** Packs every package into `destination`; returns the packages with their `tarball`. */
export async function pack(destination) {
  const packed = [];
  for (const one of publishedPackages()) {
    const [command, args] = pnpmCommand("pack", "--json", "--pack-destination", destination);
    const output = await capture(`packing ${one.name}`, command, args, { cwd: one.folder });
    packed.push({ ...one, tarball: JSON.parse(output.slice(output.indexOf("{"))).filename });
  }
  return packed;
}
