import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { breastCancer } from "../src/examples/index.ts";

// The built command, as a user has it: `npm test` builds before it tests.
const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));

/** The folder of the breast cancer data. */
export const data = fileURLToPath(new URL("../data/breast-cancer/", import.meta.url));

/** A folder of its own in which the command runs, and files in it. */
export class Desk {
  readonly folder: string = mkdtempSync(join(tmpdir(), "konsil-command-"));

  konsil(...args: string[]): Promise<{ code: number; out: string; err: string }> {
    return new Promise((resolve) => {
      const options = { cwd: this.folder, timeout: 60_000, maxBuffer: 64 * 2 ** 20 };
      execFile(process.execPath, [main, ...args], options, (error, out, err) => {
        resolve({ code: error === null ? 0 : Number(error.code), out, err });
      });
    });
  }

  file(name: string, content: unknown): string {
    const path = join(this.folder, name);
    writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
    return path;
  }

  /** The breast cancer sites under a policy, each with a journal. */
  hospitals(policy: object = {}): string {
    const sites = breastCancer.map(({ name }) => ({
      name,
      databases: { default: { type: "csv", uri: join(data, `${name}.csv`) } },
      policy,
      journal: `${name}.journal.jsonl`,
    }));
    return this.file("hospitals.json", { sites });
  }

  clear(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
