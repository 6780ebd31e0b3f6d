import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The image of every algorithm of this release. */
export const ownImage: string = fileURLToPath(new URL("../../image/", import.meta.url));

/** The program of an image: one's own, or that with every algorithm of this release. */
export function mainOf(entry: string | undefined): string {
  return entry === undefined ? join(ownImage, "main.mjs") : resolve(entry);
}
