import { isKonsilError, ServerError } from "@konsil/core";

/** The status with which a server answered, where an error of the client tells of one. */
function statusOf(error: unknown): number | undefined {
  return typeof error === "object" && error !== null && "status" in error && typeof error.status === "number"
    ? error.status
    : undefined;
}

/** Whether the server said that there is no such thing. */
export function isMissing(error: unknown): boolean {
  return statusOf(error) === 404;
}

/** Whether a question certainly never reached the server. */
export function wasUnsent(error: unknown): boolean {
  return error instanceof ServerError && error.unsent;
}

/**
 * Of what a gateway gave up on, or did not wait for, the server may do the whole yet. A 429 is none: whoever counts
 * requests passes on none that is too many.
 */
const undecided: readonly number[] = [408, 425, 499];

/**
 * Whether the server said no before it did anything. Of any other answer, or none, nobody can tell from here what the
 * server has done: an error in the middle of its work is one too.
 */
export function wasRefused(error: unknown): boolean {
  const status = statusOf(error);
  return status !== undefined && status >= 400 && status < 500 && !undecided.includes(status);
}

const passing: readonly string[] = ["SERVER_UNREACHABLE", "SERVER_TIMEOUT", "SERVER_FAILED"];

/** Whether to ask again may help: the server is away, overloaded, or failed inside. */
export function isPassing(error: unknown): boolean {
  const status = statusOf(error);
  if (status !== undefined) return status >= 500 || status === 429 || undecided.includes(status);
  return isKonsilError(error) && passing.includes(error.code);
}

const ofSession: readonly string[] = ["SESSION_EXPIRED", "LOGIN_FAILED", "MFA_REQUIRED", "MFA_ENROLMENT"];

/**
 * Whether the server does not give out the one thing that was asked for, whatever becomes of others. Not so where nothing
 * can be asked any more: the session is over, or the server does not prove who it is.
 */
export function isWithheld(error: unknown): boolean {
  if (!isKonsilError(error) || isPassing(error) || ofSession.includes(error.code)) return false;
  return wasRefused(error) || error.code === "SERVER_ANSWER_INVALID";
}
