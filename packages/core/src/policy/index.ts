export type { Disclosure, Ledger } from "./ledger.ts";
export { noLedger } from "./ledger.ts";
export type { Masked } from "./masked.ts";
export { addMasked, bounds, mask, narrowed } from "./masked.ts";
export type { EventTimesMode, Lattice, Permission, Policy, Tightening } from "./policy.ts";
export {
  parsePolicy,
  parseWholePolicy,
  permits,
  policyFromEnvironment,
  tighten,
  tighteningSchema,
  tighteningSettings,
} from "./policy.ts";
export { Withholding } from "./withholding.ts";
