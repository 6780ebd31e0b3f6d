import { decodePythonJson, firstNonJson, requestMethod } from "@konsil/core";

/** What a container is asked. */
export type Asked =
  /** A round of an analysis: its request, and whether a central part asks it, all of whose rounds are one job. */
  | { readonly kind: "request"; readonly request: unknown; readonly isSubtask: boolean }
  /** A step or an algorithm by its name, with plain arguments: as Python and vantage6's web interface ask. */
  | {
      readonly kind: "call";
      readonly method: string;
      readonly args: readonly unknown[];
      readonly kwargs: Readonly<Record<string, unknown>>;
      /** Where its arguments hold a number that JSON has not: Python writes NaN and infinities. */
      readonly notFinite: string | undefined;
    }
  | { readonly kind: "nothing" };

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Reads a task's input, whatever it is. Never throws. */
export function readInput(bytes: Uint8Array): Asked {
  try {
    return askedIn(decodePythonJson(bytes));
  } catch {
    // No JSON, or nested without end.
    return { kind: "nothing" };
  }
}

function askedIn(input: unknown): Asked {
  if (!isRecord(input) || typeof input["method"] !== "string") return { kind: "nothing" };
  const { method, args = [], kwargs = {} } = input;
  if (!Array.isArray(args) || !isRecord(kwargs)) return { kind: "nothing" };
  const notFinite = firstNonJson(kwargs, "kwargs");
  if (method !== requestMethod) return { kind: "call", method, args, kwargs, notFinite };
  // No desk writes such a number. A sealed request (konsil.sealed/1) has its place beside `request`; none is opened yet.
  if (notFinite !== undefined) return { kind: "nothing" };
  return { kind: "request", request: kwargs["request"], isSubtask: kwargs["subtask"] === true };
}
