import * as all from "@konsil/algorithms";
import { type AnyAlgorithm, suggestion } from "@konsil/core";
import { UsageError } from "./failure.ts";
import { readOptions } from "./options.ts";

export const algorithmsHelp = `konsil algorithms [NAME]

Lists the algorithms, or the arguments of one as JSON Schema.
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
  const { positionals } = readOptions("algorithms", args, {});
  const [name] = positionals;
  if (name !== undefined) {
    process.stdout.write(
      `${JSON.stringify(algorithmNamed("algorithms", name).argumentsSchema(), null, 2)}\n`,
    );
    return;
  }
  const algorithms = [...standardAlgorithms().values()];
  const width = Math.max(...algorithms.map((algorithm) => algorithm.name.length));
  for (const { name: shown, version, title } of algorithms)
    process.stdout.write(`${shown.padEnd(width)}  ${version}  ${title}\n`);
}
