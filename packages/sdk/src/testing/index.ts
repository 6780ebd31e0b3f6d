export type { Arbitrary } from "fast-check";
export type { LawOptions } from "./check-laws.ts";
export { checkLaws } from "./check-laws.ts";
export { difference } from "./difference.ts";
export { patients } from "./rows.ts";
