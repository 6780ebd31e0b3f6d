export type { AttachedTask, Attrition, Data, DataOptions, Federation, SiteKey, Sites } from "./federation.ts";
export { makeFederation } from "./federation.ts";
export type { ArgumentsFor, Derivations, WithDerived } from "./fitted.ts";
