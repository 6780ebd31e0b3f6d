export type { BuiltImage, ImageOptions } from "./build-image.ts";
export { buildImage } from "./build-image.ts";
