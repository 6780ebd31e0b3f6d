import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DefinitionError } from "@konsil/core";
import type { DefinedMethod } from "@konsil/site";

/** How long a program may take to say what it has, in milliseconds. */
const limit = 60_000;

function run(main: string, methods: string): Promise<string> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [main], {
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, KONSIL_METHODS_FILE: methods },
      timeout: limit,
    });
    const complaints: Buffer[] = [];
    child.stderr.on("data", (chunk: Buffer) => complaints.push(chunk));
    child.on("error", fail);
    child.on("close", (code) => {
      const words = Buffer.concat(complaints).toString("utf8").trim();
      done(code === 0 ? "" : words === "" ? `It ended with exit code ${code}.` : words.slice(-2000));
    });
  });
}

/**
 * What the program of an image can be called with. It is run as a process of its own, since it is written to run once.
 * @throws DefinitionError DEFINITION_INVALID where it does not say
 */
export async function imageMethods(main: string): Promise<readonly DefinedMethod[]> {
  const folder = mkdtempSync(join(tmpdir(), "konsil-methods-"));
  const file = join(folder, "methods.json");
  try {
    const complaint = await run(main, file);
    if (complaint !== "")
      throw new DefinitionError(
        "DEFINITION_INVALID",
        `The program "${main}" does not start, and so neither would its image. Mend it, and try again: ${complaint}`,
      );
    try {
      return JSON.parse(readFileSync(file, "utf8")) as readonly DefinedMethod[];
    } catch {
      throw new DefinitionError(
        "DEFINITION_INVALID",
        `The program "${main}" does not say which algorithms it has. It must end with: await serve({ algorithms: […] }), of @konsil/site.`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
