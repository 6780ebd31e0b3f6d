import { DataError, isKonsilError } from "@konsil/core";
import { type FormatFault, faultOf } from "./fault.ts";

/**
 * An error for a database that cannot be read. What the driver says, and where, goes into `cause` only: it quotes paths,
 * and rows of patients. `advice` is a sentence on what to do.
 */
export function unreadable(label: string, advice: string, cause?: unknown): DataError {
  return new DataError("DATA_UNREADABLE", `The database "${label}" cannot be read. ${advice}`, { cause });
}

/** A file, and what is said of it where it cannot be read. */
export interface ReadFile {
  readonly label: string;
  readonly path: string;
  readonly fault: FormatFault;
  /** What to do where nothing is known of the fault. */
  readonly advice: string;
}

/** Runs `action`, and turns everything but an error of Konsil into one that says nothing of paths or values. */
export async function orUnreadable<T>(file: ReadFile, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (thrown) {
    if (isKonsilError(thrown)) throw thrown;
    const { words, where } = await faultOf(file.path, thrown, file.fault, file.advice);
    throw unreadable(file.label, words, new Error(where, { cause: thrown }));
  }
}
