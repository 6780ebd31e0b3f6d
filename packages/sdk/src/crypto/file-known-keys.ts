import { type FileHandle, open } from "node:fs/promises";
import { resolve } from "node:path";
import { ArgumentError, EncryptionError, inWords } from "@konsil/core";
import { z } from "zod";
import { syncFolder } from "../output/append-whole.ts";
import { checkOutput } from "../output/index.ts";
import { checkMode } from "./check-mode.ts";
import { fingerprintPattern } from "./fingerprint.ts";
import { type Known, type KnownKeys, knownKeysIn, type Memory } from "./known-keys.ts";

const common = { server: z.url(), name: z.string(), since: z.string() };
const knownSchema = z.union([
  z.object({ ...common, organization: z.int(), fingerprint: z.string().regex(fingerprintPattern) }),
  z.object({ ...common, collaboration: z.int(), encrypted: z.literal(true) }),
]);

interface Line {
  readonly number: number;
  readonly known: Known;
}

function parse(text: string, path: string): Line[] {
  return text.split("\n").flatMap((line, i) => {
    if (line.trim() === "") return [];
    try {
      return [{ number: i + 1, known: knownSchema.parse(JSON.parse(line)) }];
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

function unwritable(path: string, what: string, cause?: unknown): ArgumentError {
  return new ArgumentError(
    "OUTPUT_UNWRITABLE",
    `The file of known keys "${path}" cannot be written, and what it does not hold is not trusted. ${what}`,
    { cause },
  );
}

/** Appends a line, safe on disk before its key is used. @throws ArgumentError OUTPUT_UNWRITABLE */
async function append(handle: FileHandle, line: string, path: string): Promise<void> {
  const bytes = Buffer.from(line);
  let written: number;
  try {
    // One write at the end of the file: another process that does the same at this moment loses nothing.
    written = (await handle.write(bytes)).bytesWritten;
    await handle.sync();
  } catch (cause) {
    throw unwritable(path, "Make room on its disk, say, and try again.", cause);
  }
  // What is half a line is not cut off: another process may have written behind it.
  if (written < bytes.length)
    throw unwritable(
      path,
      "Its disk is full. Make room, delete its last line, which was cut, and try again.",
    );
}

function memoryIn(text: string, path: string, handle: FileHandle | undefined): Memory {
  const lines = parse(text, path);
  return {
    known: lines.map(({ known }) => known),
    async add(known) {
      if (handle === undefined) return;
      const line = `${text === "" || text.endsWith("\n") ? "" : "\n"}${JSON.stringify(known)}\n`;
      await append(handle, line, path);
    },
    toForget(places) {
      const numbers = places.map((place) => String(lines[place]?.number));
      return `delete ${numbers.length === 1 ? "line" : "lines"} ${inWords(numbers)} of "${path}" and try again`;
    },
  };
}

/** A file that is only read need not be there. */
async function openOrMissing(file: string): Promise<FileHandle | undefined> {
  try {
    return await open(file, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * Known keys in a file, one line of JSON for each key and each encrypted collaboration, made with mode 0600. A line can
 * be written beforehand, from a fingerprint that was read by telephone, and deleted when an organization has a new key.
 */
export function fileKnownKeys(path: string): KnownKeys {
  // A script may go to another folder later.
  const file = resolve(path);
  let last: Promise<unknown> = Promise.resolve();
  return knownKeysIn((access, work) => {
    const answer = last
      .catch(() => undefined)
      .then(async () => {
        if (access === "write") await checkOutput(path, { what: "The file of known keys" });
        const handle = access === "write" ? await open(file, "a+", 0o600) : await openOrMissing(file);
        try {
          if (handle !== undefined) await checkMode(handle, path, "The file of known keys");
          const text = (await handle?.readFile("utf8")) ?? "";
          if (access === "write" && text === "") await syncFolder(file);
          return await work(memoryIn(text, path, handle));
        } finally {
          await handle?.close();
        }
      });
    last = answer;
    return answer;
  });
}
