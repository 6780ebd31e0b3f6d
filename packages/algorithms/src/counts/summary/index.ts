export type { SummaryArguments } from "./arguments.ts";
export type { RangedVariable, SummaryValue } from "./summary.central.ts";
export { summary } from "./summary.ts";
