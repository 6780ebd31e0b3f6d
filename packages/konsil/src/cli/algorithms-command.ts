import * as all from "@konsil/algorithms";
import { type AnyAlgorithm, attrition, describe, listing, suggestion } from "@konsil/core";
import { algorithmPage } from "./algorithm-page.ts";
import { algorithmCalled } from "./algorithm-synonyms.ts";
import { argumentsSchema } from "./arguments-schema.ts";
import { UsageError } from "./failure.ts";
import { readOptions, requireNoMore } from "./options.ts";

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

/** What every site has besides, for `describe()` and `ready()`: under its policy as they are, and run by no name. */
export const besides: readonly AnyAlgorithm[] = [attrition, describe];

/** Commands that ask sites, which takes an algorithm with a result to show. */
const asking: readonly string[] = ["run", "policy"];

/** Which algorithm was meant by a name that none has, and what there is. */
export function algorithmMeant(command: string, name: string, names: readonly string[]): string {
  const called = algorithmCalled(name);
  if (called !== undefined) {
    const having = called.with === undefined ? "" : `, with ${called.with}`;
    return `Did you mean "${called.algorithm}"${having}? Algorithms: ${listing(names)}.`;
  }
  if (name === "describe")
    return `It is a command of its own: konsil describe --sites sites.json. ${suggestion("", names, "Algorithms")}`;
  if (command === "run" && /\.\w+$/.test(name))
    return `A script ends in .ts, .mts, .cts, .js, .mjs or .cjs. ${suggestion("", names, "Algorithms")}`;
  return suggestion(name, names, "Algorithms");
}

/** @throws UsageError for a name that does not exist. Accepts kaplanMeier for kaplan-meier. */
export function algorithmNamed(command: string, name: string): AnyAlgorithm {
  const others = asking.includes(command) ? [] : besides;
  const algorithms = new Map([...standardAlgorithms(), ...others.map((one) => [one.name, one] as const)]);
  const spelled = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const found = algorithms.get(name) ?? algorithms.get(spelled);
  if (found === undefined)
    throw new UsageError(
      command,
      `There is no algorithm "${name}". ${algorithmMeant(command, name, [...algorithms.keys()])}`,
    );
  return found;
}

export async function algorithmsCommand(args: readonly string[]): Promise<void> {
  const { values, positionals } = readOptions("algorithms", args, { json: { type: "boolean" } });
  const [name, ...others] = positionals;
  requireNoMore("algorithms", others);
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
  const width = Math.max(...[...algorithms, ...besides].map((algorithm) => algorithm.name.length));
  const lines = (some: readonly AnyAlgorithm[]): string =>
    some.map((one) => `${one.name.padEnd(width)}  ${one.version}  ${one.title}\n`).join("");
  process.stdout.write(
    `${lines(algorithms)}\nBesides, for konsil describe, describe() and ready()\n${lines(besides)}`,
  );
}
