import { chmod, realpath, rename, rm, stat, writeFile } from "node:fs/promises";

/** Writes a file as a whole or not at all. A file that is there keeps its permissions, and its place behind a link. */
export async function writeWhole(file: string, text: string): Promise<void> {
  const place = await realpath(file).catch(() => file);
  const mode = await stat(place).then(
    (there) => there.mode & 0o777,
    () => undefined,
  );
  const half = `${place}.${process.pid}.part`;
  try {
    await writeFile(half, text, { mode });
    // What is new is narrowed by the process's own mask.
    if (mode !== undefined) await chmod(half, mode);
    await rename(half, place);
  } catch (error) {
    await rm(half, { force: true });
    throw error;
  }
}
