export type { BuiltImage, ImageOptions } from "./build-image.ts";
export { buildImage } from "./build-image.ts";
export { mainOf } from "./main.ts";
export type { StoreEntryArgument } from "./store-arguments.ts";
export type { StoreEntry, StoreEntryFunction, StoreEntryOptions } from "./store-entry.ts";
export { storeEntry } from "./store-entry.ts";
