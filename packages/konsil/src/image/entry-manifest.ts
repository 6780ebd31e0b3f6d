import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DefinitionError } from "@konsil/core";

/** What is used of the package.json beside the program of an image. */
export interface EntryManifest {
  readonly name?: string;
  readonly type?: string;
  readonly description?: string;
  readonly homepage?: string;
  readonly repository?: string | { readonly url?: string };
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** The package that a program is in. @throws DefinitionError where there is none */
export function entryManifest(main: string): EntryManifest {
  for (let folder = dirname(main); ; folder = dirname(folder)) {
    const manifest = join(folder, "package.json");
    if (existsSync(manifest)) return JSON.parse(readFileSync(manifest, "utf8")) as EntryManifest;
    if (folder === dirname(folder))
      throw new DefinitionError(
        "DEFINITION_INVALID",
        "The program of an image needs a package.json beside it, whose dependencies go into the image. Make one with `npm init`.",
      );
  }
}
