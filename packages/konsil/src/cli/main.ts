#!/usr/bin/env node
import { suggestion, version } from "@konsil/core";
import { algorithmsCommand, algorithmsHelp } from "./algorithms-command.ts";
import { demoCommand, demoHelp } from "./demo-command.ts";
import { describeCommand, describeHelp } from "./describe-command.ts";
import { explainCommand, explainHelp } from "./explain-command.ts";
import { reportFailure, UsageError } from "./failure.ts";
import { imageCommand, imageHelp } from "./image-command.ts";
import { journalCommand, journalHelp } from "./journal-command.ts";
import { nodeCommand, nodeHelp } from "./node-command.ts";
import { policyCommand, policyHelp } from "./policy-command.ts";
import { previewCommand, previewHelp } from "./preview-command.ts";
import { runCommand, runHelp } from "./run-command.ts";

interface Command {
  readonly help: string;
  /** Returns an exit code when it is not 0. */
  run(args: readonly string[]): Promise<number | undefined> | Promise<void>;
}

const commands: Readonly<Record<string, Command>> = {
  demo: { help: demoHelp, run: demoCommand },
  describe: { help: describeHelp, run: describeCommand },
  algorithms: { help: algorithmsHelp, run: algorithmsCommand },
  run: { help: runHelp, run: runCommand },
  explain: { help: explainHelp, run: explainCommand },
  preview: { help: previewHelp, run: previewCommand },
  policy: { help: policyHelp, run: policyCommand },
  journal: { help: journalHelp, run: journalCommand },
  image: { help: imageHelp, run: imageCommand },
  node: { help: nodeHelp, run: nodeCommand },
};

const help = `konsil ${version}: federated analysis of health data

  konsil demo                          a study of 3,668 patients at eleven local sites, and its report
  konsil describe --sites sites.json   which site has which column
  konsil algorithms [NAME]             what can be run, with which arguments, and what leaves a site
  konsil run ALGORITHM --sites …       runs one
  konsil run STUDY.ts                  runs a study written as a script
  konsil explain ALGORITHM             what it asks of a site, and what leaves under a policy
  konsil preview ALGORITHM …           what would leave one site, number by number; sends nothing
  konsil policy check FILE             reads a site's policy
  konsil policy diff A B               what is stricter in B, and what that costs an analysis
  konsil journal FILE                  what left a site, and what it refused
  konsil image build --tag NAME        the image that nodes of vantage6 run
  konsil image store-entry --image …   what an algorithm store wants to know of it
  konsil node --dev …                  a node without Docker, for developers of algorithms

konsil COMMAND --help says more. Exit codes: 0 done, 1 failed, 2 wrong use, 3 refused by a site, 4 site unavailable.
`;

async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    process.stdout.write(help);
    return name === undefined ? 2 : 0;
  }
  if (name === "--version" || name === "-v") {
    process.stdout.write(`${version}\n`);
    return 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined)
    throw new UsageError(
      "",
      `There is no command "${name}". ${suggestion(name, Object.keys(commands), "Commands")}`,
    );
  const isScript = name === "run" && /\.(m?[jt]s|cts)$/.test(args[0] ?? "");
  if (!isScript && (args.includes("--help") || args.includes("-h"))) {
    process.stdout.write(command.help);
    return 0;
  }
  return (await command.run(args)) ?? 0;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.exitCode = reportFailure(error);
  },
);
