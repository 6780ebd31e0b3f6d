import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { DefinitionError } from "@konsil/core";

/** What a program imports from files beside it, as compilers and people write it. */
const imports = /(?:\bfrom|\bimport)\s*\(?\s*(["'])(\.{1,2}\/[^"']+)\1/g;

/**
 * The files of a program: itself, and those beside or below it that it imports. Only these go into an image, and no data
 * that lie there too.
 * @returns paths by the name that each has in the image; the program itself is main.mjs
 * @throws DefinitionError where one does not exist, or lies elsewhere
 */
export function programFiles(main: string): ReadonlyMap<string, string> {
  const home = dirname(main);
  const files = new Map([["main.mjs", main]]);
  const waiting = [main];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    for (const [, , specifier = ""] of readFileSync(file, "utf8").matchAll(imports)) {
      const path = join(dirname(file), specifier);
      const name = relative(home, path);
      if (path === main) continue;
      if (!existsSync(path) || name.startsWith(".."))
        throw new DefinitionError(
          "DEFINITION_INVALID",
          `The program of an image imports "${specifier}" (in ${relative(home, file)}), which ${existsSync(path) ? "lies neither beside nor below it" : "does not exist"}. Put it there, or into a package.`,
        );
      const before = files.get(name);
      if (before === path) continue;
      if (before !== undefined)
        throw new DefinitionError(
          "DEFINITION_INVALID",
          'A file that the program of an image imports is called "main.mjs", which is the program\'s own name in the image. Rename it.',
        );
      files.set(name, path);
      waiting.push(path);
    }
  }
  return files;
}
