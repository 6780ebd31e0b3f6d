export type { CrosstabArguments } from "./arguments.ts";
export type { CrosstabTable, CrosstabValue, CrosstabVariable } from "./crosstab.central.ts";
export { crosstab } from "./crosstab.ts";
export type { FisherTest } from "./fisher.ts";
export type { CommonOddsRatio, MantelHaenszelTest } from "./mantel-haenszel.ts";
