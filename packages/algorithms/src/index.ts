export * from "./counts/index.ts";
export type { FittedTerm } from "./formula/index.ts";
export type { RareLevels } from "./model/index.ts";
export * from "./regression/index.ts";
export * from "./survival/index.ts";
