import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { DefinitionError } from "@konsil/core";

/** A package as it is installed here. */
interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  readonly folder: string;
  readonly manifest: Manifest;
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
}

/** The folder of a package as code in `from` would find it, whatever the installer; undefined where it is not there. */
function find(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, "node_modules", name);
    if (existsSync(join(candidate, "package.json"))) return realpathSync(candidate);
    if (folder === dirname(folder)) return undefined;
  }
}

/**
 * The packages that code in `from` needs to run, found where they are installed: by pnpm in a workspace or by npm. What
 * is built of them is what was tested here, and nothing is downloaded.
 * @throws DefinitionError when one is not installed, or in two versions
 */
export function packagesBehind(names: readonly string[], from: string): readonly InstalledPackage[] {
  const found = new Map<string, InstalledPackage>();
  const add = (name: string, asker: string, optional: boolean): void => {
    const folder = find(name, asker);
    if (folder === undefined) {
      if (optional) return;
      throw new DefinitionError(
        "DEFINITION_INVALID",
        `The package "${name}" is not installed, and the image would lack it. Install it, and build the image again.`,
      );
    }
    const before = found.get(name);
    if (before?.folder === folder) return;
    const manifest = readManifest(folder);
    if (before !== undefined) {
      if (before.version === manifest.version) return;
      throw new DefinitionError(
        "DEFINITION_INVALID",
        `The package "${name}" is installed as ${before.version} and as ${manifest.version}, and an image has one of each. Make your dependencies agree.`,
      );
    }
    found.set(name, { name, version: manifest.version, folder, manifest });
    for (const inner of Object.keys(manifest.dependencies ?? {})) add(inner, folder, false);
    for (const inner of Object.keys(manifest.optionalDependencies ?? {})) add(inner, folder, true);
  };
  for (const name of names) add(name, from, false);
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
