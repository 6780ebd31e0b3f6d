/** An anchor, or what stands for one character and how often it may come: as Python and JavaScript both read it. */
const part =
  /([$^])(?![*+?])|(\\(?:[^A-Za-z0-9]|[dswDSW])|\[(?!\^?\])\^?(?:\\(?:[^A-Za-z0-9]|[dswDSW])|[^[\]\\])+\]|[^\\[\](){}|*+?^$])([*+?]?)\??/y;

/** Characters of a pattern at most: a node's administrator writes none that is longer. */
const longest = 1000;

interface Part {
  readonly anchor: string | undefined;
  readonly character: RegExp;
  readonly often: string;
}

/** Undefined for a pattern that has more than such parts, groups, alternatives or counts, or is too long. */
function partsOf(pattern: string): readonly Part[] | undefined {
  if (pattern.length > longest) return undefined;
  const parts: Part[] = [];
  for (let at = 0; at < pattern.length; at = part.lastIndex) {
    part.lastIndex = at;
    const found = part.exec(pattern);
    if (found === null) return undefined;
    const [, anchor, character = "", often = ""] = found;
    parts.push({ anchor, character: new RegExp(`^${character}$`), often });
  }
  return parts;
}

/** Where the rest of a pattern may begin, after one of its parts. */
function after({ anchor, character, often }: Part, places: ReadonlySet<number>, text: string): Set<number> {
  if (anchor !== undefined)
    return new Set([...places].filter((at) => at === (anchor === "^" ? 0 : text.length)));
  const next = new Set(often === "*" || often === "?" ? places : []);
  const isRepeated = often === "*" || often === "+";
  for (let at = 0; at < text.length; at++)
    if ((places.has(at) || (isRepeated && next.has(at))) && character.test(text[at] ?? "")) next.add(at + 1);
  return next;
}

/**
 * Whether a text begins as a pattern says, as Python's `re.match` has it. In time that grows with the product of their
 * lengths: another site wrote the pattern, and with JavaScript's own matcher some take for ever. Undefined where that cannot
 * be told.
 */
export function beginsAs(pattern: string, text: string): boolean | undefined {
  let places: ReadonlySet<number> = new Set([0]);
  try {
    const parts = partsOf(pattern);
    if (parts === undefined) return undefined;
    for (const one of parts) places = after(one, places, text);
  } catch {
    // No pattern, such as one with the range [z-a].
    return undefined;
  }
  return places.size > 0;
}
