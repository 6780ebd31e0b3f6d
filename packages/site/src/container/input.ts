import { decodeJson, requestMethod } from "@konsil/core";

/** What a container is asked. */
export type Asked =
  /** A round of an analysis at a desk: the bytes of its request. */
  | { readonly kind: "request"; readonly request: unknown }
  /** A step or an algorithm by its name, with plain arguments: as Python and vantage6's web interface ask. */
  | {
      readonly kind: "call";
      readonly method: string;
      readonly args: readonly unknown[];
      readonly kwargs: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: "nothing" };

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Reads a task's input, whatever it is. Never throws. */
export function readInput(bytes: Uint8Array): Asked {
  let input: unknown;
  try {
    input = decodeJson(bytes);
  } catch {
    return { kind: "nothing" };
  }
  if (!isRecord(input) || typeof input["method"] !== "string") return { kind: "nothing" };
  const { method, args = [], kwargs = {} } = input;
  if (!Array.isArray(args) || !isRecord(kwargs)) return { kind: "nothing" };
  // A sealed request (konsil.sealed/1) has its place beside `request`; none is opened yet.
  if (method === requestMethod) return { kind: "request", request: kwargs["request"] };
  return { kind: "call", method, args, kwargs };
}
