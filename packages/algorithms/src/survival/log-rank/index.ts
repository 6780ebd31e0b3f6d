export type { LogRankArguments } from "./arguments.ts";
export type { LogRankGroup, LogRankStratum, LogRankValue } from "./log-rank.central.ts";
export { logRank } from "./log-rank.ts";
