/** The image of algorithms that belongs to this release, by digest; null in a tree that is not a release. */
export const releaseImage: string | null = null;
