import { type ParseArgsConfig, parseArgs } from "node:util";
import { suggestion } from "@konsil/core";
import { UsageError } from "./failure.ts";

type Options = NonNullable<ParseArgsConfig["options"]>;

export interface Parsed {
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
  readonly positionals: readonly string[];
}

/**
 * Reads the options of a command; each may be given once.
 * @throws UsageError for an option that does not exist, naming the one that was meant
 */
export function readOptions(command: string, args: readonly string[], options: Options): Parsed {
  const all: Options = { ...options, help: { type: "boolean", short: "h" } };
  for (const arg of args) {
    if (arg === "--") break;
    const name = /^--([^=]+)/.exec(arg)?.[1];
    if (name !== undefined && !Object.hasOwn(all, name)) {
      throw new UsageError(
        command,
        `There is no option --${name}. ${suggestion(
          `--${name}`,
          Object.keys(all).map((option) => `--${option}`),
          "Options",
        )}`,
      );
    }
  }
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: all,
      allowPositionals: true,
      strict: true,
    });
    return { values: values as Parsed["values"], positionals };
  } catch (error) {
    throw new UsageError(command, `${(error as Error).message.split(". ")[0]}.`);
  }
}

/** @throws UsageError when the option is not there */
export function required(command: string, parsed: Parsed, name: string, example: string): string {
  const value = parsed.values[name];
  if (typeof value === "string") return value;
  throw new UsageError(command, `konsil ${command} needs --${name}, such as --${name} ${example}.`);
}
