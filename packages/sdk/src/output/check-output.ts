import { access, constants, stat } from "node:fs/promises";
import { dirname, extname } from "node:path";
import { ArgumentError, checkOptionNames } from "@konsil/core";

/** The endings under which a result can be saved. */
export const resultEndings = [".json", ".html", ".svg", ".csv"] as const;

/** What an output is called where it cannot be written, and how its name may end. */
export interface OutputCheck {
  /** "--html", "The journal". Default "The file". */
  readonly what?: string | undefined;
  /** Any, unless given. */
  readonly endings?: readonly string[] | undefined;
}

/**
 * Finds out before a long analysis whether a file can be written: its folder is there and may be written to. Makes
 * nothing.
 * @throws ArgumentError OUTPUT_UNWRITABLE, ARGUMENT_UNKNOWN
 */
export async function checkOutput(path: string, options: OutputCheck = {}): Promise<void> {
  checkOptionNames("checkOutput()", options, ["what", "endings"]);
  const { what = "The file", endings } = options;
  const problem = (words: string, cause?: unknown): ArgumentError =>
    new ArgumentError("OUTPUT_UNWRITABLE", `${what} "${path}" cannot be written: ${words}`, { cause });
  if (endings !== undefined && !endings.includes(extname(path).toLowerCase()))
    throw problem(`its name must end in ${endings.join(", ")}.`);
  const folder = dirname(path);
  const there = await stat(folder).catch(() => undefined);
  if (there === undefined) throw problem(`there is no folder "${folder}". Make it, or name another.`);
  if (!there.isDirectory()) throw problem(`"${folder}" is not a folder. Name another.`);
  const file = await stat(path).catch(() => undefined);
  if (file?.isDirectory() === true) throw problem("it is a folder. Name a file in it.");
  try {
    await access(file === undefined ? folder : path, constants.W_OK);
  } catch (cause) {
    throw problem(
      file === undefined
        ? `you may not write in the folder "${folder}". Name another.`
        : "you may not write to it. Name another.",
      cause,
    );
  }
}
