import { readFile } from "node:fs/promises";
import { ArgumentError, jsonFault } from "@konsil/core";
import { fileFault } from "../sources/fault.ts";

/**
 * The value in a JSON file that a person wrote. The path may be shown: it is theirs.
 * @throws ArgumentError USAGE when the file cannot be read, ARGUMENT_INVALID when it is no JSON
 */
export async function readJsonFile(path: string, what: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    const fault = (await fileFault(path)) ?? "cannot be read.";
    throw new ArgumentError("USAGE", `The ${what} "${path}" ${fault}`, { cause });
  }
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (cause) {
    throw new ArgumentError(
      "ARGUMENT_INVALID",
      `The ${what} "${path}" is not JSON. ${jsonFault(text, cause)}`,
      { cause },
    );
  }
}
