export type { ConfidenceType, KaplanMeierArguments } from "./arguments.ts";
export type { AtTimes, Curve, RestrictedMean } from "./curve.ts";
export type { KaplanMeierValue, SurvivalGroup } from "./kaplan-meier.central.ts";
export { kaplanMeier } from "./kaplan-meier.ts";
export type { Quantile } from "./quantile.ts";
