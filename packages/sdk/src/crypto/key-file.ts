import { open, rm } from "node:fs/promises";
import { ArgumentError, EncryptionError } from "@konsil/core";
import { syncFolder } from "../output/append-whole.ts";
import { checkOutput } from "../output/index.ts";
import { checkMode } from "./check-mode.ts";
import { checkKeyOptions, type KeyOptions, type PrivateKey, parsePrivateKey } from "./private-key.ts";

/**
 * Reads a private key from a file, that of vantage6's Python as well.
 * @throws EncryptionError KEY_INVALID; KEY_EXPOSED when others than its owner may read the file; ArgumentError
 */
export async function readPrivateKey(path: string, options: KeyOptions = {}): Promise<PrivateKey> {
  checkKeyOptions("readPrivateKey()", options);
  const handle = await open(path, "r").catch((cause: unknown) => {
    throw new EncryptionError(
      "KEY_INVALID",
      `The private key "${path}" cannot be opened. Name the file that your organization's vantage6 node uses, or make one with generatePrivateKey() and writePrivateKey().`,
      { cause },
    );
  });
  try {
    if (!(await handle.stat()).isFile())
      throw new EncryptionError("KEY_INVALID", `The private key "${path}" is not a file. Name the file.`);
    await checkMode(handle, path, "The private key");
    return parsePrivateKey(await handle.readFile("utf8"), options, `The file "${path}"`);
  } finally {
    await handle.close();
  }
}

/**
 * Writes a private key to a new file that only its owner can read (mode 0600). Never overwrites: a lost key is lost
 * results. Without a passphrase it is not protected otherwise; one that is undefined is refused.
 * @throws ArgumentError OUTPUT_UNWRITABLE, ARGUMENT_UNKNOWN, ARGUMENT_INVALID
 */
export async function writePrivateKey(
  path: string,
  key: PrivateKey,
  options: { readonly passphrase?: string } = {},
): Promise<void> {
  checkKeyOptions("writePrivateKey()", options);
  // One that is given and undefined is refused: it was meant to protect the key.
  const pem = "passphrase" in options ? key.toPem(options.passphrase) : key.toPem();
  await checkOutput(path, { what: "The private key" });
  const handle = await open(path, "wx", 0o600).catch((cause: NodeJS.ErrnoException) => {
    throw new ArgumentError(
      "OUTPUT_UNWRITABLE",
      cause.code === "EEXIST"
        ? `The private key "${path}" cannot be written: there is a file of this name, and a key is never overwritten. Use that one with readPrivateKey(), or name another.`
        : `The private key "${path}" cannot be written: ${cause.message}. Name another file.`,
      { cause },
    );
  });
  try {
    await handle.writeFile(pem);
    await handle.sync();
    await syncFolder(path);
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}
