import { isKonsilError } from "./konsil-error.ts";

/**
 * What the owner of a site is shown of an error there, and nobody else: of one of Konsil's its cause, which says where;
 * of anything else, which is a defect, its trace.
 */
export function defectText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (!isKonsilError(error)) return error.stack ?? error.message;
  const { cause, code, message } = error;
  return cause instanceof Error ? `${code}: ${cause.message}` : message;
}
