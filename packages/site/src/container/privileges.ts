import { chmodSync, chownSync, existsSync, mkdirSync } from "node:fs";

/** "nobody" and "nogroup" of most systems: they own nothing. */
const nobody = 65_534;

/**
 * Gives up root's rights before any data are touched. Folders that are to be written to are handed over first. A
 * process that is not root keeps what it is.
 */
export function dropPrivileges(folders: readonly string[]): void {
  const { getuid, setgroups, setgid, setuid } = process;
  if (getuid === undefined || getuid() !== 0) return;
  for (const folder of folders) {
    if (!existsSync(folder)) mkdirSync(folder, { recursive: true, mode: 0o700 });
    chownSync(folder, nobody, nobody);
    chmodSync(folder, 0o700);
  }
  setgroups?.([]);
  setgid?.(nobody);
  setuid?.(nobody);
}
