export type { FailedStatus, RunFailure, RunPhase } from "./run-status.ts";
export { completedStatus, failureOf, isFailed, phaseOf } from "./run-status.ts";
export { requestMethod, taskInput, taskName } from "./task.ts";
