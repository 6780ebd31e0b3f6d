import { checkOutput, localFederation, resultEndings, terminalProgress } from "@konsil/sdk";
import { readSitesFile } from "@konsil/site";
import { algorithmNamed } from "./algorithms-command.ts";
import { UsageError } from "./failure.ts";
import { questionHelp, questionOf, questionOptions } from "./given-arguments.ts";
import { readOptions, required } from "./options.ts";
import { runScript } from "./run-script.ts";

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
