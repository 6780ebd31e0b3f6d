export type * from "./view/index.ts";
