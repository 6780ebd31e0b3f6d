import { randomName } from "./hash.ts";

/** Python's own limit of recursion: it writes nothing deeper. */
const maximumDepth = 1000;

/** What Python writes and JSON has not; or where a text begins, in which these are words like any other. */
const odd = /"|-?Infinity|NaN/g;

/** The place after a text that begins here. */
function afterText(json: string, from: number): number {
  let at = from + 1;
  while (at < json.length && json[at] !== '"') at += json[at] === "\\" ? 2 : 1;
  return at + 1;
}

/** JSON with infinities as numbers that are too large, and a text in the place of NaN. */
function withoutOdd(json: string, nan: string): string {
  const parts: string[] = [];
  let from = 0;
  odd.lastIndex = 0;
  for (let found = odd.exec(json); found !== null; found = odd.exec(json)) {
    const [word] = found;
    if (word === '"') odd.lastIndex = afterText(json, found.index);
    else {
      const instead = word === "NaN" ? `"${nan}"` : word.replace("Infinity", "1e999");
      // Between spaces it becomes no part of what stands beside it.
      parts.push(json.slice(from, found.index), " ", instead, " ");
      from = odd.lastIndex;
    }
  }
  return parts.join("") + json.slice(from);
}

/** Puts NaN where its text is. */
function withNaN(value: unknown, nan: string, depth = 0): unknown {
  if (value === nan) return Number.NaN;
  if (typeof value !== "object" || value === null) return value;
  if (depth > maximumDepth) throw new SyntaxError(`JSON nested deeper than ${maximumDepth}`);
  const inner = value as Record<string | number, unknown>;
  const put = (key: string | number): void => {
    const one = inner[key];
    if (one === nan || typeof one === "object") inner[key] = withNaN(one, nan, depth + 1);
  };
  // Lists of numbers are long.
  if (Array.isArray(value)) for (let i = 0; i < value.length; i++) put(i);
  else for (const key of Object.keys(value)) put(key);
  if (nan in value) throw new SyntaxError("Not JSON: NaN as a name");
  return value;
}

/**
 * JSON as Python writes it: numbers may also be NaN, Infinity and -Infinity, which JSON.parse refuses. Everything
 * else is as JSON.parse has it.
 * @throws SyntaxError
 */
export function parsePythonJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A name that nobody can have written.
    const nan = randomName();
    return withNaN(JSON.parse(withoutOdd(text, nan)), nan);
  }
}

/**
 * The same, from UTF-8.
 * @throws SyntaxError
 */
export function decodePythonJson(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new SyntaxError("Not JSON: not UTF-8", { cause });
  }
  return parsePythonJson(text);
}
