import { type BigIntStats, statSync } from "node:fs";

/** Milliseconds within which some file systems give two writes the same time. */
const tick = 2000;

function stateOf(path: string): BigIntStats | undefined {
  return statSync(path, { bigint: true, throwIfNoEntry: false });
}

/**
 * Tells whether a file is the same as before, with the log of a DuckDB beside it. Undefined of what is no file, and of one
 * that was written just now: it may be written again within one tick of its clock.
 */
export function fileState(path: string): string | undefined {
  try {
    const [file, log] = [stateOf(path), stateOf(`${path}.wal`)];
    if (file?.isFile() !== true) return undefined;
    const files = log === undefined ? [file] : [file, log];
    if (files.some(({ mtimeMs }) => Date.now() - Number(mtimeMs) < tick)) return undefined;
    return files
      .map(({ dev, ino, size, mtimeNs, ctimeNs }) => [dev, ino, size, mtimeNs, ctimeNs].join(" "))
      .join(" + ");
  } catch {
    return undefined;
  }
}
