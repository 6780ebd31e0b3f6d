export { chiSquaredCdf, chiSquaredQuantile } from "./chi-squared.ts";
export { fCdf, fQuantile } from "./f-distribution.ts";
export { incompleteBeta } from "./incomplete-beta.ts";
export { incompleteGamma } from "./incomplete-gamma.ts";
export { logBeta } from "./log-beta.ts";
export { logGamma } from "./log-gamma.ts";
export { normalCdf, normalQuantile } from "./normal.ts";
export { studentTCdf, studentTQuantile } from "./student-t.ts";
export type { ProbabilityOptions, Tail } from "./tail.ts";
