export * from "./container/index.ts";
export * from "./sites/index.ts";
export * from "./sources/index.ts";
