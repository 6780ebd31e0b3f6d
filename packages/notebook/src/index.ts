export * from "./install/index.ts";
export * from "./kernel/index.ts";
export * from "./run/index.ts";
