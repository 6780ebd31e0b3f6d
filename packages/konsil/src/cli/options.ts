import { type ParseArgsConfig, parseArgs } from "node:util";
import { nearest, suggestion } from "@konsil/core";
import { UsageError } from "./failure.ts";

type Options = NonNullable<ParseArgsConfig["options"]>;

/** An option that does not exist: the one that was meant, or how an argument of an algorithm is written. */
function unknownOption(command: string, given: string, all: Options): UsageError {
  const options = Object.keys(all).map((option) => `--${option}`);
  const isArgument = Object.hasOwn(all, "arguments") && given.startsWith("--");
  const words =
    isArgument && nearest(given, options) === undefined
      ? `An argument of the algorithm is written without dashes: ${given.slice(2)}=… `
      : "";
  return new UsageError(
    command,
    `There is no option ${given}. ${words}${suggestion(given, options, "Options")}`,
  );
}

/** What Node says of a value that is missing or too much, in words of ours. */
function valueFault(message: string, options: Options): string {
  const name = /--([\w-]+)/.exec(message)?.[1] ?? "";
  return options[name]?.type === "boolean"
    ? `--${name} takes no value.`
    : `--${name} needs a value. One that begins with "-" is written behind "=": --${name}=-1.`;
}

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
    if (name !== undefined && !Object.hasOwn(all, name)) throw unknownOption(command, `--${name}`, all);
    if (/^-[\p{L}]/u.test(arg) && arg !== "-h") throw unknownOption(command, arg, all);
  }
  try {
    const { values, positionals, tokens } = parseArgs({
      args: [...args],
      options: all,
      allowPositionals: true,
      strict: true,
      tokens: true,
    });
    const seen = new Set<string>();
    for (const token of tokens) {
      if (token.kind !== "option") continue;
      if (seen.has(token.name) && all[token.name]?.multiple !== true)
        throw new UsageError(command, `--${token.name} is given twice. Give it once.`);
      seen.add(token.name);
    }
    return { values: values as Parsed["values"], positionals };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(command, valueFault((error as Error).message, all));
  }
}

/** @throws UsageError for words that a command would pass over */
export function requireNoMore(command: string, [extra]: readonly string[], advice = ""): void {
  if (extra === undefined) return;
  throw new UsageError(
    command,
    `konsil ${command} has no use for "${extra}".${advice === "" ? "" : ` ${advice}`}`,
  );
}

/** @throws UsageError when the option is not there */
export function required(command: string, parsed: Parsed, name: string, example: string): string {
  const value = parsed.values[name];
  if (typeof value === "string") return value;
  throw new UsageError(command, `konsil ${command} needs --${name}, such as --${name} ${example}.`);
}
