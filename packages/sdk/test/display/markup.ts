import { textWidth } from "../../src/display/text-width.ts";

/** An element as it was read: what it is called, what it carries, what text stands directly in it. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

const references: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };

/** Reads XML as strictly as a browser reads an SVG file, and throws where it is not well-formed. */
export function parse(xml: string): Element {
  const root: Element = { name: "", attributes: {}, children: [], text: "" };
  const open: Element[] = [root];
  const token = /<(\/?)([a-zA-Z][\w-]*)((?: [\w:-]+="[^"<]*")*)(\/?)>|([^<>]+)/gy;
  while (token.lastIndex < xml.length) {
    const at = token.lastIndex;
    const match = token.exec(xml);
    const parent = open.at(-1);
    if (match === null || parent === undefined) throw new Error(`not well-formed: ${xml.slice(at, at + 80)}`);
    const [, closing, name = "", attributes = "", empty, text] = match;
    if (text !== undefined) parent.text += resolve(text);
    else if (closing) {
      if (open.pop()?.name !== name) throw new Error(`</${name}> closes another element`);
    } else {
      const read: Record<string, string> = {};
      for (const [, key = "", value = ""] of attributes.matchAll(/ ([\w:-]+)="([^"]*)"/g))
        read[key] = resolve(value);
      const element: Element = { name, attributes: read, children: [], text: "" };
      parent.children.push(element);
      if (!empty) open.push(element);
    }
  }
  if (open.length !== 1) throw new Error(`<${open.at(-1)?.name}> is not closed`);
  return root;
}

function resolve(text: string): string {
  if (/[\p{Cc}\p{Cs}\ufffe\uffff]/u.test(text)) throw new Error("a character that XML forbids");
  return text.replace(/&(?:([a-z]+|#39);)?/g, (_, name: string | undefined) => {
    const character = references[name ?? ""];
    if (character === undefined) throw new Error("an ampersand that is no reference");
    return character;
  });
}

/** An element and all within it. */
export function all(element: Element): Element[] {
  return [element, ...element.children.flatMap(all)];
}

/** The box that a line of text takes in a drawing. */
export interface TextBox {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly size: number;
}

/** Where every text of a figure stands, in Helvetica or in a font that is so much wider. */
export function textBoxes(svg: string, wider = 1): TextBox[] {
  const boxes: TextBox[] = [];
  const visit = (element: Element, dx: number, dy: number): void => {
    const moved = /translate\(([-\d.]+),([-\d.]+)\)/.exec(element.attributes.transform ?? "");
    const [x0, y0] = [dx + Number(moved?.[1] ?? 0), dy + Number(moved?.[2] ?? 0)];
    if (element.name === "text") {
      const {
        x,
        y,
        "font-size": fontSize = "12",
        "font-weight": weight,
        "text-anchor": anchor,
      } = element.attributes;
      const size = Number(fontSize);
      const width = textWidth(element.text, size, weight === undefined ? "normal" : "bold") * wider;
      const left = x0 + Number(x) - ({ middle: width / 2, end: width }[anchor ?? ""] ?? 0);
      // From the top of capitals to just below the baseline.
      const baseline = y0 + Number(y);
      boxes.push({
        text: element.text,
        left,
        right: left + width,
        top: baseline - size * 0.72,
        bottom: baseline + 1,
        size,
      });
    }
    for (const child of element.children) visit(child, x0, y0);
  };
  visit(parse(svg), 0, 0);
  return boxes.filter((box) => box.text.trim() !== "");
}

/** Pairs of texts that lie over each other, and texts that leave the figure. */
export function misplaced(svg: string, wider = 1): string[] {
  const boxes = textBoxes(svg, wider);
  const [, , width = 0, height = 0] = (/viewBox="([^"]+)"/.exec(svg)?.[1] ?? "").split(" ").map(Number);
  const found = boxes
    .filter((box) => box.left < -1 || box.right > width + 1 || box.top < -1 || box.bottom > height + 1)
    .map((box) => `"${box.text}" leaves the figure`);
  boxes.forEach((a, i) => {
    for (const b of boxes.slice(i + 1)) {
      const apart =
        a.right <= b.left + 0.5 || b.right <= a.left + 0.5 || a.bottom <= b.top || b.bottom <= a.top;
      if (!apart) found.push(`"${a.text}" lies over "${b.text}"`);
    }
  });
  return found;
}
