import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { ArgumentError } from "@konsil/core";
import { exitCodes, UsageError } from "./failure.ts";
import { type Parsed, readOptions, requireNoMore } from "./options.ts";

export const demoHelp = `konsil demo [--output FOLDER] [--quiet]
konsil demo --attack [--quiet] [--json]

Runs the breast cancer study on eleven local sites, beside R's results on all rows, and writes results.json and
report.html. Exits with 1 when an estimate differs from R's.

  --output FOLDER   where they are written; default: konsil-demo
  --quiet           neither progress nor summary
  --attack          attacks the sites as a hostile researcher would, without each guard and under a hospital's default
                    policy, and says what was found. Exits with 1 when an attack succeeds that the policy should stop.
                    With --quiet only the table; with --json for programs
`;

/** The study is the script of examples/breast-cancer, compiled into this package. */
const study = new URL("../../demo/breast-cancer/study.js", import.meta.url);

export async function demoCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = readOptions("demo", args, {
    output: { type: "string" },
    quiet: { type: "boolean" },
    attack: { type: "boolean" },
    json: { type: "boolean" },
  });
  requireNoMore("demo", positionals, "A folder for its files is given as --output FOLDER.");
  if (values["attack"] === true) return attack(values);
  if (values["json"] === true) throw new UsageError("demo", "--json belongs to --attack.");
  const output = typeof values["output"] === "string" ? values["output"] : "konsil-demo";
  await mkdir(output, { recursive: true }).catch((cause: unknown) => {
    throw new ArgumentError(
      "OUTPUT_UNWRITABLE",
      `--output "${output}" cannot be made: a file has that name, or you may not write there. Name another folder.`,
      { cause },
    );
  });
  // Before the study: what it takes half a minute to compute is not to be lost.
  const { checkOutput } = await import("@konsil/sdk");
  for (const file of ["results.json", "report.html"])
    await checkOutput(join(output, file), { what: "The demo's file" });
  const module = (await import(study.href)) as {
    runStudy(options: { output: string; quiet: boolean }): Promise<{ readonly agrees: boolean }>;
  };
  const { agrees } = await module.runStudy({
    output,
    quiet: values["quiet"] === true,
  });
  return agrees ? exitCodes.done : exitCodes.failed;
}

async function attack(values: Parsed["values"]): Promise<number> {
  if (values["output"] !== undefined)
    throw new UsageError("demo", "--attack writes no files: leave --output out.");
  const { attackDemo } = await import("../attacks/index.ts");
  const holds = await attackDemo({
    quiet: values["quiet"] === true,
    json: values["json"] === true,
    write: (text) => process.stdout.write(text),
  });
  return holds ? exitCodes.done : exitCodes.failed;
}
