#!/usr/bin/env node
import { readFileSync } from "node:fs";

interface Command {
  readonly help: string;
  /** Returns an exit code when it is not 0. */
  run(args: readonly string[]): Promise<number | undefined> | Promise<void>;
}

/** Each is loaded when it is called: the help and the version answer at once. */
const commands: Readonly<Record<string, (args: readonly string[]) => Promise<Command>>> = {
  demo: async () => {
    const { demoHelp, demoCommand } = await import("./demo-command.ts");
    return { help: demoHelp, run: demoCommand };
  },
  describe: async () => {
    const { describeHelp, describeCommand } = await import("./describe-command.ts");
    return { help: describeHelp, run: describeCommand };
  },
  algorithms: async () => {
    const { algorithmsHelp, algorithmsCommand } = await import("./algorithms-command.ts");
    return { help: algorithmsHelp, run: algorithmsCommand };
  },
  run: async () => {
    const { runHelp, runCommand } = await import("./run-command.ts");
    return { help: runHelp, run: runCommand };
  },
  explain: async () => {
    const { explainHelp, explainCommand } = await import("./explain-command.ts");
    return { help: explainHelp, run: explainCommand };
  },
  preview: async () => {
    const { previewHelp, previewCommand } = await import("./preview-command.ts");
    return { help: previewHelp, run: previewCommand };
  },
  policy: async () => {
    const { policyHelp, policyCommand } = await import("./policy-command.ts");
    return { help: policyHelp, run: policyCommand };
  },
  journal: async () => {
    const { journalHelp, journalCommand } = await import("./journal-command.ts");
    return { help: journalHelp, run: journalCommand };
  },
  image: async () => {
    const { imageHelp, imageCommand } = await import("./image-command.ts");
    return { help: imageHelp, run: imageCommand };
  },
  node: async () => {
    const { nodeHelp, nodeCommand } = await import("./node-command.ts");
    return { help: nodeHelp, run: nodeCommand };
  },
  notebook: async ([what]) => {
    const { notebookHelp, notebookCommand } = await import("./notebook-command.ts");
    return { help: notebookHelp(what), run: notebookCommand };
  },
};

/** The version of this package: all packages of Konsil have the same one. */
function ownVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  return version;
}

const help = (): string => `konsil ${ownVersion()}: federated analysis of health data

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
  konsil notebook run FILE.ipynb       runs a notebook without Jupyter
  konsil notebook install              a kernel for TypeScript in Jupyter

konsil COMMAND --help says more. Exit codes: 0 done, 1 failed, 2 wrong use, 3 refused by a site, 4 site unavailable.
`;

async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    process.stdout.write(help());
    return name === undefined ? 2 : 0;
  }
  if (name === "--version" || name === "-v") {
    process.stdout.write(`${ownVersion()}\n`);
    return 0;
  }
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (load === undefined) {
    const [{ suggestion }, { UsageError }, { standardAlgorithms }] = await Promise.all([
      import("@konsil/core"),
      import("./failure.ts"),
      import("./algorithms-command.ts"),
    ]);
    const meant = standardAlgorithms().has(name)
      ? `It is an algorithm: konsil run ${name} --sites sites.json.`
      : suggestion(name, Object.keys(commands), "Commands");
    throw new UsageError("", `There is no command "${name}". ${meant}`);
  }
  const command = await load(args);
  const isScript = name === "run" && /\.(m?[jt]s|cts)$/.test(args[0] ?? "");
  if (!isScript && (args.includes("--help") || args.includes("-h"))) {
    process.stdout.write(command.help);
    return 0;
  }
  return (await command.run(args)) ?? 0;
}

// Who reads may leave first, as in `konsil journal FILE | head`: files are written all the same.
for (const stream of [process.stdout, process.stderr])
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  async (error: unknown) => {
    const { reportFailure } = await import("./failure.ts");
    process.exitCode = reportFailure(error);
  },
);
