import { type Node, type QuickInfo, typescript } from "./tslab.ts";

/**
 * Where to look for what is known when nothing is known of the place itself: at the names of the fields and functions whose
 * values and arguments stand around it, the innermost first.
 */
export function namesAround(code: string, position: number): number[] {
  const ends: number[] = [];
  // What is not finished yet ends at its last word.
  const last = code.slice(0, position).trimEnd().length;
  const visit = (node: Node): void => {
    if (last < node.pos || last > node.end) return;
    if (typescript.isPropertyAssignment(node)) ends.unshift(node.name.end);
    else if (typescript.isCallExpression(node) || typescript.isNewExpression(node))
      ends.unshift(node.expression.end);
    typescript.forEachChild(node, visit);
  };
  visit(typescript.createSourceFile("cell.ts", code, typescript.ScriptTarget.Latest));
  return ends.filter((end) => end < last).map((end) => end - 1);
}

const textOf = (parts: readonly { readonly text: string }[] = []): string =>
  parts.map(({ text }) => text).join("");

/** What is known of a name: its type, what its documentation says, an example. */
export function inspectionData({ displayParts, documentation, tags = [] }: QuickInfo): object {
  const type = textOf(displayParts).replace(/^\(alias\) |\nimport \w+$/g, "");
  const said = tags.map(({ name, text }) => ({ name, words: textOf(text).trim() }));
  const code = (text: string): string => `\`\`\`typescript\n${text}\n\`\`\``;
  const page = (format: (text: string) => string): string =>
    [
      format(type),
      textOf(documentation),
      ...said.map(({ name, words }) => (name === "example" ? format(words) : `@${name} ${words}`)),
    ]
      .filter((part) => part !== "")
      .join("\n\n");
  return { "text/plain": page((text) => text), "text/markdown": page(code) };
}
