export type { Algorithm, AlgorithmDefinition, AnyAlgorithm, Central, HeldColumn } from "./algorithm.ts";
export { defineAlgorithm } from "./algorithm.ts";
export type { Methods } from "./methods.ts";
