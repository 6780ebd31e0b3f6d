import { readOptions } from "./options.ts";

export const demoHelp = `konsil demo [--output FOLDER] [--quiet]

Runs the breast cancer study on eleven local sites, beside R's results on all rows, and writes results.json and
report.html.

  --output FOLDER   where they are written; default: konsil-demo
  --quiet           no progress
`;

/** The study is the script of examples/breast-cancer, compiled into this package. */
const study = new URL("../../demo/breast-cancer/study.js", import.meta.url);

export async function demoCommand(args: readonly string[]): Promise<void> {
  const { values } = readOptions("demo", args, { output: { type: "string" }, quiet: { type: "boolean" } });
  const module = (await import(study.href)) as {
    runStudy(options: { output: string; quiet: boolean }): Promise<void>;
  };
  await module.runStudy({
    output: typeof values["output"] === "string" ? values["output"] : "konsil-demo",
    quiet: values["quiet"] === true,
  });
}
