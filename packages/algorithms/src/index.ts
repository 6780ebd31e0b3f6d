export * from "./counts/index.ts";
export * from "./survival/index.ts";
