export type * from "./filters.ts";
export type * from "./inputs.ts";
export type * from "./store.ts";
export type * from "./things.ts";
