/** Statuses of a run that is not over, in vantage6's words. */
const pending: readonly string[] = ["pending", "initializing", "active"];

/** The only status that stands for success. */
export const completedStatus = "completed";

/** Statuses of a run that failed. */
export type FailedStatus =
  | "failed"
  | "start failed"
  | "crashed"
  | "unknown error"
  | "non-existing Docker image"
  | "not allowed"
  | "killed by user";

/** What a failed run means for the site that was asked: a code of errors. */
export type RunFailure = "SITE_FAILED" | "IMAGE_NOT_FOUND" | "IMAGE_NOT_ALLOWED" | "TASK_KILLED";

const failures: Readonly<Record<FailedStatus, RunFailure>> = {
  failed: "SITE_FAILED",
  "start failed": "SITE_FAILED",
  crashed: "SITE_FAILED",
  "unknown error": "SITE_FAILED",
  "non-existing Docker image": "IMAGE_NOT_FOUND",
  "not allowed": "IMAGE_NOT_ALLOWED",
  "killed by user": "TASK_KILLED",
};

export type RunPhase = "pending" | "completed" | "failed" | "unknown";

/** Only listed statuses stand for something: a new one is neither success nor failure. */
export function phaseOf(status: string): RunPhase {
  if (pending.includes(status)) return "pending";
  if (status === completedStatus) return "completed";
  return isFailed(status) ? "failed" : "unknown";
}

export function isFailed(status: string): status is FailedStatus {
  return Object.hasOwn(failures, status);
}

export function failureOf(status: FailedStatus): RunFailure {
  return failures[status];
}
