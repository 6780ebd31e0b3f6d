export type { CoxphArguments } from "./arguments.ts";
export { coxph } from "./coxph.ts";
export type { CoxphSite, CoxphTest, CoxphValue } from "./coxph-value.ts";
