import type { AnyAlgorithm } from "@konsil/core";
import { argumentsSchema, type JsonSchema, listSchema, takesText } from "./arguments-schema.ts";
import { UsageError } from "./failure.ts";

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** What begins as JSON is meant as JSON: as text it would name a column that nobody has. */
function requireJson(command: string, key: string, text: string): void {
  if (!/^\s*[[{]/.test(text) || asJson(text) !== text) return;
  const example = text.trimStart().startsWith("[")
    ? `A list may be written without brackets: ${key}=${text.replace(/[[\]"'\s]/g, "")}`
    : `Names and text stand in double quotes, and the whole in single ones: ${key}='{"grade":["1","2"]}'`;
  throw new UsageError(command, `The value of "${key}" is not JSON: ${text}. ${example}`);
}

/** What was meant by a word that is no `key=value`. */
function notKeyValue(pair: string): string {
  const said = `"${pair}" is not key=value.`;
  if (pair.includes("~")) return `${said} A formula is given as --formula "${pair}".`;
  if (/\.json$/i.test(pair))
    return `${said} A description of sites is given as --sites ${pair}, arguments in a file as --arguments ${pair}.`;
  return `${said} An argument is written without spaces: ${/^[\p{L}_]+$/u.test(pair) ? pair : "columns"}=…`;
}

/** Parts between commas that stand in no brackets and no quotes: `log(a, 2),b` has two. */
function splitAtCommas(text: string): readonly string[] {
  const parts: string[] = [""];
  let depth = 0;
  let quote = "";
  for (const letter of text) {
    if (quote !== "") quote = letter === quote ? "" : quote;
    else if ("\"'`".includes(letter)) quote = letter;
    else if ("([{".includes(letter)) depth++;
    else if (")]}".includes(letter)) depth--;
    else if (letter === "," && depth === 0) {
      parts.push("");
      continue;
    }
    parts[parts.length - 1] += letter;
  }
  return parts.map((part) => part.trim());
}

/** Text stays text where the argument takes text: a column may be called 1. */
function readOne(text: string, schema: JsonSchema | undefined): unknown {
  const value = asJson(text);
  const isAsWritten = typeof value === "string" || (typeof value === "object" && value !== null);
  return schema !== undefined && takesText(schema) && !isAsWritten ? text : value;
}

function readValue(text: string, schema: JsonSchema | undefined): unknown {
  const list = schema === undefined ? undefined : listSchema(schema);
  if (schema === undefined || list === undefined) return readOne(text, schema);
  const json = asJson(text);
  if (Array.isArray(json)) return json;
  const parts = splitAtCommas(text);
  // One name alone is as well a list of one, unless the argument takes it without.
  return parts.length === 1 && takesText(schema)
    ? readOne(text, schema)
    : parts.map((part) => readOne(part, list.items));
}

/** Arguments from `key=value`: as JSON, lists also between commas, and as text when it is none. */
export function keyValues(
  pairs: readonly string[],
  algorithm: AnyAlgorithm,
  command = "run",
): Record<string, unknown> {
  const { properties = {} } = argumentsSchema(algorithm);
  const read = new Map<string, unknown>();
  for (const pair of pairs) {
    const [, key, text] = /^([\p{L}_][\p{L}\p{N}_.]*)=(.*)$/su.exec(pair) ?? [];
    if (key === undefined || text === undefined) throw new UsageError(command, notKeyValue(pair));
    if (read.has(key)) throw new UsageError(command, `"${key}" is given twice. Give it once.`);
    requireJson(command, key, text);
    read.set(key, readValue(text, Object.hasOwn(properties, key) ? properties[key] : undefined));
  }
  return Object.fromEntries(read);
}
