import { beginsAs } from "./image-pattern.ts";

/** An image's name without its tag or digest. */
function bare(image: string): string {
  const name = image.split("@")[0] ?? image;
  const colon = name.lastIndexOf(":");
  return colon > name.lastIndexOf("/") ? name.slice(0, colon) : name;
}

/** The digest of an image's name, where it has one. */
function digestOf(image: string): string | undefined {
  return image.split("@")[1];
}

/** One name may stand for one image; two digests never do. */
function maySame(allowed: string, image: string): boolean {
  if (bare(allowed) !== bare(image)) return false;
  const [one, other] = [digestOf(allowed), digestOf(image)];
  return one === undefined || other === undefined || one === other;
}

/** By vantage6's own rule of thumb: a dot alone does not make a pattern. */
const looksLikePattern = /[*\\?$^[\](){}|+]/;

/**
 * Whether a node's `allowed_algorithms` may permit an image. What cannot be known from here, such as whether two tags
 * are one image, or what a pattern with groups says, counts as permitted: the node has the last word.
 */
export function mayPermit(allowed: readonly string[], image: string): boolean {
  if (allowed.length === 0 || allowed.includes("all")) return true;
  return allowed.some((pattern) =>
    looksLikePattern.test(pattern) ? (beginsAs(pattern, image) ?? true) : maySame(pattern, image),
  );
}
