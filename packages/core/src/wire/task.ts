import { contentHash } from "../encoding/index.ts";

/** The method by which a desk, or a central part at a site, asks the program of a node. */
export const requestMethod = "konsil";

const before = new TextEncoder().encode(`{"method":"${requestMethod}","args":[],"kwargs":{"request":`);
const after = new TextEncoder().encode("}}");

/** A round's request as the input of a vantage6 task. The request is JSON already, and stays byte for byte as it is. */
export function taskInput(request: Uint8Array): Uint8Array {
  const input = new Uint8Array(before.length + request.length + after.length);
  input.set(before);
  input.set(request, before.length);
  input.set(after, before.length + request.length);
  return input;
}

/** Room for a name at the server is 128 characters. */
const longestKey = 100;

/** The name of the task of a round. Nothing in it tells what is asked. */
export function taskName(key: string): string {
  return `konsil-${key.length <= longestKey ? key : contentHash(key)}`;
}
