import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { format, inspect } from "node:util";
import { awaitMark } from "./awaits.ts";
import { tslabFolder } from "./tslab.ts";

/** The content of Jupyter's message "error". */
export interface CellError {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

const launcherFolder = dirname(fileURLToPath(import.meta.url));

/**
 * Whether an error says all by itself: those of Konsil say what to do, and end in their code; that of a cell which was stopped
 * has no more to say.
 */
function isExplained(value: Error): boolean {
  if (!("code" in value) || typeof value.code !== "string") return false;
  return value.message.endsWith(`[${value.code}]`) || value.code === "ERR_SCRIPT_EXECUTION_INTERRUPTED";
}

function words(value: unknown): string {
  if (typeof value === "string") return value;
  if (!(value instanceof Error) || !isExplained(value)) return inspect(value);
  // How it came about inside helps nobody at a notebook.
  const { cause } = value;
  return `${value.name}: ${value.message}${cause instanceof Error ? `\nIts cause: ${cause.message}` : ""}`;
}

/** Leaves out of a trace what belongs to the kernel, and places in the compiled cell, which are not those of the cell. */
function cleaned(trace: string): string[] {
  return (
    trace
      // The fields of an error open at the end of its last place, which may go.
      .replace(/^(\s+at .*) \{$/gm, "$1\n{")
      .split("\n")
      .filter(
        (line) =>
          ![tslabFolder, launcherFolder, "node:vm:", "node:internal/"].some((own) => line.includes(own)),
      )
      .filter((line) => !/^(\s+at (async )?)?evalmachine\.<anonymous>:[\d:]+$/.test(line))
      .map((line) => line.replace(/evalmachine\.<anonymous>:\d+:\d+/, "a cell"))
  );
}

/** What was reported while a cell ran, as one error. */
export function cellError(reported: readonly (readonly unknown[])[], isMarked: boolean): CellError {
  const values = reported.map((given) => (given.length === 1 ? given[0] : format(...given)));
  const thrown = values.find((value) => value instanceof Error);
  const lines = cleaned(values.map(words).join("\n"));
  if (thrown instanceof Error) return { ename: thrown.name, evalue: thrown.message, traceback: lines };
  // A diagnostic's place in the first line counts what was put in front of it.
  const shift = isMarked ? awaitMark.length : 0;
  const placed = lines.map((line) =>
    line.replace(/^1:(\d+) - /, (_, column: string) => `1:${Number(column) - shift} - `),
  );
  const missing = /Cannot find module '((?:@[^/']+\/)?[^@./'][^/']*)/.exec(placed.join("\n"))?.[1];
  if (missing !== undefined && !missing.startsWith("node:"))
    placed.push(
      `Packages are looked for in ${process.cwd()} and the folders above. Run there: npm i ${missing}`,
    );
  const isDiagnostic = /^(\S+ )?\d+:\d+ - /.test(placed[0] ?? "");
  return { ename: isDiagnostic ? "TypeScriptError" : "Error", evalue: placed[0] ?? "", traceback: placed };
}
