import { contentHash } from "../encoding/index.ts";

/** The method by which a desk, or a central part at a site, asks the program of a node. */
export const requestMethod = "konsil";

const utf8 = new TextEncoder();
const before = `{"method":"${requestMethod}","args":[],"kwargs":{`;

/**
 * A round's request as the input of a vantage6 task. The request is JSON already, and stays byte for byte as it is.
 * @param isSubtask says that a central part at a site asks: a server of vantage6 makes all its rounds one job, and each
 * round of a desk a job of its own
 */
export function taskInput(request: Uint8Array, isSubtask = false): Uint8Array {
  const start = utf8.encode(`${before}${isSubtask ? '"subtask":true,' : ""}"request":`);
  const end = utf8.encode("}}");
  const input = new Uint8Array(start.length + request.length + end.length);
  input.set(start);
  input.set(request, start.length);
  input.set(end, start.length + request.length);
  return input;
}

/** Room for a name at the server is 128 characters. */
const longestKey = 100;

/** The name of the task of a round. Nothing in it tells what is asked. */
export function taskName(key: string): string {
  return `konsil-${key.length <= longestKey ? key : contentHash(key)}`;
}
