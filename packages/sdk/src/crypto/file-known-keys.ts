import { type FileHandle, open } from "node:fs/promises";
import { resolve } from "node:path";
import { EncryptionError } from "@konsil/core";
import { z } from "zod";
import { checkOutput } from "../output/index.ts";
import { checkMode } from "./check-mode.ts";
import { fingerprintPattern } from "./fingerprint.ts";
import { compareKeys, type KeyOwner, type KnownKey, type KnownKeys } from "./known-keys.ts";
import type { PublicKey } from "./public-key.ts";

const knownKeySchema = z.object({
  server: z.url(),
  organization: z.int(),
  name: z.string(),
  fingerprint: z.string().regex(fingerprintPattern),
  since: z.string(),
});

interface Line {
  readonly number: number;
  readonly key: KnownKey;
}

function parse(text: string, path: string): Line[] {
  return text.split("\n").flatMap((line, i) => {
    if (line.trim() === "") return [];
    try {
      return [{ number: i + 1, key: knownKeySchema.parse(JSON.parse(line)) }];
    } catch (cause) {
      // A line that cannot be read is not left out: that key would count as seen for the first time.
      throw new EncryptionError(
        "KEY_INVALID",
        `Line ${i + 1} of the known keys "${path}" cannot be read. Mend it, or delete it and compare that organization's fingerprint by telephone.`,
        { cause },
      );
    }
  });
}

/**
 * Known keys in a file, one line of JSON for each, made with mode 0600. A line can be written beforehand, from a
 * fingerprint that was read by telephone, and deleted when an organization has a new key.
 */
export function fileKnownKeys(path: string): KnownKeys {
  // A script may go to another folder later.
  const file = resolve(path);
  let last: Promise<unknown> = Promise.resolve();

  const check = async (handle: FileHandle, owner: KeyOwner, key: PublicKey): Promise<"first" | "known"> => {
    await checkMode(handle, path, "The file of known keys");
    const text = await handle.readFile("utf8");
    const lines = parse(text, path);
    const first = compareKeys(
      lines.map((line) => line.key),
      owner,
      key,
      (index) => `delete line ${lines[index]?.number} of "${path}" and try again`,
    );
    if (first === undefined) return "known";
    // One write at the end of the file: another process that does the same at this moment loses nothing.
    await handle.write(`${text === "" || text.endsWith("\n") ? "" : "\n"}${JSON.stringify(first)}\n`);
    await handle.sync();
    return "first";
  };
  return {
    check(owner, key) {
      const answer = last
        .catch(() => undefined)
        .then(async () => {
          await checkOutput(path, { what: "The file of known keys" });
          const handle = await open(file, "a+", 0o600);
          try {
            return await check(handle, owner, key);
          } finally {
            await handle.close();
          }
        });
      last = answer;
      return answer;
    },
  };
}
