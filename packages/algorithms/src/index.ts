export * from "./counts/index.ts";
export * from "./regression/index.ts";
export * from "./survival/index.ts";
