import { typescript } from "./tslab.ts";

/** In front of a cell, it makes tslab see that the cell waits. */
export const awaitMark = "await null;";

/** What follows `await` when tslab takes it for a name: `await (…)`, `await [...]`, and so on. */
const followers = new Set(
  ["OpenParenToken", "OpenBracketToken", "NoSubstitutionTemplateLiteral", "TemplateHead", "SlashToken"]
    .concat(["PlusToken", "MinusToken", "LessThanToken"])
    .map((name) => typescript.SyntaxKind[name]),
);

/** Whether a cell waits in a way that tslab does not see: `await (…)` or `for await`. */
export function needsAwaitMark(code: string): boolean {
  const { AwaitKeyword, ForKeyword, EndOfFileToken, DotToken } = typescript.SyntaxKind;
  const scanner = typescript.createScanner(
    typescript.ScriptTarget.Latest,
    true,
    typescript.LanguageVariant.Standard,
  );
  scanner.setText(code);
  let before: number | undefined;
  let token = scanner.scan();
  while (token !== EndOfFileToken) {
    const next = scanner.scan();
    if (token === AwaitKeyword && before !== DotToken && (before === ForKeyword || followers.has(next)))
      return true;
    before = token;
    token = next;
  }
  return false;
}
