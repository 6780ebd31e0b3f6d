import { spawn } from "node:child_process";
import { access } from "node:fs/promises";
import { createRequire } from "node:module";
import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ArgumentError, checkOutput, localFederation, resultEndings, terminalProgress } from "@konsil/sdk";
import { readSitesFile } from "@konsil/site";
import { algorithmNamed } from "./algorithms-command.ts";
import { UsageError } from "./failure.ts";
import { questionHelp, questionOf, questionOptions } from "./given-arguments.ts";
import { readOptions, required } from "./options.ts";

export const runHelp: string = `konsil run ALGORITHM --sites SITES.json (--arguments JSON|FILE | --formula "…" [key=value…])
                     [--where "…"] [--output result.json] [--html report.html]
                     [--researcher NAME] [--quiet]
konsil run STUDY.ts [arguments…]

Runs an algorithm at the sites of a file, or a study that is written as a script.

  --sites FILE      the sites: { "sites": [ { "name": …, "databases": …, "policy": … } ] }
${questionHelp}  --output FILE     writes the result with its report, as its name ends: .json, .html, .svg (the first figure) or
                    .csv (the first table)
  --html FILE       writes the result with its report as a page
  --researcher NAME who asks, for the journals of the sites; unless given, nobody is named there
  --quiet           no progress
`;

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
  const loader = ["--import", new URL("script-failure.js", import.meta.url).href];
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
    ...questionOptions,
    output: text,
    html: text,
    researcher: text,
    quiet: { type: "boolean" },
  });
  const [name, ...pairs] = parsed.positionals;
  if (name === undefined) throw new UsageError("run", "Which algorithm? konsil algorithms lists them.");
  const algorithm = algorithmNamed("run", name);
  const { output, html, researcher, quiet } = parsed.values;
  // Before the first round: nobody waits for a result that has no place.
  if (typeof output === "string") await checkOutput(output, { what: "--output", endings: resultEndings });
  if (typeof html === "string") await checkOutput(html, { what: "--html", endings: [".html"] });
  const sites = await readSitesFile(required("run", parsed, "sites", "sites.json"));
  const question = await questionOf("run", algorithm, parsed.values, pairs);
  const federation = await localFederation(sites, typeof researcher === "string" ? { researcher } : {});
  const data = federation.data(question.filter === undefined ? {} : { filter: question.filter });
  const result = await data.run(algorithm, question.arguments as never, {
    onProgress: terminalProgress(algorithm.name, quiet === true),
  });
  const shown = result as unknown as {
    toString(): string;
    save(path: string): Promise<void>;
    report: { toString(): string };
  };
  process.stdout.write(`${shown.toString()}\n\n${shown.report.toString()}\n`);
  if (typeof output === "string") await shown.save(output);
  if (typeof html === "string") await shown.save(html);
  return undefined;
}
