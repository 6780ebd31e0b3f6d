const html =
  "a abbr b blockquote br caption code col colgroup dd del details div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img " +
  "ins kbd li mark ol p pre q s samp section small span strong sub summary sup table tbody td tfoot th thead time tr u ul var wbr";
const svg =
  "circle clippath defs desc ellipse g line lineargradient marker path pattern polygon polyline radialgradient rect stop svg " +
  "symbol text title tspan use";

const allowed = new Set(`${html} ${svg}`.split(" "));
const childless = new Set(["br", "col", "hr", "img", "wbr"]);
const shapes = new Set(svg.split(" ").filter((name) => !["desc", "title"].includes(name)));

const attribute = String.raw`\s+(?!on)[\w:.-]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>=${"`"}]+))?`;
/** A sheet of styles, a tag, or what is neither. */
const parts = new RegExp(
  String.raw`<style(?:${attribute})*\s*>([^<]*)</style>|<(/?)([a-z][a-z0-9]*)((?:${attribute})*)\s*(/?)>|<`,
  "gi",
);

/** What would lie over the rest of the page. */
const overlay = /position\s*:\s*(?:fixed|absolute)/i;

/** Whether each rule of a sheet is about a class, and so not about the rest of the page. */
function isOfClasses(css: string): boolean {
  const selectors = [...css.matchAll(/([^{}]*)\{/g)].map(([, selector = ""]) => selector.trim());
  return selectors.every(
    (selector) =>
      /^@(?:media|container)\b/.test(selector) || selector.split(",").every((one) => one.includes(".")),
  );
}

/**
 * Whether HTML or SVG can stand in a page without changing what is around it: it is of known elements only, each is closed,
 * and its styles are about its own classes. What is doubtful is not contained.
 */
export function isContained(markup: string): boolean {
  const open: string[] = [];
  for (const [whole, css, slash, given, attributes = "", selfClosed] of markup.matchAll(parts)) {
    if (overlay.test(css ?? attributes)) return false;
    if (css !== undefined) {
      if (!isOfClasses(css)) return false;
      continue;
    }
    const name = given?.toLowerCase() ?? "";
    if (whole === "<" || !allowed.has(name)) return false;
    if (slash === "/") {
      if (open.pop() !== name) return false;
    } else if (!childless.has(name) && !(selfClosed === "/" && shapes.has(name))) open.push(name);
  }
  return open.length === 0;
}
