import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, describe, expect, it } from "vitest";
import { fileJournal, fileKnownKeys, parsePublicKey } from "../src/index.ts";
import { golden, type Vectors } from "./crypto/goldens.ts";

const folder = mkdtempSync(join(tmpdir(), "konsil-full-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const program = fileURLToPath(new URL("write-at-limit.ts", import.meta.url));
const limit = 64 * 1024;

/** Writes where no file may be longer than `limit`: what is too long is cut there, without an error. */
async function write(...args: readonly string[]): Promise<string> {
  const script = `ulimit -f ${limit / 1024} && exec "$0" --import tsx "$@"`;
  const { stdout } = await promisify(execFile)("bash", ["-c", script, process.execPath, program, ...args]);
  return stdout;
}

/** Lines up to some bytes before the limit. */
function nearlyFull(name: string, line: (filler: string) => string, room: number): string {
  const path = join(folder, name);
  const one = `${line("x".repeat(1000))}\n`;
  const lines = one.repeat(Math.floor((limit - room) / one.length) - 1);
  const rest = limit - room - lines.length - line("").length - 1;
  writeFileSync(path, `${lines}${line("x".repeat(rest))}\n`, { mode: 0o600 });
  return path;
}

describe.runIf(process.platform !== "win32")("on a disk that takes half a line", () => {
  const entry = (filler: string) => JSON.stringify({ entry: "intent", round: "r", filler });

  it.each([60, 0])(
    "a journal takes none, and says so before anything is sent: room for %i bytes",
    async (room) => {
      const path = nearlyFull("journal.jsonl", entry, room);
      const before = readFileSync(path, "utf8");
      expect(await write("journal", path)).toMatch(
        /^AnalysisError: The journal ".*" cannot be written \(EFBIG\).*run it again with the same journal.*OUTPUT_UNWRITABLE/,
      );
      expect(readFileSync(path, "utf8")).toBe(before);
      await fileJournal(path).append({ entry: "intent", round: "next" });
      expect(readFileSync(path, "utf8")).toBe(`${before}{"entry":"intent","round":"next"}\n`);
    },
  );

  it("a journal takes what fits", async () => {
    const path = nearlyFull("fits.jsonl", entry, 400);
    expect(await write("journal", path)).toBe("written");
  });

  it("a key is not trusted that the file of known keys does not hold", async () => {
    const { keys } = golden<Vectors>("vectors.json");
    const key = keys.a.public_key;
    const { fingerprint } = parsePublicKey(key);
    const known = (name: string) =>
      JSON.stringify({
        server: "https://v6.example.org/api",
        name,
        since: "2026-01-02",
        organization: 3,
        fingerprint,
      });
    const path = nearlyFull("known.jsonl", known, 60);
    const lines = readFileSync(path, "utf8").split("\n").length;
    expect(await write("key", path, key)).toMatch(
      /^ArgumentError: The file of known keys ".*" cannot be written.*delete its last line/,
    );
    await expect(fileKnownKeys(path).list()).rejects.toThrow(`Line ${lines} of the known keys`);
    expect(await write("key", path, key)).toContain(`Line ${lines} of the known keys`);
  });
});
