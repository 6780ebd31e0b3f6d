import {
  and,
  type Comparison,
  column,
  compare,
  type Expression,
  isIn,
  isMissing,
  not,
  recode,
} from "@konsil/core";
import { UsageError } from "./failure.ts";

const comparison = /^([\p{L}_.][\p{L}\p{N}_.-]*|`[^`]+`)\s*(<=|>=|==|!=|<|>)\s*(.+)$/u;
const membership = /^([\p{L}_.][\p{L}\p{N}_.-]*|`[^`]+`)\s+in\s+\[(.*)\]$/u;
const missing = /^([\p{L}_.][\p{L}\p{N}_.-]*|`[^`]+`)\s+is\s+(not\s+)?missing$/u;

type Literal = number | string | boolean | { readonly date: string };

function literal(text: string): Literal {
  const trimmed = text.trim();
  if (/^\d{4}-\d{2}-\d{2}$/.test(trimmed)) return { date: trimmed };
  if (trimmed === "true" || trimmed === "false") return trimmed === "true";
  const quoted = /^(["'])(.*)\1$/.exec(trimmed);
  if (quoted !== null) return quoted[2] ?? "";
  const number = Number(trimmed);
  return trimmed !== "" && Number.isFinite(number) ? number : trimmed;
}

/**
 * A column whose values are compared with text. Numbers go by their text, as in `recode()`: the people of a level are
 * counted, and a policy permits to name it where it does not permit to name a number.
 */
function byText(name: string, values: readonly Literal[]): Expression | string {
  const numbers = values.filter(
    (value): value is string =>
      typeof value === "string" && value.trim() !== "" && Number.isFinite(Number(value)),
  );
  if (numbers.length === 0) return name;
  return recode(name, Object.fromEntries(numbers.map((value) => [value, value])), { others: "keep" });
}

const examples = 'Comparisons are such as age >= 50, grade in ["2", "3"] or stage is not missing.';

const bare = (name: string | undefined): string => (name ?? "").replaceAll("`", "");

/** What was meant by a comparison in the notation of another language. */
function meant(text: string): string {
  const [, name, sign, value] = /^(\S+?)\s*(=|=>|=<|<>|%in%|in)\s*([^=<>].*)$/.exec(text) ?? [];
  if (name === undefined || sign === undefined || value === undefined) return "";
  if (sign === "in" || sign === "%in%") {
    const values = value.replace(/^c?\s*[([]|[)\]]$/g, "").split(",");
    const quoted = values.map((one) => JSON.stringify(one.trim().replace(/^["']|["']$/g, "")));
    return `Did you mean ${name} in [${quoted.join(", ")}]? `;
  }
  const known = { "=": "==", "=>": ">=", "=<": "<=", "<>": "!=" }[sign] ?? sign;
  return `Did you mean ${name} ${known} ${value.trim()}? `;
}

function condition(text: string, command: string): Expression<"boolean"> {
  const absent = missing.exec(text);
  if (absent !== null)
    return absent[2] === undefined ? isMissing(bare(absent[1])) : not(isMissing(bare(absent[1])));
  const listed = membership.exec(text);
  if (listed !== null) {
    const values = (listed[2] ?? "").split(",").map(literal);
    return isIn(byText(bare(listed[1]), values), values);
  }
  const compared = comparison.exec(text);
  // "<>" reads as "<" and a value that begins with ">".
  if (compared === null || /^[<>=]/.test(compared[3] ?? ""))
    throw new UsageError(
      command,
      text === ""
        ? `--where, or a side of an "and" in it, is empty. ${examples}`
        : `--where: "${text}" is not a comparison. ${meant(text)}${examples}`,
    );
  requireOneValue(compared[3] ?? "", command);
  const [name, op] = [bare(compared[1]), compared[2] as Comparison];
  if (/^`[^`]+`$/.test(compared[3] ?? "")) return compare(name, op, column(bare(compared[3])));
  const value = literal(compared[3] ?? "");
  return compare(op === "==" || op === "!=" ? byText(name, [value]) : name, op, value);
}

/** Text without quotes is one word: what stands after it would be taken for a part of the value, and select anybody. */
function requireOneValue(text: string, command: string): void {
  const value = text.trim();
  if (/^(["'`])[^"'`]*\1$/.test(value) || /^[^\s"'`&|,;()]+$/.test(value)) return;
  throw new UsageError(
    command,
    `--where: "${value}" is not one value. Comparisons are joined by "and" only; text with spaces or signs stands in quotes.`,
  );
}

/** Comparisons joined by "and", as an expression. */
export function filterOf(text: string, command = "run"): Expression<"boolean"> {
  const [first, ...others] = text.split(/\s+and\s+/i).map((part) => condition(part.trim(), command));
  if (first === undefined) throw new UsageError(command, "--where is empty.");
  return others.length === 0 ? first : and(first, ...others);
}
