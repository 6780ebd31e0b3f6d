// Advance widths of Helvetica in thousandths of its size (Adobe's font metrics, 1989), from space to tilde. Arial and
// Liberation Sans have the same. Figures are laid out by them, so that the same data give the same drawing anywhere.
const widths = [
  278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556,
  556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278,
  500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469,
  556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500,
  278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

const bold = 1.07;

/** How much wider words are in DejaVu Sans, which is drawn where neither Helvetica nor its like is there. */
export const widerFonts = 1.2;

/** How wide a text is in Helvetica, in pixels at a font size in pixels; close for other scripts. */
export function textWidth(text: string, size: number, weight: "normal" | "bold" = "normal"): number {
  let thousandths = 0;
  for (const character of text) thousandths += characterWidth(character);
  return (thousandths / 1000) * size * (weight === "bold" ? bold : 1);
}

export interface WrapOptions {
  readonly lines?: number;
  readonly weight?: "normal" | "bold";
}

/** Breaks a text into at most so many lines of a width; what does not fit ends in an ellipsis. */
export function wrapText(
  text: string,
  width: number,
  size: number,
  { lines = Number.POSITIVE_INFINITY, weight = "normal" }: WrapOptions = {},
): string[] {
  const fits = (line: string): boolean => textWidth(line, size, weight) <= width;
  const wrapped: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (fits(longer)) {
      line = longer;
      continue;
    }
    if (line !== "") wrapped.push(line);
    line = word;
    while (!fits(line) && [...line].length > 1) {
      const head = longestStart(line, fits);
      wrapped.push(head);
      line = line.slice(head.length);
    }
  }
  if (line !== "" || wrapped.length === 0) wrapped.push(line);
  if (wrapped.length <= lines) return wrapped;
  const last = wrapped[lines - 1] ?? "";
  const kept = longestStart(last, (start) => fits(`${start}…`));
  return [...wrapped.slice(0, lines - 1), fits(`${kept}…`) ? `${kept.trimEnd()}…` : "…"];
}

/** The longest start of a text that fits, at least one character. */
function longestStart(text: string, fits: (start: string) => boolean): string {
  let start = "";
  for (const character of text) {
    if (start !== "" && !fits(start + character)) break;
    start += character;
  }
  return start;
}

function characterWidth(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  const known = widths[code - 32];
  if (known !== undefined) return known;
  if (/\p{M}/u.test(character)) return 0;
  if (
    code >= 0x1100 &&
    /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Extended_Pictographic}]/u.test(
      character,
    )
  ) {
    return 1000;
  }
  if (character === "\u00a0") return 278;
  if (character === "\u202f" || character === "\u2009") return 200;
  if (/[…—×÷]/u.test(character)) return character === "…" || character === "—" ? 1000 : 584;
  const base = character.normalize("NFD").codePointAt(0) ?? 0;
  return widths[base - 32] ?? 600;
}
