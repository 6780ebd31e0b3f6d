export type { Attack, Finding } from "./attack.ts";
export { type AttackDemoOptions, attackDemo } from "./attack-demo.ts";
export { attacks, stillWorking } from "./attacks.ts";
export { type Attempt, attemptEverywhere, type Outcome } from "./carry-out.ts";
