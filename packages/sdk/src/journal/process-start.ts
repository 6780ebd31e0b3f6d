import { execFile } from "node:child_process";
import { readFile, readlink } from "node:fs/promises";
import { platform } from "node:os";

/** Linux: ticks since the machine started, and which start that was. */
async function fromProc(pid: number): Promise<string | null> {
  try {
    const [stat, boot] = await Promise.all([
      readFile(`/proc/${pid}/stat`, "utf8"),
      readFile("/proc/sys/kernel/random/boot_id", "utf8"),
    ]);
    // The second field is a name in brackets and may hold spaces and brackets; the start is the 22nd.
    const ticks = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
    return ticks === undefined ? null : `${boot.trim()} ${ticks}`;
  } catch {
    return null;
  }
}

/** Other systems of the Unix family. */
function fromPs(pid: number): Promise<string | null> {
  const env = { ...process.env, LC_ALL: "C", TZ: "UTC" };
  return new Promise((resolve) => {
    execFile("ps", ["-o", "lstart=", "-p", String(pid)], { env }, (error, out) => {
      resolve(error !== null || out.trim() === "" ? null : out.trim());
    });
  });
}

/**
 * When a process of this machine began, as text to compare; null where the system does not tell. Numbers of processes
 * are given out again: only with its start is one known.
 */
export function processStart(pid: number): Promise<string | null> {
  if (platform() === "linux") return fromProc(pid);
  return platform() === "win32" ? Promise.resolve(null) : fromPs(pid);
}

/**
 * Where numbers of processes mean the same, beside the name of the machine: a container may share that name and still
 * see no process outside. Null where all of a machine is one.
 */
export function processSpace(): Promise<string | null> {
  return readlink("/proc/self/ns/pid").catch(() => null);
}

/** Whether the process runs that had this number and this start. */
export async function isRunning(pid: number, start: string | null): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // A process of somebody else may not be signalled, but it is there.
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  const now = start === null ? null : await processStart(pid);
  return now === null || now === start;
}
