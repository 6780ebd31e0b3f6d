import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ArgumentError } from "@konsil/core";

/** The image of every algorithm of this release. */
export const ownImage: string = fileURLToPath(new URL("../../image/", import.meta.url));

/**
 * The program of an image: one's own, or that with every algorithm of this release.
 * @throws ArgumentError USAGE where it is no file
 */
export function mainOf(entry: string | undefined): string {
  if (entry === undefined) return join(ownImage, "main.mjs");
  const there = statSync(entry, { throwIfNoEntry: false });
  if (there?.isFile() !== true)
    throw new ArgumentError(
      "USAGE",
      `The program "${entry}" ${there === undefined ? "does not exist" : "is not a file"}. Check --entry.`,
    );
  return resolve(entry);
}
