import { readFile } from "node:fs/promises";
import { ArgumentError, jsonFault, repeatedKey } from "@konsil/core";
import { fileFault } from "../sources/fault.ts";

/**
 * The value in a JSON file that a person wrote. The path may be shown: it is theirs.
 * @throws ArgumentError USAGE when the file cannot be read, ARGUMENT_INVALID when it is no JSON, or has a key twice
 */
export async function readJsonFile(path: string, what: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    const fault = (await fileFault(path)) ?? "cannot be read.";
    throw new ArgumentError("USAGE", `The ${what} "${path}" ${fault}`, { cause });
  }
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (cause) {
    throw new ArgumentError(
      "ARGUMENT_INVALID",
      `The ${what} "${path}" is not JSON. ${jsonFault(text, cause)}`,
      { cause },
    );
  }
  const repeated = repeatedKey(text);
  if (repeated === undefined) return value;
  throw new ArgumentError("ARGUMENT_INVALID", `The ${what} "${path}" has "${repeated}" twice. Keep one.`);
}
