import { spawn } from "node:child_process";
import { access, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ArgumentError, checkOutput, localFederation, resultEndings, terminalProgress } from "@konsil/sdk";
import { readSitesFile } from "@konsil/site";
import { algorithmNamed } from "./algorithms-command.ts";
import { UsageError } from "./failure.ts";
import { filterOf } from "./filter.ts";
import { keyValues } from "./key-values.ts";
import { readOptions, required } from "./options.ts";

export const runHelp = `konsil run ALGORITHM --sites SITES.json (--arguments JSON|FILE | --formula "…" [key=value…])
                     [--where "…"] [--output result.json] [--html report.html]
                     [--researcher NAME] [--quiet]
konsil run PROTOCOL.ts [arguments…]

Runs an algorithm at the sites of a file, or a study that is written as a script.

  --sites FILE      the sites: { "sites": [ { "name": …, "databases": …, "policy": … } ] }
  --arguments A     the arguments as JSON, or a file that holds them
  --formula F       a formula in R's notation: "Surv(days, event) ~ age + grade"
  key=value         further arguments; a value is read as JSON, and as text when it is none. A list may also be
                    written with commas: columns=age,grade
  --where W         which rows: comparisons joined by "and", such as "age >= 50 and grade == 3"
  --output FILE     writes the result with its report, as its name ends: .json, .html, .svg (the first figure) or
                    .csv (the first table)
  --html FILE       writes the result with its report as a page
  --researcher NAME who asks, for the journals of the sites; default: local
  --quiet           no progress
`;

async function readArguments(text: string): Promise<Record<string, unknown>> {
  const json = text.trimStart().startsWith("{") ? text : await readFile(text, "utf8").catch(() => undefined);
  if (json === undefined)
    throw new UsageError(
      "run",
      `--arguments is neither JSON (it would start with "{") nor a file that can be read: ${text}`,
    );
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch (error) {
    throw new UsageError("run", `--arguments is not valid JSON: ${(error as Error).message}.`);
  }
  throw new UsageError("run", "--arguments must be a JSON object.");
}

/** Runs a script as its own process, with TypeScript where the machine has a loader for it. */
async function runScript(file: string, args: readonly string[]): Promise<number> {
  await access(file).catch((cause: unknown) => {
    throw new ArgumentError(
      "USAGE",
      `The script "${file}" does not exist or cannot be read. Check the path.`,
      {
        cause,
      },
    );
  });
  const loader: string[] = [];
  if (extname(file) !== ".js" && extname(file) !== ".mjs") {
    try {
      loader.push("--import", pathToFileURL(createRequire(resolve("package.json")).resolve("tsx")).href);
    } catch {
      throw new UsageError(
        "run",
        `${file} is TypeScript, and tsx is not installed here: npm install tsx. Or compile the script and run the .js file.`,
      );
    }
  }
  const child = spawn(process.execPath, [...loader, file, ...args], { stdio: "inherit" });
  return await new Promise((done, fail) => {
    child.on("error", fail);
    child.on("close", (code) => done(code ?? 1));
  });
}

export async function runCommand(args: readonly string[]): Promise<number | undefined> {
  const [first] = args;
  if (first !== undefined && /\.(m?[jt]s|cts)$/.test(first)) return runScript(first, args.slice(1));
  const text = { type: "string" } as const;
  const parsed = readOptions("run", args, {
    sites: text,
    arguments: text,
    formula: text,
    where: text,
    output: text,
    html: text,
    researcher: text,
    quiet: { type: "boolean" },
  });
  const [name, ...pairs] = parsed.positionals;
  if (name === undefined) throw new UsageError("run", "Which algorithm? konsil algorithms lists them.");
  const algorithm = algorithmNamed("run", name);
  const { arguments: given, formula, where, output, html, researcher, quiet } = parsed.values;
  // Before the first round: nobody waits for a result that has no place.
  if (typeof output === "string") await checkOutput(output, { what: "--output", endings: resultEndings });
  if (typeof html === "string") await checkOutput(html, { what: "--html", endings: [".html"] });
  const sites = await readSitesFile(required("run", parsed, "sites", "sites.json"));
  const argumentsGiven = {
    ...(typeof given === "string" ? await readArguments(given) : {}),
    ...(typeof formula === "string" ? { formula } : {}),
    ...keyValues(pairs, algorithm),
  };
  const federation = await localFederation(sites, typeof researcher === "string" ? { researcher } : {});
  const data = typeof where === "string" ? federation.data({ filter: filterOf(where) }) : federation.data();
  const result = await data.run(algorithm, argumentsGiven as never, {
    onProgress: terminalProgress(algorithm.name, quiet === true),
  });
  const shown = result as unknown as {
    toText(): string;
    save(path: string): Promise<void>;
    report: { toText(): string };
  };
  process.stdout.write(`${shown.toText()}\n\n${shown.report.toText()}\n`);
  if (typeof output === "string") await shown.save(output);
  if (typeof html === "string") await shown.save(html);
  return undefined;
}
