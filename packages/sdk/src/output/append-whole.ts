import { type FileHandle, open } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Appends to an open file that nobody else writes: the whole of a text, safe on disk, or nothing. A full disk takes a part
 * of it without an error.
 */
export async function appendWhole(handle: FileHandle, text: string): Promise<void> {
  const { size } = await handle.stat();
  try {
    await handle.writeFile(text);
    await handle.sync();
  } catch (error) {
    await handle.truncate(size).catch(() => undefined);
    throw error;
  }
}

/** Makes a new file's name as safe on disk as what it holds: where power fails, one without the other is lost. */
export async function syncFolder(file: string): Promise<void> {
  // Windows and some shared folders cannot, and then there is nothing to be done.
  const folder = await open(dirname(file), "r").catch(() => undefined);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}
