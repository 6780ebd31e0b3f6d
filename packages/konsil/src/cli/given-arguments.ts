import { readFile } from "node:fs/promises";
import { type AnyAlgorithm, type Expression, jsonFault } from "@konsil/core";
import { UsageError } from "./failure.ts";
import { filterOf } from "./filter.ts";
import { keyValues } from "./key-values.ts";
import type { Parsed } from "./options.ts";

const text: { readonly type: "string" } = { type: "string" };

/** The options by which a command is told what to ask, besides key=value. */
export const questionOptions: Readonly<
  Record<"arguments" | "formula" | "where", { readonly type: "string" }>
> = { arguments: text, formula: text, where: text };

/** What those options say, for the help of such a command. */
export const questionHelp: string = `  --arguments A     the arguments as JSON, or a file that holds them
  --formula F       a formula in R's notation: "Surv(days, event) ~ age + grade"
  key=value         further arguments; a value is read as JSON, and as text when it is none. A list may also be
                    written with commas: columns=age,grade
  --where W         which rows: comparisons joined by "and", such as 'age >= 50 and grade == "3"'. Text in quotes
                    is a level, of a column of numbers too: a policy permits to name a level, and not a number
`;

async function readArguments(command: string, given: string): Promise<Record<string, unknown>> {
  const json = given.trimStart().startsWith("{")
    ? given
    : await readFile(given, "utf8").catch(() => undefined);
  if (json === undefined)
    throw new UsageError(
      command,
      `--arguments is neither JSON (it would start with "{") nor a file that can be read: ${given}`,
    );
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch (error) {
    throw new UsageError(command, `--arguments is not JSON. ${jsonFault(json, error)}`);
  }
  throw new UsageError(command, "--arguments must be a JSON object.");
}

/** What a command is to ask. */
export interface Question {
  readonly arguments: Record<string, unknown>;
  readonly filter: Expression<"boolean"> | undefined;
}

/** The arguments of an algorithm and the rows, as the options and `key=value` of a command give them. */
export async function questionOf(
  command: string,
  algorithm: AnyAlgorithm,
  { arguments: given, formula, where }: Parsed["values"],
  pairs: readonly string[],
): Promise<Question> {
  const parts: readonly (readonly [string, Record<string, unknown>])[] = [
    ["in --arguments", typeof given === "string" ? await readArguments(command, given) : {}],
    ["as --formula", typeof formula === "string" ? { formula } : {}],
    ["as key=value", keyValues(pairs, algorithm, command)],
  ];
  const found = new Map<string, string>();
  for (const [where, part] of parts)
    for (const key of Object.keys(part)) {
      const before = found.get(key);
      if (before !== undefined)
        throw new UsageError(command, `"${key}" is given twice: ${before} and ${where}. Give it once.`);
      found.set(key, where);
    }
  return {
    arguments: Object.assign({}, ...parts.map(([, part]) => part)) as Record<string, unknown>,
    filter: typeof where === "string" ? filterOf(where, command) : undefined,
  };
}
