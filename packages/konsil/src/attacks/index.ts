export type { Attack, Finding } from "./attack.ts";
export { attacks, stillWorking } from "./attacks.ts";
export { type Attempt, attemptEverywhere, carryOut, type Outcome } from "./carry-out.ts";
