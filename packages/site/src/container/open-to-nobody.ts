import { spawnSync } from "node:child_process";

/** Whether a program that root starts can load files of a folder once it is nobody, as the entry of a container is. */
export function isOpenToNobody(folder: string): boolean {
  if (process.getuid?.() !== 0) return true;
  const look = `require("node:fs").accessSync(${JSON.stringify(folder)})`;
  return spawnSync(process.execPath, ["-e", look], { uid: 65_534, gid: 65_534, cwd: "/" }).status === 0;
}
