import { printable } from "@konsil/core";

const breaks = /[\t\n\v\f\r\u2028\u2029]+/g;

/** Text from elsewhere on one line, with U+FFFD in the place of everything that would not show as itself. */
export function plainText(text: string): string {
  return printable(text.replace(breaks, " "));
}

const references: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Plain text for an element or a quoted attribute of HTML or SVG. */
export function escapeMarkup(text: string): string {
  return plainText(text).replace(/[&<>"']/g, (character) => references[character] ?? "");
}
