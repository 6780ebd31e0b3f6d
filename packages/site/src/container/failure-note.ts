import { isKonsilError } from "@konsil/core";

/** A place in code: file, line and column, and nothing that came from data. */
const place = /(?:^|[\s(/\\])([\w.@+-]{1,80}\.[cm]?[jt]s):(\d{1,6}):(\d{1,6})\)?$/;

/** How a trace begins: the error's class, before its message. */
const heading = /^([A-Za-z_$][\w$]{0,60})(?: \[[A-Z][A-Z0-9_]{0,60}\])?/;

/** Where an error was made: the innermost place of its trace, of which nothing but the places is its own. */
function placeOf(error: Error): string | undefined {
  const { stack, message } = error;
  if (typeof stack !== "string") return undefined;
  const head = heading.exec(stack);
  // Anything else was put there, and may hold anything.
  if (head === null || !["Error", error.constructor.name].includes(head[1] ?? "")) return undefined;
  const words = head[0] + (message === "" ? "" : `: ${message}`);
  // A message may look like a trace: only what follows the whole of it is looked at.
  if (!stack.startsWith(`${words}\n    at `)) return undefined;
  for (const line of stack.slice(words.length).split("\n")) {
    const found = place.exec(line);
    if (found !== null) return `${found[1]}:${found[2]}`;
  }
  return undefined;
}

const className = /^[A-Za-z_$][\w$]{0,60}$/;

/**
 * What a run's log, which the server keeps unencrypted, may say of an error: its class and where it was made, and the code
 * of one of Konsil's. Its words may hold a value of a person, except those of a policy, which are the administrator's own.
 */
export function failureNote(error: unknown): string {
  if (isKonsilError(error) && error.code === "POLICY_INVALID") return error.message;
  if (!(error instanceof Error)) return typeof error;
  const name: unknown = error.constructor.name;
  const words = typeof name === "string" && className.test(name) ? name : "Error";
  const code = isKonsilError(error) ? ` ${error.code}` : systemCode(error);
  const where = placeOf(error);
  return `${words}${code}${where === undefined ? "" : ` at ${where}`}`;
}

/** Codes of the system, such as EACCES, are a closed list of words. */
function systemCode(error: Error): string {
  const code: unknown = "code" in error ? error.code : undefined;
  return typeof code === "string" && /^E[A-Z]{2,20}$/.test(code) ? ` ${code}` : "";
}
