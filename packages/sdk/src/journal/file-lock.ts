import { randomUUID } from "node:crypto";
import { link, open, readFile, rename, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { z } from "zod";
import { isRunning, processSpace, processStart } from "./process-start.ts";

/** Who has a lock. */
export interface Holder {
  readonly pid: number;
  readonly host: string;
  /** See processSpace. */
  readonly space: string | null;
  /** See processStart. */
  readonly start: string | null;
  /** When the lock was taken. */
  readonly since: string;
  /** Tells this lock from every other. */
  readonly token: string;
}

const holderSchema: z.ZodType<Holder> = z.object({
  pid: z.int().min(1),
  host: z.string(),
  space: z.string().nullable(),
  start: z.string().nullable(),
  since: z.string(),
  token: z.uuid(),
});

/** Somebody else has the lock; undefined when the lock does not say who. */
export class Locked extends Error {
  readonly holder: Holder | undefined;

  constructor(holder: Holder | undefined) {
    super("The lock is taken.");
    this.holder = holder;
  }
}

const codeOf = (error: unknown): unknown => (error as NodeJS.ErrnoException).code;

/** Writes the lock unless there is one; whoever reads it reads the whole of it. */
async function create(lock: string, content: string): Promise<boolean> {
  const draft = `${lock}.${randomUUID()}`;
  try {
    await writeFile(draft, content, { flag: "wx", mode: 0o600 });
    await link(draft, lock);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    if (!["EPERM", "ENOTSUP", "ENOSYS", "EOPNOTSUPP"].includes(String(codeOf(error)))) throw error;
  } finally {
    await rm(draft, { force: true });
  }
  // A file system without links. A crash in the next lines leaves a lock that does not say whose it is.
  const handle = await open(lock, "wx", 0o600).catch((error: unknown) => {
    if (codeOf(error) === "EEXIST") return undefined;
    throw error;
  });
  if (handle === undefined) return false;
  try {
    await handle.writeFile(content);
  } catch (error) {
    await rm(lock, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
  return true;
}

/** Undefined where there is no lock. @throws Locked for one that does not say whose it is */
async function read(lock: string): Promise<Holder | undefined> {
  try {
    return holderSchema.parse(JSON.parse(await readFile(lock, "utf8")));
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    if (error instanceof SyntaxError || error instanceof z.ZodError) throw new Locked(undefined);
    throw error;
  }
}

/** A process of another machine or container is taken to run: nothing here can tell. */
async function isDead({ pid, host, space, start }: Holder): Promise<boolean> {
  return host === hostname() && space === (await processSpace()) && !(await isRunning(pid, start));
}

async function acquire(lock: string, content: string): Promise<void> {
  while (!(await create(lock, content))) {
    const holder = await read(lock);
    if (holder === undefined) continue;
    if (!(await isDead(holder))) throw new Locked(holder);
    // Of all who saw this process dead, one may take its lock over: whoever has the lock on just that. Its turn may
    // have come after another's, and then the lock is that one's.
    const turn = `${lock}.${holder.token}`;
    await acquire(turn, content);
    try {
      if ((await read(lock))?.token !== holder.token) continue;
      const draft = `${lock}.${randomUUID()}`;
      await writeFile(draft, content, { flag: "wx", mode: 0o600 });
      await rename(draft, lock);
      return;
    } finally {
      await rm(turn, { force: true });
    }
  }
}

/**
 * Takes the lock of a file, that of a process that has died as well. What is returned gives it back.
 * @throws Locked while a process that runs has it
 */
export async function lockFile(lock: string): Promise<() => Promise<void>> {
  const holder: Holder = {
    pid: process.pid,
    host: hostname(),
    space: await processSpace(),
    start: await processStart(process.pid),
    since: new Date().toISOString(),
    token: randomUUID(),
  };
  await acquire(lock, `${JSON.stringify(holder)}\n`);
  return async () => {
    const now = await read(lock).catch(() => undefined);
    if (now?.token === holder.token) await rm(lock, { force: true });
  };
}
