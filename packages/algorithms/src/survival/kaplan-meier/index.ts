export type { ConfidenceType, KaplanMeierArguments } from "./arguments.ts";
export type { AtTimes, Curve, RestrictedMean } from "./curve.ts";
export type { KaplanMeierValue, SurvivalGroup, WithheldGroup } from "./kaplan-meier.central.ts";
export { kaplanMeier } from "./kaplan-meier.ts";
export type { Between as BetweenTimes, Quantile } from "./quantile.ts";
export type { Bounds as CurveBounds, Within } from "./within.ts";
