export type { SiteStrataArguments, SurvivalArguments } from "./arguments.ts";
export * from "./coxph/index.ts";
export * from "./kaplan-meier/index.ts";
export * from "./log-rank/index.ts";
