import type { ErrorCode } from "@konsil/core";

/** Statuses of a run that is not over, in vantage6's words. */
export const pendingStatuses: readonly string[] = ["pending", "initializing", "active"];

/** The only status that stands for success. */
export const completedStatus = "completed";

/** Statuses of a run that failed: what that means, and what to do. */
export const failedStatuses: Readonly<
  Record<string, { readonly code: ErrorCode; readonly message: string }>
> = {
  failed: crash("failed at its node before it had a result"),
  "start failed": crash("failed: its node could not start the image"),
  crashed: crash("crashed: the program ended with an error"),
  "unknown error": crash("failed at its node, which does not say why"),
  "non-existing Docker image": {
    code: "IMAGE_NOT_FOUND",
    message:
      "{site} has no image {image}: no node there can pull it. Check the name; if it is right, an administrator has to give the node access to the registry.",
  },
  "not allowed": {
    code: "IMAGE_NOT_ALLOWED",
    message:
      "{site} does not permit this task: its node's policy (`allowed_algorithms`, `allowed_algorithm_stores`, `allowed_users`, `allowed_organizations`) leaves out the image {image}, or you. Ask the node's administrator to add it.",
  },
  "killed by user": {
    code: "TASK_KILLED",
    message:
      "{site} did not answer: its task was killed at the server. Run the analysis again; with the same journal only this is asked again.",
  },
};

function crash(what: string): { readonly code: ErrorCode; readonly message: string } {
  return {
    code: "SITE_FAILED",
    message: `{site} ${what}. Its log is at the server, for all who may see the task: server.runs.get({run}) has it as \`log\`, and events of type "site-log" while the analysis runs.`,
  };
}

export type RunPhase = "pending" | "completed" | "failed" | "unknown";

/** Only listed statuses stand for something: a new one is neither success nor failure. */
export function phaseOf(status: string): RunPhase {
  if (pendingStatuses.includes(status)) return "pending";
  if (status === completedStatus) return "completed";
  return Object.hasOwn(failedStatuses, status) ? "failed" : "unknown";
}
