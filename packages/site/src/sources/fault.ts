import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";

/** Why a file cannot be read. */
export interface Fault {
  /** What is wrong and what to do, for everybody: no path and no value. */
  readonly words: string;
  /** Where, for the owner of the file only. */
  readonly where: string;
}

/** What the driver of a format says, as a fault; undefined for what it does not know. */
export type FormatFault = (message: string, path: string) => Fault | undefined;

const byCode: Readonly<Record<string, string>> = {
  ENOENT: "does not exist. Check the path.",
  ENOTDIR: "does not exist. Check the path.",
  EACCES: "may not be read by this process. Give it the right to.",
  EPERM: "may not be read by this process. Give it the right to.",
};

/** What is wrong with a file itself, whatever its format: "does not exist", … */
export async function fileFault(path: string): Promise<string | undefined> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) return "is a folder. Name a file in it.";
    await access(path, constants.R_OK);
    return found.size === 0 ? "is empty." : undefined;
  } catch (error) {
    return byCode[String((error as NodeJS.ErrnoException).code)];
  }
}

const tooLarge = "It does not fit into memory. Give the site more, or read fewer columns.";

/** The fault of a file that could not be read; `otherwise` is said where nothing else is known. */
export async function faultOf(
  path: string,
  thrown: unknown,
  ofFormat: FormatFault,
  otherwise: string,
): Promise<Fault> {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  if (message.startsWith("Out of Memory")) return { words: tooLarge, where: path };
  const words = await fileFault(path);
  if (words !== undefined) return { words: `Its file ${words}`, where: path };
  return ofFormat(message, path) ?? { words: otherwise, where: `${path}: ${message.split("\n")[0]}` };
}
