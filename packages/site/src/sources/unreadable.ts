import { DataError, isKonsilError } from "@konsil/core";

/**
 * An error for a database that cannot be read. What the driver says goes into `cause` only: it quotes paths, and rows
 * of patients. `advice` is a sentence on what to do.
 */
export function unreadable(label: string, advice: string, cause?: unknown): DataError {
  return new DataError("DATA_UNREADABLE", `The database "${label}" cannot be read. ${advice}`, { cause });
}

/** Runs `action`, and turns everything but an error of Konsil into one that says nothing of paths or values. */
export async function orUnreadable<T>(label: string, advice: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (thrown) {
    if (isKonsilError(thrown)) throw thrown;
    const full = thrown instanceof Error && thrown.message.startsWith("Out of Memory");
    throw unreadable(
      label,
      full ? "It does not fit into memory. Give the site more, or read fewer columns." : advice,
      thrown,
    );
  }
}
