export type { TableOneArguments } from "./arguments.ts";
export type { BoundedMeansTest } from "./bounded-means.ts";
export type { OneWayTest } from "./one-way.ts";
export type { PairDifference, StandardizedDifference } from "./standardized-difference.ts";
export type { TTest } from "./t-test.ts";
export type {
  CategoryTest,
  ComparedCategory,
  ComparedNumber,
  GroupComparison,
  TableOneValue,
} from "./table-one.central.ts";
export { tableOne } from "./table-one.ts";
