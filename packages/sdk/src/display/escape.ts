const breaks = /[\t\n\v\f\r\u2028\u2029]+/g;
// Control characters can rewrite a terminal, invisible and directional marks can make a label read as another, and none
// of them may stand in XML. The joiners of Persian, of Indian scripts and of emoji stay.
const unprintable = /[\p{Cc}\p{Cs}\ufffe\uffff]|(?![\u200c\u200d])\p{Cf}/gu;

/** Text from elsewhere on one line, with U+FFFD in the place of everything that would not show as itself. */
export function plainText(text: string): string {
  return text.replace(breaks, " ").replace(unprintable, "\ufffd");
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
