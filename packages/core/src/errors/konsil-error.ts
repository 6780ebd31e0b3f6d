import type { ErrorCode } from "./codes.ts";
import { printable } from "./printable.ts";

/** What every error of Konsil carries besides its message. */
export interface ErrorDetails {
  /** The site concerned, when it is one. */
  readonly site?: string | undefined;
  readonly cause?: unknown;
}

/**
 * The root of every error that Konsil raises on purpose: says what was wrong, where, and what to do, and has a
 * stable `code` for programs. Its subclasses name who can mend it. Other errors (a `TypeError`, say) are defects.
 */
export class KonsilError extends Error {
  override readonly name: string = "KonsilError";
  readonly code: ErrorCode;
  readonly site?: string | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    // It may hold words of a server or a site, and is printed in many places.
    super(
      `${printable(message)}  [${code}]`,
      details.cause === undefined ? undefined : { cause: details.cause },
    );
    this.code = code;
    this.site = details.site;
  }
}

/** The researcher's request is wrong: an unknown column, option, level or a malformed formula. Nothing was sent. */
export class ArgumentError extends KonsilError {
  override readonly name = "ArgumentError";
}

/** A site's data do not fit what was asked of them. */
export class DataError extends KonsilError {
  override readonly name = "DataError";
}

/** A site's policy is malformed. The site does not start. */
export class PolicyError extends KonsilError {
  override readonly name = "PolicyError";
}

/** A site answered that its policy does not permit the request. */
export class RefusalError extends KonsilError {
  override readonly name = "RefusalError";
}

/** A site did not answer, or crashed. */
export class SiteError extends KonsilError {
  override readonly name = "SiteError";
}

/** A key or an encrypted message cannot be used. Whoever looks after the keys of an organization can mend it. */
export class EncryptionError extends KonsilError {
  override readonly name = "EncryptionError";
}

/** What an error of a server carries besides. */
export interface ServerErrorDetails extends ErrorDetails {
  /** The status of its answer, where there was one. */
  readonly status?: number | undefined;
  /** Whether it is certain that the server was sent nothing. */
  readonly unsent?: boolean | undefined;
}

/** A vantage6 server cannot be reached, does not accept a request, or answers something that is no answer. */
export class ServerError extends KonsilError {
  override readonly name = "ServerError";
  readonly status?: number | undefined;
  /** Whether it is certain that the server was sent nothing: the same may be tried again. */
  readonly unsent: boolean;

  constructor(code: ErrorCode, message: string, details: ServerErrorDetails = {}) {
    super(code, message, details);
    this.status = details.status;
    this.unsent = details.unsent ?? false;
  }
}

/** An analysis could not be carried to its end. */
export class AnalysisError extends KonsilError {
  override readonly name = "AnalysisError";
}

/** A step or an algorithm is defined wrongly. Only its developer can mend it. */
export class DefinitionError extends KonsilError {
  override readonly name = "DefinitionError";
}

/** A notebook cannot be run to its end, or the kernel that runs it fails. */
export class NotebookError extends KonsilError {
  override readonly name = "NotebookError";
}

/**
 * Whether something thrown is an error of Konsil. Compares the shape as well as the class: a notebook can hold two
 * copies of the module, and `instanceof` is false across them.
 */
export function isKonsilError(thrown: unknown): thrown is KonsilError {
  if (thrown instanceof KonsilError) return true;
  return (
    thrown instanceof Error &&
    "code" in thrown &&
    typeof thrown.code === "string" &&
    thrown.message.endsWith(`[${thrown.code}]`)
  );
}
