/** An image's name without its tag or digest. */
function bare(image: string): string {
  const name = image.split("@")[0] ?? image;
  const colon = name.lastIndexOf(":");
  return colon > name.lastIndexOf("/") ? name.slice(0, colon) : name;
}

/** By vantage6's own rule of thumb: a dot alone does not make a pattern. */
const looksLikePattern = /[*\\?$^[\](){}|+]/;

/**
 * Whether a node's `allowed_algorithms` may permit an image. What cannot be known from here, such as whether two tags
 * are one image, counts as permitted: the node has the last word.
 */
export function mayPermit(allowed: readonly string[], image: string): boolean {
  if (allowed.length === 0 || allowed.includes("all")) return true;
  return allowed.some((pattern) => {
    if (!looksLikePattern.test(pattern)) return bare(pattern) === bare(image);
    try {
      // Python's `match`: from the beginning, and not necessarily to the end.
      return new RegExp(`^(?:${pattern})`).test(image);
    } catch {
      return true;
    }
  });
}
