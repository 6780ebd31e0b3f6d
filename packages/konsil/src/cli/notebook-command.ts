import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { counted, isKonsilError, NotebookError, version } from "@konsil/core";
import type { NotebookEvent, Parameter } from "@konsil/notebook";
import { formatDuration } from "@konsil/sdk";
import { exitCodeOf, UsageError } from "./failure.ts";
import { readOptions } from "./options.ts";

const runHelp = `konsil notebook run FILE.ipynb [--output FILE.ipynb] [--html FILE.html] [--timeout SECONDS]
                               [--parameters JSON|FILE] [--kernel NAME] [--quiet]

Runs a notebook from its first cell to its last in a fresh kernel, without Jupyter. It fails at the first cell that fails,
and when a promise that nothing awaited is rejected; a cell with the tag raises-exception may fail.

  --output FILE      writes the notebook with its outputs after each cell; it may be the notebook itself. A run that
                     fails or is interrupted keeps the outputs that it had
  --html FILE        writes a page for readers, which needs no network
  --timeout SECONDS  how long each cell may take; default: as long as it likes
  --parameters JSON  values in the place of those in the cell with the tag parameters, such as '{"sites": 11}'
  --kernel NAME      konsil, tslab, or any kernel that Jupyter has; default: the one that the notebook names
  --quiet            no progress
`;

const installHelp = `konsil notebook install [--stock] [--prefix FOLDER]

Installs a kernel for TypeScript where Jupyter finds it.

  --stock            tslab as it is, without strict types, modern resolution and rich display
  --prefix FOLDER    in FOLDER/share/jupyter, such as a virtual environment; default: for this user
`;

/** Of one of the two, where it is named. */
export function notebookHelp(what: string | undefined): string {
  const named = what === "run" ? [runHelp] : what === "install" ? [installHelp] : [runHelp, installHelp];
  const needed = `The package @konsil/notebook is needed: npm install @konsil/notebook@${version}\n`;
  return [...named, needed].join("\n");
}

type NotebookPackage = typeof import("@konsil/notebook");

/**
 * The package for notebooks. It is not a dependency, since few who run scripts and sites want its compiler and its native
 * library. It is the one of the folder where the command is called, or else the one beside this package.
 */
async function notebookPackage(): Promise<NotebookPackage> {
  for (const place of [pathToFileURL(resolve("package.json")).href, import.meta.url]) {
    let entry: string;
    try {
      entry = createRequire(place).resolve("@konsil/notebook");
    } catch {
      continue;
    }
    const { version: found } = JSON.parse(
      await readFile(createRequire(place).resolve("@konsil/notebook/package.json"), "utf8"),
    ) as { version: string };
    if (found !== version)
      throw new NotebookError(
        "NOTEBOOK_PACKAGE_MISSING",
        `@konsil/notebook ${found} is installed, and konsil ${version}: they must be of one version. ` +
          `Run: npm install @konsil/notebook@${version}`,
      );
    return (await import(pathToFileURL(entry).href)) as NotebookPackage;
  }
  throw new NotebookError(
    "NOTEBOOK_PACKAGE_MISSING",
    "Notebooks need the package @konsil/notebook, which is not installed here (it brings a TypeScript compiler and a " +
      `native library, about 90 MB). Run: npm install @konsil/notebook@${version}`,
  );
}

/** @throws UsageError */
async function parametersOf(
  given: string | boolean | undefined,
): Promise<Record<string, Parameter> | undefined> {
  if (typeof given !== "string") return undefined;
  const text =
    !given.trimStart().startsWith("{") && existsSync(given) ? await readFile(given, "utf8") : given;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return value as Record<string, Parameter>;
  } catch {
    // Said below.
  }
  throw new UsageError(
    "notebook",
    `--parameters must be a JSON object or its file, such as '{"sites": 11}'.`,
  );
}

/** @throws UsageError */
function millisecondsOf(given: string | boolean | undefined): number | undefined {
  if (given === undefined) return undefined;
  const seconds = Number(given);
  if (given !== "" && seconds > 0 && seconds <= 2_000_000) return seconds * 1000;
  throw new UsageError("notebook", `--timeout must be a number of seconds above 0, not "${String(given)}".`);
}

/** A line for each cell; on a terminal the one that runs is there while it does. */
function progress(): (event: NotebookEvent) => void {
  const { stderr } = process;
  const seconds = (time: number): string => formatDuration(time / 1000);
  return (event) => {
    if (event.type === "kernel") {
      stderr.write(`${event.name} is ready  ${seconds(event.duration)}\n`);
      return;
    }
    const line = `[${event.cell}/${event.of}] ${event.line}`;
    if (event.type === "cell started") {
      if (stderr.isTTY) stderr.write(line.slice(0, stderr.columns - 1));
      return;
    }
    stderr.write(
      `${stderr.isTTY ? "\r\u001b[K" : ""}${line}  ${seconds(event.duration)}${event.succeeded ? "" : "  failed"}\n`,
    );
  };
}

async function run(args: readonly string[]): Promise<number | undefined> {
  const text = { type: "string" } as const;
  const { values, positionals } = readOptions("notebook", args, {
    output: text,
    html: text,
    timeout: text,
    parameters: text,
    kernel: text,
    quiet: { type: "boolean" },
  });
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0)
    throw new UsageError("notebook", "Call it as: konsil notebook run FILE.ipynb");
  const given = (name: string): string | undefined => {
    const value = values[name];
    return typeof value === "string" ? value : undefined;
  };
  const timeout = millisecondsOf(values["timeout"]);
  const parameters = await parametersOf(values["parameters"]);
  const { runNotebook } = await notebookPackage();
  const controller = new AbortController();
  // The first Ctrl-C, or the end of the terminal, stops the cell and keeps what there is; a second one, while that takes
  // its time, ends at once.
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, interrupt);
  try {
    const { cells, duration } = await runNotebook(file, {
      output: given("output"),
      html: given("html"),
      timeout,
      parameters,
      kernel: given("kernel"),
      signal: controller.signal,
      ...(values["quiet"] !== true && { onEvent: progress() }),
    });
    if (values["quiet"] !== true)
      process.stderr.write(`${counted(cells.length, "cell")} in ${formatDuration(duration / 1000)}.\n`);
    return undefined;
  } catch (error) {
    // A cell that a site refused ends the command as a refusal ends other commands.
    if (!(isKonsilError(error) && isKonsilError(error.cause))) throw error;
    process.stderr.write(`${error.message}\n`);
    return exitCodeOf(error.cause);
  } finally {
    for (const signal of signals) process.off(signal, interrupt);
  }
}

async function install(args: readonly string[]): Promise<void> {
  const { values, positionals } = readOptions("notebook", args, {
    stock: { type: "boolean" },
    prefix: { type: "string" },
  });
  if (positionals.length > 0)
    throw new UsageError("notebook", `konsil notebook install takes no "${positionals[0] ?? ""}".`);
  const { installKernel, installedWords } = await notebookPackage();
  const { prefix, stock } = values;
  const installed = await installKernel({
    stock: stock === true,
    prefix: typeof prefix === "string" ? prefix : undefined,
  });
  process.stdout.write(`${installedWords(installed)}\n`);
}

export async function notebookCommand([what, ...args]: readonly string[]): Promise<number | undefined> {
  if (what === "run") return run(args);
  if (what === "install") {
    await install(args);
    return undefined;
  }
  throw new UsageError("notebook", "Call it as: konsil notebook run FILE.ipynb, or konsil notebook install.");
}
