// Control characters can rewrite a terminal, invisible and directional marks can make a label read as another, and none
// of them may stand in XML. The joiners of Persian, of Indian scripts and of emoji stay.
const unprintable = /(?![\t\n\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\ufffe\uffff]/gu;

/** Text from elsewhere with U+FFFD in the place of everything that would not show as itself, but for tabs and new lines. */
export function printable(text: string): string {
  return text.replace(unprintable, "\ufffd");
}
