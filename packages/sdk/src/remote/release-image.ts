import { readFileSync } from "node:fs";

/** The image of algorithms that belongs to this release, by digest; null in a tree that is not a release. */
export function releaseImage(): string | null {
  // Beside package.json: a release writes it, and nothing has to be built anew for that.
  const file = new URL("../../release.json", import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { readonly image: string | null }).image;
}
