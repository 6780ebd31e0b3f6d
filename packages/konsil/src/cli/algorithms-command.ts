import * as all from "@konsil/algorithms";
import { type AnyAlgorithm, suggestion } from "@konsil/core";
import { algorithmPage } from "./algorithm-page.ts";
import { argumentsSchema } from "./arguments-schema.ts";
import { UsageError } from "./failure.ts";
import { readOptions } from "./options.ts";

export const algorithmsHelp = `konsil algorithms [NAME] [--json]

Lists the algorithms, or says of one what it does, which arguments it has and what leaves a site.

  --json   the arguments of NAME as JSON Schema
`;

function isAlgorithm(value: unknown): value is AnyAlgorithm {
  return typeof value === "object" && value !== null && "central" in value && "steps" in value;
}

/** The algorithms of this package by name. */
export function standardAlgorithms(): ReadonlyMap<string, AnyAlgorithm> {
  const found = Object.values(all as Readonly<Record<string, unknown>>).filter(isAlgorithm);
  return new Map(
    found.sort((a, b) => (a.name < b.name ? -1 : 1)).map((algorithm) => [algorithm.name, algorithm]),
  );
}

/** @throws UsageError for a name that does not exist. Accepts kaplanMeier for kaplan-meier. */
export function algorithmNamed(command: string, name: string): AnyAlgorithm {
  const algorithms = standardAlgorithms();
  const spelled = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const found = algorithms.get(name) ?? algorithms.get(spelled);
  if (found === undefined)
    throw new UsageError(
      command,
      `There is no algorithm "${name}". ${suggestion(name, algorithms.keys(), "Algorithms")}`,
    );
  return found;
}

export async function algorithmsCommand(args: readonly string[]): Promise<void> {
  const { values, positionals } = readOptions("algorithms", args, { json: { type: "boolean" } });
  const [name] = positionals;
  if (name !== undefined) {
    const algorithm = algorithmNamed("algorithms", name);
    process.stdout.write(
      values["json"] === true
        ? `${JSON.stringify(argumentsSchema(algorithm), null, 2)}\n`
        : algorithmPage(algorithm),
    );
    return;
  }
  if (values["json"] === true)
    throw new UsageError(
      "algorithms",
      "--json needs the name of an algorithm: konsil algorithms coxph --json.",
    );
  const algorithms = [...standardAlgorithms().values()];
  const width = Math.max(...algorithms.map((algorithm) => algorithm.name.length));
  for (const { name: shown, version, title } of algorithms)
    process.stdout.write(`${shown.padEnd(width)}  ${version}  ${title}\n`);
}
