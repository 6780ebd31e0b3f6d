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
  return Object.fromEntries(
    pairs.map((pair) => {
      const split = pair.indexOf("=");
      if (split < 1) throw new UsageError(command, `"${pair}" is not key=value.`);
      const key = pair.slice(0, split);
      const schema = Object.hasOwn(properties, key) ? properties[key] : undefined;
      return [key, readValue(pair.slice(split + 1), schema)];
    }),
  );
}
