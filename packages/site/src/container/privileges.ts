import { chmodSync, chownSync, existsSync, mkdirSync, statSync } from "node:fs";

/** "nobody" and "nogroup" of most systems: they own nothing. */
const nobody = 65_534;

/** Who a process is after it gave up root's rights. */
export interface Identity {
  readonly user: number;
  readonly group: number;
  /** Groups beside it, by which databases can be read. */
  readonly groups: readonly number[];
}

/** Whether this process has root's rights to give up. */
export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/**
 * The identity with the fewest rights that can read the files of databases: nobody where everybody may read them, with
 * their group where the group may, else their owner. Neither root nor root's group is kept: what only these can read is not
 * read.
 */
export function identityFor(files: readonly string[]): Identity {
  let user = nobody;
  const groups = new Set<number>();
  for (const file of files) {
    const { mode, uid, gid } = statOf(file);
    if ((mode & 0o004) !== 0) continue;
    if ((mode & 0o040) !== 0 && gid !== 0) groups.add(gid);
    else if ((mode & 0o400) !== 0 && uid !== 0 && user === nobody) user = uid;
  }
  return { user, group: nobody, groups: [...groups] };
}

/** Whether root, or root's group, alone can read a file. */
export function isForRootOnly(file: string): boolean {
  const { mode, uid, gid } = statOf(file);
  return uid === 0 && (mode & 0o440) !== 0 && (mode & 0o004) === 0 && ((mode & 0o040) === 0 || gid === 0);
}

/** What cannot be looked at is for its source to complain of. */
function statOf(file: string): { readonly mode: number; readonly uid: number; readonly gid: number } {
  try {
    return statSync(file);
  } catch {
    return { mode: 0o004, uid: nobody, gid: nobody };
  }
}

/**
 * Gives up root's rights for good, before any data are touched. `folder`, which is to be written to, is handed over first.
 * @throws where the system does not permit it: then nothing may be answered
 */
export function dropPrivileges({ user, group, groups }: Identity, folder: string | undefined): void {
  if (folder !== undefined) {
    if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
    chownSync(folder, user, group);
    chmodSync(folder, 0o770);
  }
  process.setgroups?.([...groups]);
  process.setgid?.(group);
  process.setuid?.(user);
  if (process.getuid?.() === 0 || process.geteuid?.() === 0) throw new Error("still root");
}
