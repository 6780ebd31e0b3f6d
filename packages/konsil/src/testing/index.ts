export * from "@konsil/sdk/testing";
// In a notebook the types of these have the names that `konsil` gives them.
export type {} from "../index.ts";
