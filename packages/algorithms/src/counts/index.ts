export type { Between } from "../numeric/index.ts";
export type { BoundedTest } from "./chi-squared-bounds.ts";
export type { IndependenceTest } from "./chi-squared-test.ts";
export * from "./crosstab/index.ts";
export type { Share } from "./masked.ts";
export type {
  LevelSummary,
  LevelVariable,
  NumberSummary,
  NumberVariable,
  Summaries,
  SummaryVariable,
  TableGroups,
} from "./summarise.central.ts";
export * from "./summary/index.ts";
export * from "./table-one/index.ts";
