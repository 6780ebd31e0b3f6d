export * from "./data/index.ts";
export * from "./errors/index.ts";
export * from "./policy/index.ts";
export * from "./statistics/index.ts";
export * from "./table/index.ts";
export type * from "./view/index.ts";
