/** The text without what stands in double quotes, each letter where it was. */
const withoutText = (json: string): string =>
  json.replace(/"(?:[^"\\\n]|\\.)*"/g, (quoted) => `"${" ".repeat(quoted.length - 2)}"`);

const lineAt = (text: string, position: number): number => text.slice(0, position).split("\n").length;

/** What people write in JSON that it does not have, and what to write. */
const mistakes: readonly (readonly [pattern: RegExp, words: string])[] = [
  [/,(?=\s*[}\]])/, "leave out the comma before the bracket that closes"],
  [/\/\/|\/\*/, "JSON has no comments: leave them out"],
  [/['\u2018\u2019\u201c\u201d]/, 'names and text stand in straight double quotes: "name"'],
  [/[{,]\s*[\p{L}_][\p{L}\p{N}_]*\s*:/u, 'names stand in double quotes: "name"'],
  [/["}\]\d]\s*\n\s*["{[]/, "a comma is missing at the end of the line"],
];

/** Why text that a person wrote is no JSON, as far as it is a known mistake: where it is and what to write. */
export function jsonFault(text: string, thrown: unknown): string {
  if (text.trim() === "") return "It is empty.";
  if (!/^\s*[[{]/.test(text)) return 'It does not begin with "{", as a file of settings does.';
  const bare = withoutText(text);
  for (const [pattern, words] of mistakes) {
    const found = pattern.exec(bare);
    if (found !== null) return `Line ${lineAt(text, found.index)}: ${words}.`;
  }
  const said = thrown instanceof Error ? thrown.message : "";
  const position = /position (\d+)/.exec(said)?.[1];
  if (/end of JSON/.test(said) || Number(position) >= text.trimEnd().length)
    return "It ends too early: a bracket or a quotation mark is not closed.";
  return position === undefined ? `${said}.` : `Line ${lineAt(text, Number(position))}: ${said}.`;
}
