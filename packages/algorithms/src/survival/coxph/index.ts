export type { CoxphArguments } from "./arguments.ts";
export { coxph } from "./coxph.ts";
export type { CoxphSite, CoxphTerm, CoxphTest, CoxphValue } from "./coxph-value.ts";
