import type { FileHandle } from "node:fs/promises";
import { platform } from "node:os";
import { EncryptionError } from "@konsil/core";

/**
 * Refuses an open file that others than its owner may read or change. Windows has no such modes.
 * @throws EncryptionError KEY_EXPOSED
 */
export async function checkMode(handle: FileHandle, path: string, what: string): Promise<void> {
  if (platform() === "win32") return;
  const { mode } = await handle.stat();
  if ((mode & 0o077) === 0) return;
  const octal = (mode & 0o777).toString(8).padStart(3, "0");
  throw new EncryptionError(
    "KEY_EXPOSED",
    `${what} "${path}" can be read or changed by others on this computer (its mode is ${octal}). Make it yours alone: chmod 600 "${path}"`,
  );
}
